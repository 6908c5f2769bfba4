package io.github.performer4j.core.task;

import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.layer.ContrastLossLayer;
import io.github.performer4j.core.loss.Candidates;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Vectors that are alike for the two texts of a pair, by contrast with other texts of the batch, and with hard negatives where the data has some; see {@link ContrastLossLayer}.
 *
 * @param temperature τ of the similarities, positive
 * @param contrast among which texts a partner is to be found: {@code all} others of the batch; {@code both}: first texts among second ones, second among first; {@code first}: first texts among second ones
 */
public record Similarity(double temperature, String contrast) implements Task {
    /** Name in configurations. */
    public static final String NAME = "pairs";

    /** Checks the settings. */
    public Similarity {
        ContrastLayer.requireTemperature(temperature);
        contrast = contrast == null ? "all" : contrast;
        if (!names().contains(contrast)) {
            throw new IllegalArgumentException(
                    "task.contrast must be " + String.join(", ", names()) + "; contrast=" + contrast);
        }
    }

    private static List<String> names() {
        return Arrays.stream(Candidates.values())
                .map(c -> c.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Compares with all other texts of the batch. */
    public Similarity(double temperature) {
        this(temperature, "all");
    }

    /** Compares at a temperature of 0.05. */
    public Similarity() {
        this(0.05);
    }

    /** Returns among which texts a partner is to be found. */
    public Candidates candidates() {
        return Candidates.valueOf(contrast.toUpperCase(Locale.ROOT));
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
        place.graph().addLayer("contrast", new ContrastLayer(place.pooling()), place.hidden());
        place.graph().addLayer(HeadPlace.OUTPUT, new ContrastLossLayer(candidates(), temperature), "contrast");
    }
}
