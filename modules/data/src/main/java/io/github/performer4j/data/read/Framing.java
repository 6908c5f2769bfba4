package io.github.performer4j.data.read;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which special tokens stand around the symbols of a document, and whether documents are joined. */
public enum Framing {
    /** Row {@code BOS x1 … xn EOS}, without the one or the other where the vocabulary has none: for tasks that see both sides, and those on whole sequences. */
    BOTH,
    /** Row {@code BOS x1 … xn}, one sequence a row; where there is no BOS, the row begins with EOS. Where each position is to name the next token, the last one names EOS. */
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
     * @return BOTH [n+2] {@code BOS tokens EOS}, without the one or the other where the vocabulary has none; START [n+1] {@code BOS tokens}, where
     *     there is no BOS {@code EOS tokens}; PACKED [n+1] {@code EOS tokens}, because there a document follows the EOS of the one before
     * @throws IllegalArgumentException if the vocabulary lacks what the framing needs ({@link #require})
     */
    public int[] frame(Tokenizer tokenizer, int... tokens) {
        require(tokenizer);
        int head = head(tokenizer);
        int tail = this == BOTH ? tokenizer.specials().eos() : Specials.ABSENT;
        int before = head == Specials.ABSENT ? 0 : 1;
        int[] row = new int[before + tokens.length + (tail == Specials.ABSENT ? 0 : 1)];
        if (before > 0) {
            row[0] = head;
        }
        System.arraycopy(tokens, 0, row, before, tokens.length);
        if (tail != Specials.ABSENT) {
            row[row.length - 1] = tail;
        }
        return row;
    }

    /** Returns the id in front of a sequence's first token; −1 for none, with BOTH only. */
    public int head(Tokenizer tokenizer) {
        Specials specials = tokenizer.specials();
        return switch (this) {
            case BOTH -> specials.bos();
            case START -> specials.start();
            case PACKED -> specials.eos();
        };
    }

    /**
     * Checks that a vocabulary has the special tokens that the framing needs: BOS or EOS with START, EOS with PACKED.
     *
     * @param tokenizer the vocabulary
     * @throws IllegalArgumentException if one is missing
     */
    public void require(Tokenizer tokenizer) {
        Specials specials = tokenizer.specials();
        boolean eos = specials.eos() != Specials.ABSENT;
        if (this != BOTH && !eos && (this == PACKED || specials.bos() == Specials.ABSENT)) {
            throw new IllegalArgumentException("framing " + written() + " needs a vocabulary with "
                    + (this == PACKED ? "EOS" : "BOS or EOS") + "; tokenizer=" + tokenizer.kind() + ", vocabulary="
                    + tokenizer.size());
        }
    }
}
