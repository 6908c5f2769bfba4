package io.github.performer4j.data;

import java.util.List;

/**
 * Symbols to token ids and back. Ids 0 to 4 are the special tokens PAD, MASK, BOS, EOS, UNK of every tokenizer; the symbols follow.
 *
 * <p>Special tokens are never labels, except EOS where each position is to name the next token.
 */
public sealed interface Tokenizer permits ProteinTokenizer, CharacterTokenizer, ByteTokenizer {
    /** Number of special tokens, and the id of the first symbol. */
    int SPECIALS = 5;

    /** Returns the number of token ids, special ones included: the model's vocabulary V. */
    int size();

    /**
     * Reads text without adding special tokens, and counts what the vocabulary does not know.
     *
     * @param text any characters; those without an id become {@link #unknown()}
     * @param masks what stands for a masked token in this text, looked for before symbols; may be empty
     * @return the token ids and the unknown symbols
     * @throws IllegalArgumentException if the text is nothing that this kind of tokens can be read from
     */
    EncodedText read(CharSequence text, List<String> masks);

    /**
     * Encodes text without adding special tokens. Who wants to know what was unknown takes {@link #read}.
     *
     * @param text any characters; those without an id become {@link #unknown()}
     * @return the token ids
     * @throws IllegalArgumentException if the text is nothing that this kind of tokens can be read from
     */
    default int[] encode(CharSequence text) {
        return read(text, List.of()).ids();
    }

    /**
     * Writes tokens as text.
     *
     * @param ids token ids in [0, size)
     * @return the symbols; PAD, BOS and EOS are left out, MASK and UNK appear as {@code <mask>} and {@code <unk>}
     * @throws IllegalArgumentException if an id is out of range
     */
    String decode(int... ids);

    /** Returns the name of one token, for tables: the symbol itself, or {@code <pad> <mask> <bos> <eos> <unk>}. */
    String symbol(int id);

    /**
     * Returns how many symbols, counted from {@link #SPECIALS}, may replace a masked token: the 20 standard amino acids, all characters, all
     * bytes.
     */
    int replacements();

    /** Returns the name of the kind, as {@link DataConfig#tokens()} has it. */
    String kind();

    /** Returns the id that fills up short rows, 0. */
    default int pad() {
        return 0;
    }

    /** Returns the id that hides a token to predict, 1. */
    default int mask() {
        return 1;
    }

    /** Returns the id at the start of a sequence, 2. */
    default int bos() {
        return 2;
    }

    /** Returns the id at the end of a sequence, 3. */
    default int eos() {
        return 3;
    }

    /** Returns the id of a symbol outside the vocabulary, 4. */
    default int unknown() {
        return 4;
    }

    /**
     * Tells special tokens from symbols.
     *
     * @param id a token id
     * @return whether the id is one of PAD, MASK, BOS, EOS, UNK
     */
    default boolean special(int id) {
        return id < SPECIALS;
    }
}
