package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.benchmarks.AttentionReport.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionReportTest {
    private static final Machine MACHINE = new Machine("Some CPU", 2, 8L << 30, "Linux 6", "17.0.1");

    private static Row row(Variant variant, int tokens, double forward, double both, Long peak) {
        return new Row(
                AttentionBenchTest.cell(variant, tokens), new Measurement(forward, both, 3, 3, peak, 1L, 2L, null));
    }

    private static final AttentionReport REPORT = new AttentionReport(
            MACHINE,
            List.of(
                    row(Variant.LINEAR, 512, 4, 12.8, 300L << 20),
                    row(Variant.LINEAR, 1024, 8, 20.48, 400L << 20),
                    row(Variant.LINEAR, 16384, 100, 327.68, null),
                    row(Variant.LINEAR_CAUSAL, 512, 1234.5, 2048, 300L << 20),
                    new Row(AttentionBenchTest.cell(Variant.EXACT, 16384), Measurement.none("needs more"))));

    @Test
    void theTableShowsTimesRatiosAndReasons() {
        assertThat(REPORT.table())
                .containsExactly(
                        "attention         tokens    forward   fwd+bwd   per token   against     peak",
                        "                                ms        ms          µs   T=1,024      MiB",
                        "linear               512        4.0      12.8        25.0      1.25      300",
                        "linear             1,024        8.0      20.5        20.0      1.00      400",
                        "linear            16,384      100.0     327.7        20.0      1.00        -",
                        "",
                        "linear, causal       512    1,234.5   2,048.0     4,000.0         -      300",
                        "",
                        "exact             16,384   needs more");
    }

    @Test
    void theJsonHasAllFigures() {
        JsonNode json = REPORT.json();
        assertThat(json.get("threads").asInt()).isEqualTo(1);
        assertThat(json.get("machine").get("cpu").asText()).isEqualTo("Some CPU");
        assertThat(json.get("machine").get("cores").asInt()).isEqualTo(2);
        assertThat(json.get("machine").get("java").asText()).isEqualTo("17.0.1");
        assertThat(json.get("rows")).hasSize(5);
        JsonNode first = json.get("rows").get(0);
        assertThat(first.get("work").asText()).isEqualTo("attention");
        assertThat(first.get("engine").asText()).isEqualTo("graph");
        assertThat(first.get("attention").asText()).isEqualTo("favor+");
        assertThat(first.get("causal").asBoolean()).isFalse();
        assertThat(first.get("batch").asInt()).isEqualTo(1);
        assertThat(first.get("tokens").asInt()).isEqualTo(512);
        assertThat(first.get("width").asInt()).isEqualTo(14);
        assertThat(first.get("heads").asInt()).isEqualTo(2);
        assertThat(first.get("features").asInt()).isEqualTo(5);
        assertThat(first.get("forward_ms").asDouble()).isEqualTo(4);
        assertThat(first.get("forward_backward_ms").asDouble()).isEqualTo(12.8);
        assertThat(first.get("peak_bytes").asLong()).isEqualTo(300L << 20);
        assertThat(first.get("ratio_to_1024").asDouble()).isEqualTo(1.25);
        assertThat(first.get("reason").isNull()).isTrue();
        assertThat(json.get("rows").get(3).get("causal").asBoolean()).isTrue();
        assertThat(json.get("rows").get(3).get("ratio_to_1024").isNull()).isTrue();
    }

    @Test
    void whatWasNotMeasuredIsNullWithItsReason() {
        JsonNode last = REPORT.json().get("rows").get(4);
        for (String name : List.of("forward_ms", "forward_backward_ms", "peak_bytes", "ratio_to_1024")) {
            assertThat(last.get(name).isNull()).as(name).isTrue();
        }
        assertThat(last.get("attention").asText()).isEqualTo("exact");
        assertThat(last.get("reason").asText()).isEqualTo("needs more");
    }
}
