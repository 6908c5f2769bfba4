package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Machine MACHINE =
            new Machine("Some CPU", 2, 8L << 30, "Linux 6", "17.0.1", "oneDNN 3.11.0 (AVX2)");
    private static final Case ATTENTION = Case.of(Work.ATTENTION);
    private static final Case EXACT = ATTENTION.with(32768, AttentionKind.EXACT, true);
    private static final Case TRAIN = Case.of(Work.TRAIN);

    private static final Report REPORT = new Report(
            MACHINE,
            2,
            50.0,
            60.0,
            List.of(
                    new Row(ATTENTION, Engine.FUSED, 100.0, 200.0, 9, 300L << 20, 1L << 20, null),
                    new Row(ATTENTION, Engine.DJL, 250.0, 1234.5, 9, null, null, null),
                    Row.none(EXACT, Engine.FUSED, "needs more"),
                    new Row(EXACT, Engine.TORCH, 10_000.0, 20_000.0, 3, 1L << 30, 1L, null),
                    new Row(TRAIN, Engine.FUSED, 100.0, 300.0, 9, 300L << 20, 1L << 20, null)));

    /** Attention has 4.29 GFLOP forward and 12.88 with backward, the model 45.2 and 135.5; limits are 100 GFLOP/s. */
    @Test
    void theTableShowsTimesSharesRatiosAndReasons() {
        assertThat(REPORT.table())
                .containsExactly(
                        "Some CPU, 2 cores, Java 17.0.1; 2 threads; sgemm(1024³) 50.0 GFLOP/s a thread, limit 100; 60.0 by oneDNN 3.11.0 (AVX2)",
                        "",
                        "attention, favor+, bidirectional: B=4 T=1,024 E=512 H=8 M=256",
                        "          forward ms   limit   ×fused   fwd+bwd ms   limit   ×fused   peak MiB",
                        "fused          100.0     43%     1.00        200.0     64%     1.00        300",
                        "djl            250.0     17%     2.50      1,234.5     10%     6.17          -",
                        "fastest peer: forward djl 2.50×, fwd+bwd djl 6.17×",
                        "",
                        "attention, exact, causal: B=4 T=32,768 E=512 H=8",
                        "          forward ms   limit   ×fused   fwd+bwd ms   limit   ×fused   peak MiB",
                        "fused     needs more",
                        "torch       10,000.0    880%        -     20,000.0   1539%        -      1,024",
                        "",
                        "train, favor+, bidirectional: B=8 T=512 E=256 H=4 M=128 F=1024 layers=6 V=32",
                        "          forward ms   limit   ×fused      step ms   limit   ×fused   peak MiB",
                        "fused          100.0    452%     1.00        300.0    452%     1.00        300");
    }

    @Test
    void theJsonHasAllFigures() {
        JsonNode json = REPORT.json();
        assertThat(json.get("sgemm_gflops_per_thread").asDouble()).isEqualTo(50);
        assertThat(json.get("products_gflops_per_thread").asDouble()).isEqualTo(60);
        assertThat(json.get("machine").get("products").asText()).isEqualTo("oneDNN 3.11.0 (AVX2)");
        assertThat(json.get("threads").asInt()).isEqualTo(2);
        assertThat(json.get("machine").get("cpu").asText()).isEqualTo("Some CPU");
        JsonNode row = json.get("rows").get(1);
        assertThat(row.get("work").asText()).isEqualTo("attention");
        assertThat(row.get("engine").asText()).isEqualTo("djl");
        assertThat(row.get("attention").asText()).isEqualTo("favor+");
        assertThat(row.get("causal").asBoolean()).isFalse();
        assertThat(List.of("batch", "tokens", "width", "heads", "features"))
                .extracting(name -> row.get(name).asInt())
                .containsExactly(4, 1024, 512, 8, 256);
        assertThat(row.get("hidden").isNull()).isTrue();
        assertThat(row.get("forward_ms").asDouble()).isEqualTo(250);
        assertThat(row.get("forward_backward_ms").asDouble()).isEqualTo(1234.5);
        assertThat(row.get("runs").asInt()).isEqualTo(9);
        assertThat(row.get("peak_native_bytes").isNull()).isTrue();
        assertThat(row.get("gflop").asDouble()).isEqualTo(12.884901888);
        assertThat(row.get("forward_gflop").asDouble()).isEqualTo(4.294967296);
        assertThat(row.get("share_of_limit").asDouble()).isEqualTo(12.884901888 / 1.2345 / 100);
        assertThat(row.get("ratio_to_fused").asDouble()).isEqualTo(6.1725);
        assertThat(row.get("reason").isNull()).isTrue();
        assertThat(row.get("fastest_peer").asBoolean()).isTrue();
        JsonNode first = json.get("rows").get(0);
        assertThat(first.get("peak_native_bytes").asLong()).isEqualTo(300L << 20);
        JsonNode train = json.get("rows").get(4);
        assertThat(train.get("work").asText()).isEqualTo("train");
        assertThat(List.of("hidden", "layers", "vocabulary"))
                .extracting(name -> train.get(name).asInt())
                .containsExactly(1024, 6, 32);
    }

    /** Peers may be the fastest forward or with gradients; the graph is none. */
    @Test
    void theHeadlineIsTheFastestPeers() {
        Report report = new Report(
                MACHINE,
                2,
                null,
                null,
                List.of(
                        new Row(TRAIN, Engine.FUSED, 100.0, 200.0, 9, null, null, null),
                        new Row(TRAIN, Engine.DJL, 120.0, 300.0, 9, null, null, null),
                        new Row(TRAIN, Engine.LIBTORCH, 130.0, 250.0, 9, null, null, null),
                        new Row(TRAIN, Engine.GRAPH, 101.0, 201.0, 9, null, null, null)));
        assertThat(report.table()).endsWith("fastest peer: forward djl 1.20×, step libtorch 1.25×");
        assertThat(report.json().get("rows").findValuesAsText("fastest_peer"))
                .containsExactly("false", "false", "true", "false");
        Report alone = new Report(MACHINE, 2, null, null, report.rows().subList(0, 1));
        assertThat(alone.table()).noneMatch(line -> line.startsWith("fastest"));
    }

    @Test
    void whatWasNotMeasuredIsNullWithItsReason() {
        JsonNode row = REPORT.json().get("rows").get(2);
        for (String name : List.of(
                "forward_ms",
                "forward_backward_ms",
                "peak_native_bytes",
                "forward_share_of_limit",
                "share_of_limit",
                "ratio_to_fused")) {
            assertThat(row.get(name).isNull()).as(name).isTrue();
        }
        assertThat(row.get("causal").asBoolean()).isTrue();
        assertThat(row.get("reason").asText()).isEqualTo("needs more");
    }

    @Test
    void withoutAYardstickThereAreTimesAndNoShares() {
        Report report = new Report(MACHINE, 2, null, null, REPORT.rows());
        assertThat(report.table().get(0)).isEqualTo("Some CPU, 2 cores, Java 17.0.1; 2 threads");
        assertThat(report.table().get(4))
                .isEqualTo("fused          100.0       -     1.00        200.0       -     1.00        300");
        JsonNode json = report.json();
        assertThat(json.get("sgemm_gflops_per_thread").isNull()).isTrue();
        assertThat(json.get("rows").get(0).get("share_of_limit").isNull()).isTrue();
    }
}
