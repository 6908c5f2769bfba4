package io.github.performer4j.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;

/** What the model is asked to predict, and hence what a row of a batch looks like. */
public enum Objective {
    /** Row {@code BOS x1 … xn EOS}, without the one or the other where the vocabulary has none; some residues are hidden or altered and are to be named. Both neighbours are visible. */
    MASKED,
    /** Row {@code BOS x1 … xn}, one sequence a row; each position is to name the next token, the last one EOS. Where there is no BOS, the row
     * begins with EOS. */
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
     * @return MASKED [n+2] {@code BOS tokens EOS}, without the one or the other where the vocabulary has none; CAUSAL [n+1] {@code BOS
     *     tokens}, where there is no BOS {@code EOS tokens}; CAUSAL_PACKED [n+1] {@code EOS tokens}, because there a document follows the
     *     EOS of the one before
     * @throws IllegalArgumentException if the vocabulary lacks what the objective needs ({@link #require})
     */
    public int[] frame(Tokenizer tokenizer, int... tokens) {
        require(tokenizer);
        int head = head(tokenizer);
        int tail = this == MASKED ? tokenizer.specials().eos() : Specials.ABSENT;
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

    /** Returns the id in front of a sequence's first token; −1 for none, under MASKED only. */
    public int head(Tokenizer tokenizer) {
        Specials specials = tokenizer.specials();
        return switch (this) {
            case MASKED -> specials.bos();
            case CAUSAL -> specials.start();
            case CAUSAL_PACKED -> specials.eos();
        };
    }

    /**
     * Checks that a vocabulary has the special tokens without which the objective makes no sense: a mask under MASKED, BOS or EOS under
     * CAUSAL, EOS under CAUSAL_PACKED.
     *
     * @param tokenizer the vocabulary
     * @throws IllegalArgumentException if one is missing
     */
    public void require(Tokenizer tokenizer) {
        Specials specials = tokenizer.specials();
        boolean there = this == MASKED
                ? specials.mask() != Specials.ABSENT
                : specials.eos() != Specials.ABSENT || (this == CAUSAL && specials.bos() != Specials.ABSENT);
        if (!there) {
            String needed = this == MASKED ? "a mask" : this == CAUSAL ? "BOS or EOS" : "EOS";
            throw new IllegalArgumentException("objective " + this + " needs a vocabulary with " + needed
                    + "; tokenizer=" + tokenizer.kind() + ", vocabulary=" + tokenizer.size());
        }
    }
}
