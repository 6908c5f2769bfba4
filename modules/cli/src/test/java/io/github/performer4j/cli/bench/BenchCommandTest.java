package io.github.performer4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.benchmarks.PositionScheme;
import io.github.performer4j.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int run(String... args) {
        return Main.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
    }

    /** Runs a small comparison; PyTorch may be missing. */
    private JsonNode rows(String work, String engines, String... more) throws IOException {
        Path json = folder.resolve("bench.json");
        List<String> args = new ArrayList<>(List.of("bench", work, "--json", json.toString(), "--threads", "1"));
        args.addAll(List.of("--engines", engines, "--causal", "no", "--runs", "1", "--batch", "2"));
        args.addAll(List.of("--width", "14", "--heads", "2", "--features", "5"));
        if (!work.equals("attention")) { // attention alone has no feed-forward, and refuses its width
            args.addAll(List.of("--hidden", "17"));
        }
        args.addAll(Arrays.asList(more));
        assertThat(run(args.toArray(new String[0])))
                .as(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(Main.OK);
        return new ObjectMapper().readTree(Files.readString(json)).get("rows");
    }

    private static void assertMeasured(JsonNode row, String engine) {
        assertThat(row.get("engine").asText()).isEqualTo(engine);
        assertThat(row.get("reason").isNull()).as(row.toString()).isTrue();
        assertThat(row.get("forward_ms").asDouble()).isPositive();
        assertThat(row.get("forward_backward_ms").asDouble()).isPositive();
        assertThat(row.get("share_of_limit").asDouble()).isPositive();
    }

    private static void assertMeasuredOrNotInstalled(JsonNode torch) {
        if (torch.get("reason").isNull()) {
            assertMeasured(torch, "torch");
        } else {
            assertThat(torch.get("reason").asText()).startsWith("PyTorch is not installed; on Debian: apt-get install");
            assertThat(torch.get("forward_ms").isNull()).isTrue();
        }
    }

    @Test
    void enginesAreComparedAndTheTableIsWrittenTwice() throws IOException {
        JsonNode rows =
                rows("attention", "torch,graph", "--tokens", "67,32768", "--attention", "exact", "--memory", "2");
        assertThat(rows).hasSize(4);
        assertMeasured(rows.get(0), "graph");
        assertMeasuredOrNotInstalled(rows.get(1));
        assertThat(rows.get(2).get("forward_ms").isNull()).isTrue();
        assertThat(rows.get(2).get("reason").asText()).startsWith("needs about ");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("GFLOP/s a thread", "attention, exact, bidirectional: B=2 T=67 E=14 H=2")
                .contains("graph     needs about ");
    }

    @Test
    void aTrainingStepIsTheSameInAllEngines() throws IOException {
        JsonNode rows = rows("train", "torch,graph,fused", "--tokens", "19", "--layers", "2", "--vocabulary", "11");
        assertMeasured(rows.get(0), "fused");
        assertMeasured(rows.get(1), "graph");
        assertMeasuredOrNotInstalled(rows.get(2));
        assertThat(rows.get(0).get("layers").asInt()).isEqualTo(2);
    }

    /** Beside the row in float32; a processor that multiplies no bfloat16 says so in its place. */
    @ParameterizedTest
    @CsvSource({"bfloat16, fused-bf16", "bfloat16x3, fused-bf16x3"})
    void productsInBfloat16HaveARowOfTheirOwn(String precision, String name) throws IOException {
        JsonNode rows = rows("block", "fused", "--tokens", "67", "--precision", precision);
        assertThat(rows).hasSize(2);
        assertMeasured(rows.get(0), "fused");
        if (rows.get(1).get("reason").isNull()) {
            assertMeasured(rows.get(1), name);
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains(name + "  ")
                    .doesNotContain("fastest peer");
        } else {
            assertThat(rows.get(1).get("reason").asText()).contains("products in bfloat16 need oneDNN");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attention --heads 3 | heads must divide width; width=512, heads=3",
                "attention --tokens 0 | tokens must be positive; tokens=0",
                "block --attention cubic | unknown attention; attention=cubic, known=favor+, exact",
                "block --runs 0 | runs must be positive; runs=0",
                "block --seconds 0 | seconds must be positive; seconds=0.0",
                "train --memory 0 | memory must be positive; bytes=0",
                "train --vocabulary 1 | vocabulary must be at least 2; vocabulary=1",
                "train --threads 0 | threads must be at least 1; threads=0",
                "attention --hidden 17 | --hidden is an option of bench block and train; --hidden=17",
                "attention --layers 2 | --layers is an option of bench train; --layers=2",
                "block --vocabulary 11 | --vocabulary is an option of bench train; --vocabulary=11",
                "train --layers 2147483647 | layers must be at most 1024; layers=2147483647",
                "train --vocabulary 2147483647 | an array must hold fewer than 2^31 values; batch=8, tokens=512",
                "attention --precision bfloat16 | --precision is an option of bench block and train: attention is in float32",
                "block --engines djl,graph --precision bfloat16 | --precision bfloat16 goes with --engines fused or libtorch; --engines=djl,graph",
                "block --engines djl,libtorch --precision bfloat16x3 | --precision bfloat16x3 goes with --engines fused; --engines=djl,libtorch",
                "block --precision tf32 | Invalid value for option '--precision'",
                "attention --engines cubic | Invalid value for option '--engines'",
                "attention --causal maybe | Invalid value for option '--causal'",
                "attention --json /no/such/folder/file | /no/such/folder/file: the folder to write it to does not exist"
            })
    void wrongUsageIsOneLineAndMeasuresNothing(String arguments, String message) {
        String[] args = ("bench " + arguments).split(" ");
        assertThat(run(args)).isEqualTo(Main.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("performer: " + message)
                .hasLineCount(1);
        assertThat(out.size()).isZero();
    }

    @Test
    void theProcessThatMeasuresIsThisProgram() {
        assertThat(BenchOptions.MAIN).isEqualTo(Main.class.getName());
    }

    @Test
    void theProcessThatMeasuresIsNotAdvertised() {
        assertThat(run("bench", "--help")).isEqualTo(Main.OK);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("attention", "block", "train")
                .doesNotContain("Run one engine");
    }

    @Test
    void attentionOverGraphsIsThatOfMatrices() throws IOException {
        Path json = folder.resolve("graphs.json");
        String[] sizes = {"--nodes", "60,10000", "--width", "8", "--heads", "2", "--features", "3", "--runs", "1"};
        List<String> args = new ArrayList<>(List.of("bench", "graphs", "--json", json.toString()));
        args.addAll(Arrays.asList(sizes));
        assertThat(run(args.toArray(new String[0])))
                .as(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(Main.OK);
        JsonNode rows = new ObjectMapper().readTree(Files.readString(json)).get("rows");
        assertThat(rows).hasSize(10);
        assertThat(rows.get(0).get("forward_backward_ms").asDouble()).isPositive();
        assertThat(rows.get(0).get("ns_per_arc_and_feature").asDouble()).isPositive();
        assertThat(rows.get(1).get("difference").asDouble()).isBetween(0.0, 1e-4);
        assertThat(rows.get(3).get("mask").asText()).isEqualTo("grf");
        assertThat(rows.get(3).get("difference").asDouble()).isBetween(0.0, 1e-4);
        assertThat(rows.get(4).get("difference").isNull()).isTrue();
        assertThat(rows.get(6).get("reason").asText()).startsWith("needs about ");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("kernels", "matrices [N,N]", "plain net");
    }

    @Test
    void positionsAreMeasuredBesideNone() throws IOException {
        Path json = folder.resolve("positions.json");
        String[] sizes = {"--tokens", "40", "--batch-tokens", "80", "--width", "8", "--heads", "2", "--features", "4"};
        List<String> args = new ArrayList<>(List.of("bench", "positions", "--runs", "1", "--json", json.toString()));
        args.addAll(Arrays.asList(sizes));
        assertThat(run(args.toArray(new String[0])))
                .as(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(Main.OK);
        JsonNode rows = new ObjectMapper().readTree(Files.readString(json)).get("rows");
        assertThat(rows).hasSize(2 * (PositionScheme.values().length - 2));
        assertThat(rows.get(0).get("ratio").asDouble()).isEqualTo(1);
        rows.forEach(row -> {
            assertThat(row.get("reason").isNull()).as(row.toString()).isTrue();
            assertThat(row.get("forward_backward_ms").asDouble()).isPositive();
            assertThat(row.get("rows").asInt()).isEqualTo(2);
        });
        args.addAll(List.of("--map", "positive", "--schemes", "offsets,grid"));
        assertThat(run(args.toArray(new String[0]))).isEqualTo(Main.OK);
        JsonNode transforms =
                new ObjectMapper().readTree(Files.readString(json)).get("rows");
        assertThat(transforms).hasSize(2 * 3);
        assertThat(transforms.get(2).get("reason").asText()).startsWith("a grid needs linear attention");
        assertThat(transforms.get(5).get("forward_backward_ms").asDouble()).isPositive();
        assertThat(run("bench", "positions", "--schemes", "rotary", "--tokens", "0"))
                .isEqualTo(Main.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("tokens must be from 1 to 131072; tokens=[0]");
        assertThat(run("bench", "positions", "--map", "nonsense")).isEqualTo(Main.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("nonsense");
    }

    /** The command itself refuses a state whose probabilities are not the prefix's. */
    @Test
    void tokensAreMeasuredFromTheStateAndByTheirPrefix() throws IOException {
        String[] sizes = {"--positions", "9,300", "--tokens", "5", "--runs", "1", "--set", "model.layers=1"};
        JsonNode rows = measured("generate", sizes);
        assertThat(rows).hasSize(7);
        assertThat(rows.get(0).get("way").asText()).isEqualTo("state");
        assertThat(rows.get(0).get("ratio").asDouble()).isEqualTo(1);
        assertThat(rows.get(3).get("position").asInt()).isEqualTo(300);
        assertThat(rows.get(3).get("difference").asDouble()).isBetween(0.0, 1e-4);
        for (int row : new int[] {0, 1, 2, 3, 6}) {
            assertThat(rows.get(row).get("tokens_per_second").asDouble()).isPositive();
        }
        for (int row : new int[] {4, 5}) { // a Python that has it, or the reason
            JsonNode peer = rows.get(row);
            assertThat(peer.get("way").asText()).isEqualTo("performer-pytorch");
            assertThat(peer.get("reason").isNull())
                    .isEqualTo(!peer.get("token_ms").isNull());
        }
        assertThat(run("bench", "generate", "--positions", "0")).isEqualTo(Main.USAGE);
        assertThat(run("bench", "generate", "--set", "training.steps=1")).isEqualTo(Main.USAGE);
        assertThat(run("bench", "generate", "--set", "model.attention.heads=3")).isEqualTo(Main.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("positions must be from 1 to 131072; positions=[0]")
                .contains("--set takes keys of the model; key=training.steps")
                .contains("heads must divide width; width=128, heads=3");
    }

    @Test
    void aLongSequenceIsMeasuredBesideItsParts() throws IOException {
        String[] sizes = {"--tokens", "600", "--parts", "3", "--runs", "1", "--set", "model.layers=1"};
        JsonNode rows = measured("embed", sizes);
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).get("ratio").asDouble()).isEqualTo(1);
        assertThat(rows.get(1).get("sequences").asInt()).isEqualTo(3);
        assertThat(rows.get(1).get("tokens").asInt()).isEqualTo(200);
        assertThat(rows.get(1).get("token_us").asDouble()).isPositive();
        assertThat(run("bench", "embed", "--parts", "3")).isEqualTo(Main.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("parts must divide tokens; parts=3, tokens=35000");
    }

    @Test
    void timeOfOffsetsIsOverItsGrowth() throws IOException {
        JsonNode rows = measured("offsets", "--tokens", "64,5000", "--features", "2", "--runs", "1");
        assertThat(rows).hasSize(4);
        JsonNode longer = rows.get(1);
        assertThat(longer.get("taken_by_layers").asBoolean()).isTrue();
        assertThat(rows.get(0).get("taken_by_layers").asBoolean()).isFalse();
        assertThat(longer.get("forward_ns_by_t_log_t").asDouble() * 5000 * Math.log(5000) / Math.log(2) / 1e6)
                .isCloseTo(longer.get("forward_ms").asDouble(), within(1e-6));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "bidirectional: largest over smallest", "causal: largest over smallest", "layers take a band");
    }

    private JsonNode measured(String work, String... sizes) throws IOException {
        Path json = folder.resolve(work + ".json");
        List<String> args = new ArrayList<>(List.of("bench", work, "--json", json.toString()));
        args.addAll(Arrays.asList(sizes));
        assertThat(run(args.toArray(new String[0])))
                .as(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(Main.OK);
        return new ObjectMapper().readTree(Files.readString(json)).get("rows");
    }

    @Test
    void fieldIntegratorsAreMeasuredBesideBruteForce() throws IOException {
        Path json = folder.resolve("fields.json");
        String[] sizes = {"--vertices", "600", "--frequencies", "16,256", "--runs", "1"};
        List<String> args = new ArrayList<>(List.of("bench", "fields", "--json", json.toString()));
        args.addAll(Arrays.asList(sizes));
        assertThat(run(args.toArray(new String[0])))
                .as(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(Main.OK);
        JsonNode rows = new ObjectMapper().readTree(Files.readString(json)).get("rows");
        assertThat(rows).hasSize(7);
        assertThat(rows.get(0).get("error").asDouble()).isZero();
        assertThat(rows.get(2).get("error").asDouble())
                .isLessThan(rows.get(1).get("error").asDouble());
        assertThat(rows.get(4).get("error").asDouble()).isBetween(0.0, 0.3);
        assertThat(rows.get(3).get("cosine").asDouble()).isBetween(0.9, 1.0);
    }
}
