package io.github.performer4j.data.token;

/** Names of the special tokens of the project's own tokenizers, how they are written among symbols, and checks of ids. */
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

    static int present(int id, String part, Tokenizer tokenizer) {
        if (id == Specials.ABSENT) {
            throw new IllegalArgumentException("the vocabulary must have a token for this use; missing=" + part
                    + ", tokenizer=" + tokenizer.kind() + ", vocabulary=" + tokenizer.size());
        }
        return id;
    }

    static void check(int id, int size) {
        if (id < 0 || id >= size) {
            throw new IllegalArgumentException(
                    "token id must be in [0, vocabulary); id=" + id + ", vocabulary=" + size);
        }
    }
}
