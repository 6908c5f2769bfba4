package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The ids that are no symbols of a text: what each is for, −1 where a vocabulary has none, and the set of all.
 *
 * <p>One id may have several parts: BERT's {@code [SEP]} is EOS and separator, GPT-2's {@code <|endoftext|>} BOS and EOS. A vocabulary may
 * have more special ids than parts. Special ids are never labels, except EOS where each position is to name the next token.
 *
 * @param pad fills up short rows
 * @param mask hides a token to predict
 * @param bos starts a sequence; BERT's {@code [CLS]}
 * @param eos ends a sequence
 * @param unknown stands for what the vocabulary does not know
 * @param separator stands between two texts of one row
 * @param all every special id, ascending; the parts are added where they are missing
 */
public record Specials(int pad, int mask, int bos, int eos, int unknown, int separator, Set<Integer> all) {
    /** What stands for an id that a vocabulary does not have. */
    public static final int ABSENT = -1;

    /** The id of the first symbol of the project's own tokenizers, whose special ids come first. */
    public static final int FIRST_SYMBOL = 5;

    /** The special ids of the project's own tokenizers: PAD 0, MASK 1, BOS 2, EOS 3, UNK 4. */
    public static final Specials OWN = new Specials(0, 1, 2, 3, 4, ABSENT, Set.of());

    private static final List<String> PARTS = List.of("pad", "mask", "bos", "eos", "unknown", "separator");

    /** Adds the parts to the set. */
    public Specials {
        TreeSet<Integer> ids = new TreeSet<>(all);
        IntStream.of(pad, mask, bos, eos, unknown, separator)
                .filter(id -> id != ABSENT)
                .forEach(ids::add);
        if (!ids.isEmpty() && ids.first() < 0) {
            throw new IllegalArgumentException("a special id must be positive, or -1 for none; found=" + ids.first());
        }
        all = Collections.unmodifiableSortedSet(ids);
    }

    /** Returns whether an id is a special one. */
    public boolean contains(int id) {
        return all.contains(id);
    }

    /** Returns the id at the head of a causal row and left of a first token in counts: BOS, where there is none EOS, or the filler. */
    public int start() {
        return bos != ABSENT ? bos : eos != ABSENT ? eos : filler();
    }

    /**
     * Returns an id for places that are masked out, so that any will do: PAD, where there is none the unknown token, EOS or 0.
     *
     * @return a valid id
     */
    public int filler() {
        return pad != ABSENT ? pad : unknown != ABSENT ? unknown : eos != ABSENT ? eos : 0;
    }

    /** Returns {@code {"pad": 0, "mask": 1, "bos": 2, "eos": 3, "unknown": 4, "separator": -1, "all": [0, 1, 2, 3, 4]}}. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        int[] ids = {pad, mask, bos, eos, unknown, separator};
        for (int i = 0; i < ids.length; i++) {
            node.put(PARTS.get(i), ids[i]);
        }
        ArrayNode list = node.putArray("all");
        all.forEach(list::add);
        return node;
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @param node the object
     * @return equal ids
     * @throws IllegalArgumentException if a field is missing
     */
    public static Specials fromJson(JsonNode node) {
        int[] ids = new int[PARTS.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!node.path(PARTS.get(i)).isInt() || !node.path("all").isArray()) {
                throw new IllegalArgumentException("special ids must have " + PARTS + " and all; found=" + node);
            }
            ids[i] = node.get(PARTS.get(i)).asInt();
        }
        Collection<Integer> all = new TreeSet<>();
        node.get("all").forEach(id -> all.add(id.asInt()));
        return new Specials(ids[0], ids[1], ids[2], ids[3], ids[4], ids[5], Set.copyOf(all));
    }
}
