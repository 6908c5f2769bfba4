package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The vocabulary of a {@code tokenizer.json}: the name of each id, and what the special ones are for.
 *
 * <p>What starts and ends a sequence is what the file's post-processor puts there; where it does not say, and for the other parts, the
 * usual names tell.
 *
 * @param symbols [V] the name of each id; null where an id has none. Such ids count as special: nothing is read as them
 * @param specials what the special ids are for
 * @param types whether the second of two texts is of another type than the first
 * @param begins whether the post-processor puts a token in front of a text
 */
record JsonVocabulary(String[] symbols, Specials specials, boolean types, boolean begins) {
    /** Most ids that no token has: a table is as long as the largest id. */
    private static final int MOST_GAPS = 1 << 16;

    private static final String[] PAD = {"[PAD]", "<pad>", "<|pad|>", "<|padding|>", "<PAD>"};
    private static final String[] MASK = {"[MASK]", "<mask>", "<|mask|>", "<MASK>"};
    private static final String[] UNKNOWN = {"[UNK]", "<unk>", "<UNK>"};
    private static final String[] SEPARATOR = {"[SEP]", "<sep>"};
    private static final String[] START = {
        "[CLS]", "<s>", "<cls>", "<bos>", "[BOS]", "<|startoftext|>", "<|begin_of_text|>", "<|endoftext|>"
    };
    private static final String[] END = {
        "[SEP]", "</s>", "<eos>", "[EOS]", "<|endoftext|>", "<|end_of_text|>", "<|im_end|>"
    };

    /**
     * Reads the parts of a file.
     *
     * @param file the whole file
     * @param least how many ids there are at least; 0 for as many as the file has
     * @throws IllegalArgumentException if there is no vocabulary, or an id is none
     */
    static JsonVocabulary of(JsonNode file, int least) {
        Map<String, Integer> ids = new TreeMap<>();
        TreeSet<Integer> special = new TreeSet<>();
        JsonNode vocabulary = file.path("model").path("vocab");
        for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
            ids.put(entry.getKey(), id(entry.getKey(), entry.getValue()));
        }
        for (int i = 0; vocabulary.isArray() && i < vocabulary.size(); i++) { // Unigram: [[piece, score], …]
            ids.put(vocabulary.get(i).path(0).asText(), i);
        }
        for (JsonNode token : file.path("added_tokens")) {
            int id = id(token.path("content").asText(), token.path("id"));
            ids.put(token.path("content").asText(), id);
            if (token.path("special").asBoolean()) {
                special.add(id);
            }
        }
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("a tokenizer.json must have a vocabulary; model="
                    + file.path("model").path("type").asText("none"));
        }
        int last = ids.values().stream().mapToInt(id -> id).max().orElseThrow();
        if (last >= ids.size() + MOST_GAPS) {
            throw new IllegalArgumentException("at most " + MOST_GAPS + " ids may be without a token; tokens="
                    + ids.size() + ", largest id=" + last);
        }
        if (least > last + 1 + MOST_GAPS) {
            throw new IllegalArgumentException("at most " + MOST_GAPS + " ids may be behind the last token; tokens="
                    + ids.size() + ", largest id=" + last + ", size=" + least);
        }
        int size = Math.max(last + 1, least);
        String[] symbols = new String[size];
        ids.forEach((symbol, id) -> symbols[id] = symbol);
        for (int id = 0; id < size; id++) {
            if (symbols[id] == null) {
                special.add(id);
            }
        }
        JsonFrame frame = JsonFrame.of(file.path("post_processor"), ids);
        return new JsonVocabulary(
                symbols, specials(file, frame, ids, special), frame.types(), frame.start() != Specials.ABSENT);
    }

    private static int id(String token, JsonNode id) {
        if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0) {
            throw new IllegalArgumentException(
                    "a token's id must be a whole number from 0 to 2147483647; token=" + token + ", found=" + id);
        }
        return id.asInt();
    }

    private static Specials specials(
            JsonNode file, JsonFrame frame, Map<String, Integer> ids, TreeSet<Integer> special) {
        JsonNode model = file.path("model");
        int unknown = model.path("unk_id").isInt()
                ? model.path("unk_id").asInt()
                : named(ids, model.path("unk_token").asText());
        int pad = named(ids, file.path("padding").path("pad_token").asText());
        return new Specials(
                first(pad, ids, special, PAD),
                first(Specials.ABSENT, ids, special, MASK),
                first(frame.start(), ids, special, START),
                first(frame.end(), ids, special, END),
                first(unknown, ids, special, UNKNOWN),
                first(frame.separator(), ids, special, SEPARATOR),
                special);
    }

    /** Returns the id that is known; else of the names the first that is marked as special, else the first there is. */
    private static int first(int known, Map<String, Integer> ids, Set<Integer> special, String... names) {
        if (known != Specials.ABSENT) {
            return known;
        }
        for (String name : names) {
            if (ids.containsKey(name) && special.contains(ids.get(name))) {
                return ids.get(name);
            }
        }
        return named(ids, names);
    }

    private static int named(Map<String, Integer> ids, String... names) {
        for (String name : names) {
            if (ids.containsKey(name)) {
                return ids.get(name);
            }
        }
        return Specials.ABSENT;
    }
}
