package io.github.performer4j.core.task;

/** The next token, predicted from the left. */
public record CausalLanguageModel() implements Task {
    /** Name in configurations. */
    public static final String NAME = "causal-lm";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String purpose() {
        return "continues a text, and makes vectors of sequences";
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
    public void head(HeadPlace place) {
        LanguageModels.head(place);
    }
}
