package io.github.performer4j.core.task;

/** The next pixel of an image in raster order, predicted from those before it; measured in bits per dimension. */
public record PixelModel() implements Task {
    /** Name in configurations. */
    public static final String NAME = "pixels";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String purpose() {
        return "generates images pixel by pixel";
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
