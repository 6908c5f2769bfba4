package io.github.performer4j.data.token;

import java.util.Arrays;
import java.util.List;

/**
 * Text to token ids and back. Implementations are immutable and may be used by several threads at once.
 *
 * <p>A new kind is a class, and a {@link TokenizerKind} named in {@code META-INF/services}.
 */
public interface Tokenizer {
    /** Returns the number of token ids, special ones included: the model's vocabulary V. Ids are from 0 to V − 1. */
    int size();

    /** Returns which ids are special. */
    Specials specials();

    /**
     * Reads text without adding special tokens, and counts what the vocabulary does not know.
     *
     * @param text any characters; those without an id become {@link #unknown()}
     * @param masks what stands for a masked token in this text, looked for before symbols; may be empty
     * @return the token ids, the place of each in the text, and the unknown symbols
     * @throws IllegalArgumentException if the text is nothing that this kind of tokens can be read from, or something is masked and the
     *     vocabulary has no mask
     */
    EncodedText read(CharSequence text, List<String> masks);

    /**
     * Encodes text without adding special tokens: the ids of {@link #read}, which also tells places and what was unknown.
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
     * @return the symbols; special tokens are left out but for the mask and the unknown token, which appear by their names, such as {@code
     *     <mask>} or {@code [MASK]}
     * @throws IllegalArgumentException if an id is out of range
     */
    String decode(int... ids);

    /**
     * Returns the last tokens of a text, behind which more tokens are written as behind the whole text: for text that is
     * shown while it grows.
     *
     * @param count how many
     * @param ids [T] token ids of the text
     * @return the last {@code min(count, T)}; in front of them, where a kind of tokens looks further back, what stands
     *     for the others
     */
    default int[] tail(int count, int... ids) {
        return Arrays.copyOfRange(ids, Math.max(0, ids.length - count), ids.length);
    }

    /** Returns the name of one token, for tables: the symbol itself, or a name such as {@code <pad>} or {@code [PAD]}. */
    String symbol(int id);

    /** Returns how many ids may replace a masked token: those of the 20 standard amino acids, all characters, all bytes, all words. */
    int replacements();

    /**
     * Returns an id that may replace a masked token.
     *
     * @param k which one, from 0 to {@link #replacements()} − 1
     * @return the id of a symbol
     */
    int replacement(int k);

    /** Returns the name of the kind; the configuration of the data has it, or the path of a file of this kind. */
    String kind();

    /** Returns an id that fills up short rows; without a padding token some other valid one, for filled places are masked out. */
    default int pad() {
        return specials().filler();
    }

    /**
     * Returns the id that hides a token to predict.
     *
     * @throws IllegalArgumentException if the vocabulary has none
     */
    default int mask() {
        return SpecialTokens.present(specials().mask(), "mask", this);
    }

    /**
     * Returns the id at the start of a sequence.
     *
     * @throws IllegalArgumentException if the vocabulary has none
     */
    default int bos() {
        return SpecialTokens.present(specials().bos(), "BOS", this);
    }

    /**
     * Returns the id at the end of a sequence.
     *
     * @throws IllegalArgumentException if the vocabulary has none
     */
    default int eos() {
        return SpecialTokens.present(specials().eos(), "EOS", this);
    }

    /**
     * Returns the id of what is outside the vocabulary.
     *
     * @throws IllegalArgumentException if the vocabulary has none
     */
    default int unknown() {
        return SpecialTokens.present(specials().unknown(), "unknown", this);
    }

    /**
     * Returns what {@link EncodedText#unknown} counts, for messages: {@code letter}, {@code word}, or {@code token}, the default.
     */
    default String unit() {
        return "token";
    }

    /**
     * Tells special tokens from symbols.
     *
     * @param id a token id
     * @return whether the id is a special one
     */
    default boolean special(int id) {
        return specials().contains(id);
    }
}
