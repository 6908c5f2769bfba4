package io.github.performer4j.core.task;

import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.layer.TokenLossLayer;

/**
 * Vectors that are alike for the two texts of a pair, by contrast with all other texts of the batch; see {@link ContrastLayer}. Rows 2i and 2i + 1 of a batch are pair i.
 *
 * @param temperature τ of the similarities, positive
 */
public record Similarity(double temperature) implements Task {
    /** Name in configurations. */
    public static final String NAME = "pairs";

    /** Checks the temperature. */
    public Similarity {
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException("temperature must be positive; temperature=" + temperature);
        }
    }

    /** Compares at a temperature of 0.05. */
    public Similarity() {
        this(0.05);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String purpose() {
        return "tells how alike two texts are, and makes vectors of texts that can be compared";
    }

    @Override
    public void head(HeadPlace place) {
        place.graph().addLayer("contrast", new ContrastLayer(place.pooling(), temperature), place.hidden());
        place.graph().addLayer(HeadPlace.OUTPUT, new TokenLossLayer(), "contrast");
    }
}
