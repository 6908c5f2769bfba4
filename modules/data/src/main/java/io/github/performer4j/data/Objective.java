package io.github.performer4j.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;

/** What the model is asked to predict, and hence what a row of a batch looks like. */
public enum Objective {
    /** Row {@code BOS x1 … xn EOS}; some residues are hidden or altered and are to be named. Both neighbours are visible. */
    MASKED,
    /** Row {@code BOS x1 … xn}, one sequence a row; each position is to name the next token, the last one EOS. */
    CAUSAL,
    /** Documents are joined, each followed by EOS, and cut into rows of maxTokens; each position is to name the next token. */
    CAUSAL_PACKED;

    /**
     * Finds a constant by name.
     *
     * @param name in any case, with '-' or '_'
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    @JsonCreator
    public static Objective named(String name) {
        for (Objective value : values()) {
            if (value.name().equalsIgnoreCase(name.replace('-', '_'))) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                "unknown objective; objective=" + name + ", known=" + Arrays.toString(values()));
    }

    /** Returns whether a position sees only what stands left of it, and EOS is among the tokens to predict. */
    public boolean causal() {
        return this != MASKED;
    }

    /**
     * Frames the tokens of one whole sequence as a training row would have them: the input of {@code fill}, {@code embed} and
     * {@code generate}.
     *
     * @param tokenizer gives the ids of BOS and EOS
     * @param tokens [n] ids without special tokens
     * @return MASKED [n+2] {@code BOS tokens EOS}; CAUSAL [n+1] {@code BOS tokens}; CAUSAL_PACKED [n+1] {@code EOS tokens}, because
     *     there a document follows the EOS of the one before
     */
    public int[] frame(Tokenizer tokenizer, int... tokens) {
        int[] row = new int[tokens.length + (this == MASKED ? 2 : 1)];
        row[0] = this == CAUSAL_PACKED ? tokenizer.eos() : tokenizer.bos();
        System.arraycopy(tokens, 0, row, 1, tokens.length);
        if (this == MASKED) {
            row[row.length - 1] = tokenizer.eos();
        }
        return row;
    }
}
