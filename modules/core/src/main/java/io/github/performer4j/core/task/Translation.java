package io.github.performer4j.core.task;

/**
 * A target text for a source text, token by token: an encoder reads the source [B,Ts] in both directions, a decoder the target [B,Tt] from the left, and attends to what the encoder made of the source
 * (Vaswani and others, <em>Attention is all you need</em>, 2017). With target y_1 … y_n and y_{n+1} = EOS,
 *
 * <pre>loss = −(1/N) Σ log p(y_t | y_1 … y_{t−1}, source)</pre>
 *
 * <p>the mean over all N target tokens of a batch, ends included. The model needs {@code model.encoder.layers}.
 */
public record Translation() implements Task {
    /** Name in configurations. */
    public static final String NAME = "seq2seq";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String purpose() {
        return "writes a target text for a source text";
    }

    @Override
    public Boolean causal() {
        return true;
    }

    @Override
    public boolean predictsTokens() {
        return true;
    }

    @Override
    public boolean readsSource() {
        return true;
    }

    @Override
    public void head(HeadPlace place) {
        LanguageModels.head(place);
    }
}
