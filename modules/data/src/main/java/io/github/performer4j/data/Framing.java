package io.github.performer4j.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which special tokens stand around the symbols of a document, and whether documents are joined. */
public enum Framing {
    /** Row {@code BOS x1 … xn EOS}: for tasks that see both sides, and those on whole sequences. */
    BOTH,
    /** Row {@code BOS x1 … xn}, one sequence a row. Where each position is to name the next token, the last one names EOS. */
    START,
    /** Documents are joined, each followed by EOS, and cut into rows of maxTokens. */
    PACKED;

    /**
     * Finds a constant by name.
     *
     * @param name in any case
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    @JsonCreator
    public static Framing named(String name) {
        for (Framing value : values()) {
            if (value.name().equalsIgnoreCase(name)) {
                return value;
            }
        }
        List<String> known = Arrays.stream(values()).map(Framing::written).toList();
        throw new IllegalArgumentException("unknown framing; framing=" + name + ", known=" + String.join(", ", known));
    }

    /** Returns the name as it is written. */
    @JsonValue
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Frames the tokens of one whole sequence as a training row would have them: the input of {@code fill}, {@code embed}, {@code generate} and {@code predict}.
     *
     * @param tokenizer gives the ids of BOS and EOS
     * @param tokens [n] ids without special tokens
     * @return BOTH [n+2] {@code BOS tokens EOS}; START [n+1] {@code BOS tokens}; PACKED [n+1] {@code EOS tokens}, because there a document
     *     follows the EOS of the one before
     */
    public int[] frame(Tokenizer tokenizer, int... tokens) {
        int[] row = new int[tokens.length + (this == BOTH ? 2 : 1)];
        row[0] = this == PACKED ? tokenizer.eos() : tokenizer.bos();
        System.arraycopy(tokens, 0, row, 1, tokens.length);
        if (this == BOTH) {
            row[row.length - 1] = tokenizer.eos();
        }
        return row;
    }
}
