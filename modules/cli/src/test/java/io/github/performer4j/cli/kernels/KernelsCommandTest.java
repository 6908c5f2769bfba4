package io.github.performer4j.cli.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.core.feature.Projection;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelsCommandTest {
    @TempDir
    private Path folder;

    @Test
    void theReportIsATableAPictureAndJson() throws IOException {
        Path json = folder.resolve("rows.json");
        Path png = folder.resolve("rows.png");
        Cli.Result result = Cli.run(
                        "kernels",
                        "--maps",
                        "positive,hybrid",
                        "--projections",
                        "iid,simplex-plus",
                        "--head-size",
                        4,
                        "--features",
                        "16,32",
                        "--draws",
                        60,
                        "--norm",
                        "0.5",
                        "--angle",
                        "30,135",
                        "--seed",
                        3,
                        "--json",
                        json,
                        "--png",
                        png,
                        "--out",
                        folder.resolve("made"))
                .ok();
        assertThat(result.out())
                .contains("M=16", "M=32", "30°", "135°", "positive, iid", "hybrid, simplex-plus", "µs/token");
        JsonNode rows = new ObjectMapper().readTree(Files.readString(json)).get("rows");
        assertThat(rows).hasSize(2 * 2 * 2 * 2);
        List<String> keys = keysOfTheHelp();
        for (JsonNode row : rows) {
            assertThat(row.fieldNames()).toIterable().containsExactlyElementsOf(keys);
            boolean known = row.get("map").asText().equals("positive")
                    && row.get("projection").asText().equals("iid");
            assertThat(row.get("closed_form_mse").isNull()).isEqualTo(!known);
            assertThat(row.get("micros_per_token").asDouble()).isPositive();
            assertThat(row.get("mse").asDouble()).isPositive();
            assertThat(row.get("head_size").asInt()).isEqualTo(4);
            assertThat(row.get("draws").asInt()).isEqualTo(60);
            double kernel =
                    Math.exp(0.25 * Math.cos(Math.toRadians(row.get("angle").asDouble())));
            assertThat(row.get("relative_error").asDouble())
                    .isCloseTo(Math.sqrt(row.get("mse").asDouble()) / kernel, within(1e-9));
        }
        BufferedImage picture = ImageIO.read(png.toFile());
        assertThat(picture.getWidth()).isGreaterThan(picture.getHeight());
        assertThat(folder.resolve("made").resolve("kernels.png")).hasSameBinaryContentAs(png);
        assertThat(folder.resolve("made").resolve("kernels.json")).hasSameTextualContentAs(json);
    }

    /** The list itself is held by KernelRow's test. */
    private static List<String> keysOfTheHelp() {
        String help = Cli.run("kernels", "--help").ok().out();
        String start = "JSON: rows of ";
        return List.of(help.substring(help.indexOf(start) + start.length(), help.indexOf("; layer and head"))
                .split("[,\\s]+"));
    }

    @Test
    void gerfWithANumberIsARowOfItsOwn() throws IOException {
        Path json = folder.resolve("rows.json");
        Cli.Result result = kernels("gerf,GERF:-0.10,gerf:-0.1", "--png", folder.resolve("rows.png"), "--json", json)
                .ok();
        assertThat(result.out()).contains("gerf, orthogonal", "gerf:-0.1, orthogonal");
        JsonNode rows = new ObjectMapper().readTree(Files.readString(json)).get("rows");
        assertThat(rows.findValuesAsText("map")).containsExactly("gerf", "gerf:-0.1");
        assertThat(rows.get(1).get("closed_form_mse").asDouble())
                .isPositive()
                .isNotEqualTo(rows.get(0).get("closed_form_mse").asDouble());
    }

    /** A projection that cannot have this D is left out with a line; times are left out where nobody wants to wait for them. */
    @Test
    void everyProjectionIsAColumn() throws IOException {
        Path json = folder.resolve("rows.json");
        Cli.Result result = Cli.run(
                        "kernels",
                        "--maps",
                        "positive,oprf",
                        "--projections",
                        "all",
                        "--no-times",
                        "--head-size",
                        6,
                        "--features",
                        12,
                        "--angle",
                        60,
                        "--draws",
                        20,
                        "--json",
                        json)
                .ok();
        assertThat(result.out()).contains("mean squared error, averaged, ± its standard error", "simplex-plus");
        assertThat(result.err()).contains("left out: positive: Hadamard projections need");
        JsonNode rows = new ObjectMapper().readTree(Files.readString(json)).get("rows");
        assertThat(rows).hasSize(2 * (Projection.values().length - 1));
        for (JsonNode row : rows) {
            assertThat(row.get("micros_per_token").isNull()).isTrue();
            assertThat(row.get("mse_standard_error").asDouble()).isPositive();
        }
    }

    /** One M and one angle. */
    private static Cli.Result kernels(String maps, Object... more) {
        List<Object> args = new ArrayList<>(List.of("kernels", "--maps", maps, "--head-size", 4, "--features", 16));
        args.addAll(List.of("--angle", 60, "--draws", 20));
        args.addAll(List.of(more));
        return Cli.run(args.toArray());
    }

    @Test
    void aModelsRowsAreMeasuredAndAMapIsRecommended() throws IOException {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 40, 24);
        Path run = folder.resolve("run");
        Cli.run("train", "--config", Cli.maskedConfig(folder.resolve("c.json")), "--data", data, "--out", run)
                .ok();
        Path json = folder.resolve("rows.json");
        Cli.Result result = Cli.run(
                        "kernels",
                        "--model",
                        run,
                        "--data",
                        data,
                        "--maps",
                        "positive,gerf,oprf",
                        "--draws",
                        20,
                        "--pairs",
                        5,
                        "--json",
                        json,
                        "--png",
                        folder.resolve("rows.png"))
                .ok();
        assertThat(result.out()).contains("Recommended: ", "A of gerf that fits these rows: ", "0.0", "0.1");
        assertThat(result.out()).contains("block by block: ", "For import and convert: --attention ");
        JsonNode tree = new ObjectMapper().readTree(Files.readString(json));
        JsonNode first = tree.get("rows").get(0);
        assertThat(first.get("head_size").asInt()).isEqualTo(4);
        assertThat(first.get("features").asInt()).isEqualTo(8);
        assertThat(first.get("head").asInt()).isZero();
        assertThat(tree.get("rows").get(1).get("head").asInt()).isEqualTo(1);
        assertThat(tree.get("recommendation").get("gerf_a").asDouble()).isLessThan(0.125);
        assertThat(tree.get("recommendation").get("map").asText()).isNotEmpty();
        assertThat(tree.at("/recommendation/layers/0/block").asInt()).isEqualTo(1);
        assertThat(tree.at("/recommendation/options").asText()).startsWith("--attention ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--maps relu | maps must estimate the softmax kernel; name=relu, known=positive, hyperbolic,",
                "--maps cubic | unknown feature map; name=cubic, known=positive,",
                "--maps relu:1 | unknown feature map; name=relu:1, known=positive,",
                "--maps gerf:0.2 | A must be finite and below 1/8; A=0.2",
                "--maps gerf:much | A must be a number below 1/8; name=gerf:much",
                "--projections round | unknown projection; projection=round, known=iid, orthogonal,",
                "--maps hyperbolic --features 5 | hyperbolic features come in pairs: features must be even; features=5",
                "--draws -3 | draws must be at least 2; draws=-3",
                "--head-size 1 | head size must be at least 2; head_size=1",
                "--features 0 | features must be positive; features=0",
                "--features 2000000000 | features must be at most 65536; features=2000000000",
                "--head-size 1000000000 | head size must be at most 4096; head_size=1000000000",
                "--error 0.1 | pairs, unknown letters and advice are those of a model",
                "--pairs 3 | pairs, unknown letters and advice are those of a model; leave out --pairs, --on-unknown",
                "--on-unknown mask | pairs, unknown letters and advice are those of a model",
                "--norm -1 | norm must be above 0 and at most 10; norm=-1.0",
                "--norm NaN | norm must be above 0 and at most 10; norm=NaN",
                "--angle 181 | angle must be from 0 to 180 degrees; angle=181.0",
                "--projections hadamard --head-size 6 | ",
                "--model m.zip | a model and its data go together; --model=m.zip, --data=null",
                "--model m.zip --data d --norm 1 | head size, norm and angle are those of the model's rows",
                "--model m.zip --data d | m.zip: there is no such model file or folder",
                "--features many | Invalid value for option '--features'",
                "--png /no/such/folder/k.png | /no/such/folder/k.png: the folder to write it to does not exist"
            })
    void wrongUsageIsOneLineAndMeasuresNothing(String arguments, String message) {
        Cli.run((Object[]) ("kernels " + arguments).split(" "))
                .refused("performer: " + (message == null ? "" : message));
    }

    @Test
    void columnsThatAHybridCannotHaveAreRefusedAndNothingIsOverwritten() throws IOException {
        Path json = Files.writeString(folder.resolve("earlier.json"), "earlier");
        Cli.run("kernels", "--maps", "hybrid", "--features", "7", "--json", json)
                .refused("features=7");
        assertThat(json).hasContent("earlier");
    }
}
