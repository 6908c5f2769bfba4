package io.github.performer4j.data;

import io.github.performer4j.data.token.TokenizerKinds;
import java.util.List;

/**
 * How a corpus is read and cut into batches. Reads and writes as JSON by Jackson's record support.
 *
 * @param format "protein" (FASTA), "text", or "auto": by the file names, and where they do not tell, what {@code tokens} needs
 * @param tokens "protein", "character", "byte", or the path of a HuggingFace {@code tokenizer.json}
 * @param objective what is predicted
 * @param maxTokens the longest row, special tokens included; at least 8
 * @param tokensPerBatch B·T is at most this (but B is at least 1); at least 1
 * @param maskRate share of the residues that are labelled under {@link Objective#MASKED}, in (0, 1)
 * @param shuffleWindow number of rows held back for shuffling; a corpus of no more rows is shuffled uniformly; at least 1
 * @param onUnknown "mask": a symbol outside the vocabulary becomes the unknown token and is counted; "error": it is an error that names
 *     path and line
 */
public record DataConfig(
        String format,
        String tokens,
        Objective objective,
        int maxTokens,
        int tokensPerBatch,
        double maskRate,
        int shuffleWindow,
        String onUnknown) {

    /** Smallest row length. */
    public static final int MIN_TOKENS = 8;

    /** Checks every value. */
    public DataConfig {
        format = oneOf("format", format, List.of("auto", "protein", "text"));
        tokens = TokenizerKinds.written(tokens);
        onUnknown = oneOf("onUnknown", onUnknown, List.of("mask", "error"));
        if (objective == null) {
            throw new IllegalArgumentException(
                    "objective must be one of " + List.of(Objective.values()) + "; objective=null");
        }
        if (!format.equals("auto") && !TokenizerKinds.named(tokens).reads(format.equals("protein"))) {
            throw new IllegalArgumentException(
                    "format protein and tokens protein go together; format=" + format + ", tokens=" + tokens);
        }
        if (maxTokens < MIN_TOKENS) {
            throw new IllegalArgumentException("maxTokens must be at least " + MIN_TOKENS + "; maxTokens=" + maxTokens);
        }
        if (tokensPerBatch < 1) {
            throw new IllegalArgumentException("tokensPerBatch must be positive; tokensPerBatch=" + tokensPerBatch);
        }
        if (!(maskRate > 0 && maskRate < 1)) {
            throw new IllegalArgumentException("maskRate must be in (0, 1); maskRate=" + maskRate);
        }
        if (shuffleWindow < 1) {
            throw new IllegalArgumentException("shuffleWindow must be positive; shuffleWindow=" + shuffleWindow);
        }
    }

    /** Returns a value, which may come in any case, in the form in which it is written. */
    private static String oneOf(String name, String value, List<String> allowed) {
        return allowed.stream()
                .filter(known -> known.equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(name + " must be one of " + allowed + "; " + name + "=" + value));
    }

    /** Returns masked proteins: rows of up to 512 tokens, 4,096 tokens a batch, 15% masking, 32,768 rows of shuffling. */
    public static DataConfig defaults() {
        return new DataConfig("auto", "protein", Objective.MASKED, 512, 4096, 0.15, 32768, "mask");
    }

    /** Returns whether an unknown symbol is an error. */
    boolean unknownIsError() {
        return onUnknown.equals("error");
    }

    /** Returns a copy with another format. */
    public DataConfig withFormat(String value) {
        return new DataConfig(value, tokens, objective, maxTokens, tokensPerBatch, maskRate, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another kind of tokens. */
    public DataConfig withTokens(String value) {
        return new DataConfig(format, value, objective, maxTokens, tokensPerBatch, maskRate, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another objective. */
    public DataConfig withObjective(Objective value) {
        return new DataConfig(format, tokens, value, maxTokens, tokensPerBatch, maskRate, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another longest row. */
    public DataConfig withMaxTokens(int value) {
        return new DataConfig(format, tokens, objective, value, tokensPerBatch, maskRate, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another batch size in tokens. */
    public DataConfig withTokensPerBatch(int value) {
        return new DataConfig(format, tokens, objective, maxTokens, value, maskRate, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another share of labelled residues. */
    public DataConfig withMaskRate(double value) {
        return new DataConfig(format, tokens, objective, maxTokens, tokensPerBatch, value, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another shuffling window. */
    public DataConfig withShuffleWindow(int value) {
        return new DataConfig(format, tokens, objective, maxTokens, tokensPerBatch, maskRate, value, onUnknown);
    }

    /** Returns a copy with another policy for unknown symbols. */
    public DataConfig withOnUnknown(String value) {
        return new DataConfig(format, tokens, objective, maxTokens, tokensPerBatch, maskRate, shuffleWindow, value);
    }
}
