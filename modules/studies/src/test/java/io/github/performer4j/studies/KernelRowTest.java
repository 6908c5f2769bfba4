package io.github.performer4j.studies;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.core.feature.Projection;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelRowTest {
    private static KernelRow row(String map, int features, double error, int head) {
        return new KernelRow(
                Setting.of(map, Projection.IID, 4, features),
                1,
                90,
                new KernelRow.Place(0, head),
                new Estimate(2, error * error, 0, error, null, error, Double.POSITIVE_INFINITY, 0.5),
                null);
    }

    @Test
    void jsonHasNullWhereThereIsNoNumber() {
        JsonNode json = row("positive", 8, 0.5, 3).json();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "map",
                        "projection",
                        "head_size",
                        "features",
                        "draws",
                        "norm",
                        "angle",
                        "mse",
                        "mse_standard_error",
                        "closed_form_mse",
                        "bias",
                        "bias_standard_error",
                        "micros_per_token",
                        "relative_error",
                        "layer",
                        "head");
        assertThat(json.get("bias").isNull()).isTrue();
        assertThat(json.get("closed_form_mse").isNull()).isTrue();
        assertThat(json.get("mse").asDouble()).isEqualTo(0.25);
    }

    @Test
    void theLeastMeanErrorAtEqualColumnsIsRecommended() {
        List<KernelRow> rows = List.of(
                row("positive", 8, 0.2, 0),
                row("positive", 8, 0.4, 1),
                row("oprf", 8, 0.1, 0),
                row("oprf", 8, 0.2, 1),
                row("trigonometric", 8, 0.9, 0),
                row("hyperbolic", 16, 0.01, 0));
        Recommendation all = Recommendation.among(rows, 8, setting -> true);
        assertThat(all.setting().name()).isEqualTo("oprf");
        assertThat(all.second().name()).isEqualTo("positive");
        Recommendation causal =
                Recommendation.among(rows, 8, setting -> !setting.map().looksAhead());
        assertThat(causal.setting().name()).isEqualTo("positive");
        assertThat(causal.secondError()).isEqualTo(0.9);
        assertThat(Recommendation.among(rows, 32, setting -> true)).isNull();
    }

    /** Few draws of a heavy tail look good: theory decides where there is one, and without it a bias gives them away. */
    @Test
    void missedTailsAreNotRecommended() {
        List<KernelRow> rows = List.of(
                row("oprf", estimate(5, null, 1)),
                row("positive", estimate(1, 900.0, 9)),
                row("sderf", estimate(2, null, 9)));
        Recommendation best = Recommendation.among(rows, 8, setting -> true);
        assertThat(best.setting().name()).isEqualTo("oprf");
        assertThat(best.second().name()).isEqualTo("positive");
        assertThat(best.secondError()).isEqualTo(900);
    }

    private static Estimate estimate(double error, Double theory, double bias) {
        return new Estimate(2, error * error, 0, error, null, theory, bias, 1);
    }

    private static KernelRow row(String map, Estimate estimate) {
        return new KernelRow(Setting.of(map, Projection.IID, 4, 8), 1, 90, null, estimate, null);
    }
}
