package io.github.performer4j.data;

/** Names of the special tokens, and how they are written among symbols. */
final class SpecialTokens {
    private static final String[] NAMES = {"<pad>", "<mask>", "<bos>", "<eos>", "<unk>"};

    private SpecialTokens() {}

    static String name(int id) {
        return NAMES[id];
    }

    /** Returns what a special token leaves in decoded text: nothing for the frame, its name for MASK and UNK. */
    static String decoded(int id) {
        return id == 1 || id == 4 ? NAMES[id] : "";
    }

    static void check(int id, int size) {
        if (id < 0 || id >= size) {
            throw new IllegalArgumentException(
                    "token id must be in [0, vocabulary); id=" + id + ", vocabulary=" + size);
        }
    }
}
