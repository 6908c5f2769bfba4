package io.github.performer4j.core.task;

/**
 * Tokens that are hidden, predicted from both sides (Devlin and others, <em>BERT</em>, 2019).
 *
 * @param maskRate share of the tokens that are labelled, in (0, 1)
 */
public record MaskedLanguageModel(double maskRate) implements Task {
    /** Name in configurations. */
    public static final String NAME = "masked-lm";

    /** Checks the rate. */
    public MaskedLanguageModel {
        if (!(maskRate > 0 && maskRate < 1)) {
            throw new IllegalArgumentException("maskRate must be in (0, 1); maskRate=" + maskRate);
        }
    }

    /** Labels 15% of the tokens. */
    public MaskedLanguageModel() {
        this(0.15);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String purpose() {
        return "fills masked tokens in, and makes vectors of sequences";
    }

    @Override
    public Boolean causal() {
        return false;
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
