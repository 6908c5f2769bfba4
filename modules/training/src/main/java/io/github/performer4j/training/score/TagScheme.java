package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * Entities written as tags, one per token: {@code B-X} begins one of type X, {@code I-X} goes on, {@code E-X} ends
 * it, {@code S-X} is one by itself, {@code O} is outside. That covers IOB1, IOB2 (BIO) and IOBES; the rules for tags
 * that break the scheme are those of conlleval, the script of the CoNLL shared tasks, carried over to IOBES as
 * seqeval does:
 *
 * <pre>
 * starts   at B and S; after E, S, O or the start; at a type other than that of the token before
 * ends     after E and S; before B, S, O and the end; before another type
 * </pre>
 *
 * <p>So {@code I-X} without {@code B-X} begins an entity, and an entity that is never closed by {@code E-X} ends
 * where its type does.
 */
final class TagScheme {
    private static final String PREFIXES = "BIES";

    private final char[] prefixes;
    private final String[] types;

    private TagScheme(char[] prefixes, String... types) {
        this.prefixes = prefixes;
        this.types = types;
    }

    /** An entity: tokens {@code [from, to)}. */
    record Entity(String type, int from, int to) {}

    /** Whether a label is a prefix with a type, like {@code B-X}. */
    static boolean prefixed(String label) {
        return label.length() > 2 && label.charAt(1) == '-' && PREFIXES.indexOf(label.charAt(0)) >= 0;
    }

    /**
     * The scheme of labels.
     *
     * @param labels name of each tag
     * @throws IllegalArgumentException if one is neither {@code O} nor prefixed
     */
    static TagScheme of(List<String> labels) {
        char[] prefixes = new char[labels.size()];
        String[] types = new String[labels.size()];
        for (int k = 0; k < prefixes.length; k++) {
            String label = labels.get(k);
            boolean inside = prefixed(label);
            Rule.that(inside || label.equals("O"), "labels must be O or B-, I-, E-, S- and a type", "label", label);
            prefixes[k] = inside ? label.charAt(0) : 'O';
            types[k] = inside ? label.substring(2) : "";
        }
        return new TagScheme(prefixes, types);
    }

    /** Returns the entities of one sequence of tags, in order. */
    List<Entity> entities(int... tags) {
        List<Entity> entities = new ArrayList<>();
        int open = -1;
        for (int i = 0; i <= tags.length; i++) {
            char before = i == 0 ? 'O' : prefixes[tags[i - 1]];
            char here = i == tags.length ? 'O' : prefixes[tags[i]];
            boolean sameType = before != 'O' && here != 'O' && types[tags[i - 1]].equals(types[tags[i]]);
            boolean joined = sameType && (before == 'B' || before == 'I') && (here == 'I' || here == 'E');
            if (open >= 0 && !joined) {
                entities.add(new Entity(types[tags[open]], open, i));
                open = -1;
            }
            if (open < 0 && here != 'O') {
                open = i;
            }
        }
        return entities;
    }
}
