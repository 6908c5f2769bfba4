package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.data.text.StretchReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns a vocabulary of byte-level BPE from texts, and writes it as a {@code tokenizer.json}.
 *
 * <p>A text is cut into words by GPT-2's pattern, a blank belonging to the word behind it; words are written in bytes, and merges are
 * learnt from their counts ({@link BpeMerges}). Any text can be encoded, and decoding gives it back. The ids are the special tokens, the 256
 * bytes, the merges. The result depends on the counts of words alone, not on their order. Memory grows with the number of distinct words.
 * Not thread-safe.
 */
public final class BpeTrainer {
    /** Special tokens of a vocabulary that serves all objectives. */
    public static final List<String> SPECIALS = List.of("<pad>", "<mask>", "<bos>", "<eos>");

    private static final Pattern WORDS = Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);

    private final List<String> specials;
    private final Map<String, Long> words = new TreeMap<>();

    /**
     * Starts without texts.
     *
     * @param specials names of the special tokens, ids 0, 1, …; such as {@link #SPECIALS}, or {@code <|endoftext|>} alone
     */
    public BpeTrainer(List<String> specials) {
        this.specials = List.copyOf(specials);
    }

    /**
     * Counts the words of a text.
     *
     * @param text a text, or a stretch of one
     * @return this
     */
    public BpeTrainer add(CharSequence text) {
        Matcher matcher = WORDS.matcher(text);
        while (matcher.find()) {
            words.merge(matcher.group(), 1L, Long::sum);
        }
        return this;
    }

    /**
     * Counts the words of a file.
     *
     * @param file UTF-8 text, plain or gzip; read in stretches
     * @return this
     * @throws IOException if it cannot be read
     */
    public BpeTrainer add(Path file) throws IOException {
        try (StretchReader reader = new StretchReader(file, 0, Long.MAX_VALUE)) {
            for (String text = reader.next(); text != null; text = reader.next()) {
                add(text);
            }
        }
        return this;
    }

    /**
     * Learns the merges.
     *
     * @param vocabulary most ids, special ones and bytes included
     * @param least how often a pair must occur to be merged; at least 1
     * @return the tokenizer; of fewer ids if the texts have no more pairs
     * @throws IllegalArgumentException if the vocabulary does not hold the special tokens and bytes
     */
    public JsonTokenizer train(int vocabulary, long least) {
        List<String> symbols = new ArrayList<>(specials);
        char[] alphabet = ByteAlphabet.characters();
        Arrays.sort(alphabet);
        for (char c : alphabet) {
            symbols.add(String.valueOf(c));
        }
        if (vocabulary < symbols.size() || least < 1) {
            throw new IllegalArgumentException(
                    "a vocabulary must hold the special tokens and 256 bytes, and merge pairs"
                            + " that occur; vocabulary=" + vocabulary + ", needed=" + symbols.size() + ", least="
                            + least);
        }
        Map<String, Long> counts = new TreeMap<>();
        words.forEach((word, n) -> counts.put(ByteAlphabet.write(word), n));
        List<BpeMerges.Pair> merges = new BpeMerges(symbols, counts).run(vocabulary, least);
        return JsonTokenizer.of(json(symbols, merges).toString());
    }

    private ObjectNode json(List<String> symbols, List<BpeMerges.Pair> merges) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < specials.size(); id++) {
            ObjectNode token = added.addObject().put("id", id).put("content", specials.get(id));
            for (String no : List.of("single_word", "lstrip", "rstrip", "normalized")) {
                token.put(no, false);
            }
            token.put("special", true);
        }
        root.putNull("normalizer");
        root.set("pre_tokenizer", byteLevel());
        root.putNull("post_processor");
        root.set("decoder", byteLevel());
        ObjectNode model = root.putObject("model").put("type", "BPE");
        for (String none : List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
            model.putNull(none);
        }
        model.put("fuse_unk", false).put("byte_fallback", false);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < symbols.size(); id++) {
            vocabulary.put(symbols.get(id), id);
        }
        ArrayNode list = model.putArray("merges");
        merges.forEach(pair -> list.add(symbols.get(pair.left()) + " " + symbols.get(pair.right())));
        return root;
    }

    private static ObjectNode byteLevel() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }
}
