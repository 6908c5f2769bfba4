package io.github.performer4j.data;

import io.github.performer4j.data.token.TokenizerKinds;
import java.util.List;

/**
 * How a corpus is read and cut into batches. Reads and writes as JSON by Jackson's record support.
 *
 * @param kind "protein" (FASTA), "text", or "auto": by the file names, and where they do not tell, what {@code tokens} needs
 * @param tokens "protein", "character", "byte", or the path of a HuggingFace {@code tokenizer.json}
 * @param framing which special tokens stand around a document
 * @param maxTokens the longest row, special tokens included; at least 8
 * @param tokensPerBatch B·T is at most this (but B is at least 1); at least 1
 * @param shuffleWindow number of rows held back for shuffling; a corpus of no more rows is shuffled uniformly; at least 1
 * @param onUnknown "mask": a symbol outside the vocabulary becomes the unknown token and is counted; "error": it is an error that names
 *     path and line
 */
public record DataConfig(
        String kind,
        String tokens,
        Framing framing,
        int maxTokens,
        int tokensPerBatch,
        int shuffleWindow,
        String onUnknown) {

    /** Smallest row length. */
    public static final int MIN_TOKENS = 8;

    /** Checks every value. */
    public DataConfig {
        kind = oneOf("kind", kind, List.of("auto", "protein", "text"));
        tokens = TokenizerKinds.written(tokens);
        onUnknown = oneOf("onUnknown", onUnknown, List.of("mask", "error"));
        if (framing == null) {
            throw new IllegalArgumentException("framing must be both, start or packed; framing=null");
        }
        if (kind.equals("protein") != tokens.equals("protein") && !kind.equals("auto")) {
            throw new IllegalArgumentException(
                    "kind protein and tokens protein go together; kind=" + kind + ", tokens=" + tokens);
        }
        if (maxTokens < MIN_TOKENS) {
            throw new IllegalArgumentException("maxTokens must be at least " + MIN_TOKENS + "; maxTokens=" + maxTokens);
        }
        if (tokensPerBatch < 1) {
            throw new IllegalArgumentException("tokensPerBatch must be positive; tokensPerBatch=" + tokensPerBatch);
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

    /** Returns proteins between BOS and EOS: rows of up to 512 tokens, 4,096 tokens a batch, 32,768 rows of shuffling. */
    public static DataConfig defaults() {
        return new DataConfig("auto", "protein", Framing.BOTH, 512, 4096, 32768, "mask");
    }

    /** Returns whether an unknown symbol is an error. */
    boolean unknownIsError() {
        return onUnknown.equals("error");
    }

    /** Returns a copy with another kind of data. */
    public DataConfig withKind(String value) {
        return new DataConfig(value, tokens, framing, maxTokens, tokensPerBatch, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another kind of tokens. */
    public DataConfig withTokens(String value) {
        return new DataConfig(kind, value, framing, maxTokens, tokensPerBatch, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another framing. */
    public DataConfig withFraming(Framing value) {
        return new DataConfig(kind, tokens, value, maxTokens, tokensPerBatch, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another longest row. */
    public DataConfig withMaxTokens(int value) {
        return new DataConfig(kind, tokens, framing, value, tokensPerBatch, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another batch size in tokens. */
    public DataConfig withTokensPerBatch(int value) {
        return new DataConfig(kind, tokens, framing, maxTokens, value, shuffleWindow, onUnknown);
    }

    /** Returns a copy with another shuffling window. */
    public DataConfig withShuffleWindow(int value) {
        return new DataConfig(kind, tokens, framing, maxTokens, tokensPerBatch, value, onUnknown);
    }

    /** Returns a copy with another policy for unknown symbols. */
    public DataConfig withOnUnknown(String value) {
        return new DataConfig(kind, tokens, framing, maxTokens, tokensPerBatch, shuffleWindow, value);
    }
}
