package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Test
    void measuresInAProcessOfItsOwnAndWritesTheTableTwice() throws IOException {
        Path json = folder.resolve("bench.json");
        int code = run(
                "bench",
                "attention",
                "--tokens",
                "13,65536",
                "--engines",
                "linear,exact",
                "--causal",
                "no",
                "--width",
                "14",
                "--heads",
                "2",
                "--features",
                "5",
                "--runs",
                "3",
                "--clock",
                "cpu",
                "--memory",
                "1",
                "--json",
                json.toString());
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("linear, 13 tokens: ");
        assertThat(code).isEqualTo(Main.OK);
        JsonNode rows = new ObjectMapper().readTree(Files.readString(json)).get("rows");
        assertThat(rows).hasSize(4);
        JsonNode linear = rows.get(0);
        assertThat(linear.get("reason").isNull()).as(linear.toString()).isTrue();
        assertThat(linear.get("forward_backward_ms").asDouble()).isPositive();
        assertThat(linear.get("forward_runs").asInt()).isEqualTo(3);
        assertThat(rows.get(2).get("forward_ms").asDouble()).isPositive();
        assertThat(rows.get(3).get("forward_ms").isNull()).isTrue();
        assertThat(rows.get(3).get("reason").asText())
                .startsWith("needs about 256")
                .endsWith("1.0 GiB are free");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("linear                13 ", "exact             65,536   needs");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--heads 3 | heads must divide width; width=256, heads=3",
                "--tokens 512,256 | lengths must rise; tokens=[512, 256]",
                "--tokens 0 | tokens must be positive; tokens=0",
                "--map nil | unknown feature map; name=nil",
                "--runs 0 | runs must be positive; runs=0",
                "--memory 0 | memory must be positive; bytes=0",
                "--clock cpu --threads 2 | the clock cpu counts one thread; threads=2",
                "--engines cubic | Invalid value for option '--engines'"
            })
    void wrongUsageIsOneLineAndMeasuresNothing(String arguments, String message) {
        String[] args = ("bench attention " + arguments).split(" ");
        assertThat(run(args)).isEqualTo(Main.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("performer: " + message)
                .hasLineCount(1);
        assertThat(out.size()).isZero();
    }

    @Test
    void theProcessThatMeasuresIsNotAdvertised() {
        assertThat(run("bench", "--help")).isEqualTo(Main.OK);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("attention").doesNotContain("cell");
    }
}
