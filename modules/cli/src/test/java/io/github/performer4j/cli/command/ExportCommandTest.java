package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class ExportCommandTest {
    @TempDir
    static Path folder;

    private static Path proteins;
    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        proteins = Cli.fasta(folder.resolve("proteins.fasta"), 12, 29);
        run = folder.resolve("run");
        Cli.run(
                        "train",
                        "--config",
                        Cli.maskedConfig(folder.resolve("config.json")),
                        "--data",
                        proteins,
                        "--valid",
                        proteins,
                        "--out",
                        run)
                .ok();
    }

    /** Every parameter is in the file, bit for bit, in the net's order. */
    @Test
    void weightsAloneAsSafetensors() throws IOException {
        Path out = folder.resolve("weights.safetensors");
        Cli.Result result = Cli.run("export", "--model", run, "--format", "safetensors", "--out", out)
                .ok();
        PerformerModel model = Models.load(run);
        long values = 0;
        try (SafetensorsFile file = SafetensorsFile.open(out)) {
            assertThat(result.out()).contains("safetensors, " + file.tensors().size() + " tensors; for programs that");
            for (WeightTensor tensor : file.tensors()) {
                String[] name = tensor.name().split("\\.", 2);
                INDArray expected = model.net().getLayer(name[0]).getParam(name[1]);
                assertThat(tensor.shape().stream().mapToLong(Long::longValue).toArray())
                        .isEqualTo(expected.shape());
                assertThat(tensor.floats(0, Math.toIntExact(tensor.elements())))
                        .containsExactly(expected.dup('c').data().asFloat());
                values += expected.length();
            }
        }
        assertThat(values).isEqualTo(model.net().numParams());
        Path no = folder.resolve("no.safetensors");
        Cli.run("export", "--model", run, "--format", "safetensors", "--tokens", 9, "--out", no)
                .refused("a file of weights is for any sizes: leave them out; batch=null, tokens=9");
        assertThat(no).doesNotExist();
    }

    /** The file runs without performer4j's classes in use, and gives the trained model's probabilities. */
    @Test
    void fileGivesTheTrainedModelsProbabilities() throws IOException {
        Path out = folder.resolve("model.fb");
        Path json = folder.resolve("model.json");
        Cli.Result result = Cli.run(
                        "export",
                        "--model",
                        run,
                        "--format",
                        "SAMEDIFF",
                        "--batch",
                        2,
                        "--tokens",
                        23,
                        "--out",
                        out,
                        "--json",
                        json)
                .ok();
        PerformerModel model = Models.load(run);
        int vocabulary = model.info().tokenizer().size();
        String head = "head float32 [2,23," + vocabulary + "]";
        assertThat(result.out())
                .isEqualTo(run + ": samediff, ids int32 [2,23], mask float32 [2,23] -> " + head
                        + "; for SameDiff.load of ND4J, without performer4j -> " + out
                        + "\nbeside it: " + folder.resolve("model.vocabulary.json") + ", " + folder.resolve("model.md")
                        + "\n");
        JsonNode tree = new ObjectMapper().readTree(Files.readString(json));
        assertThat(tree.path("bytes").asLong()).isEqualTo(Files.size(out));
        assertThat(tree.path("inputs").path(0).toString())
                .isEqualTo("{\"name\":\"ids\",\"type\":\"int32\",\"shape\":[2,23]}");
        INDArray ids = Nd4j.zeros(DataType.INT32, 2, 23);
        INDArray mask = Nd4j.ones(DataType.FLOAT, 2, 23);
        for (int t = 0; t < 23; t++) {
            ids.putScalar(0, t, 5 + t % 20);
            ids.putScalar(1, t, 5 + 3 * t % 20);
            mask.putScalar(1, t, t < 17 ? 1 : 0);
        }
        INDArray[] expected =
                model.net().output(false, new INDArray[] {ids.castTo(DataType.FLOAT)}, new INDArray[] {mask}, null);
        INDArray actual = SameDiff.load(out.toFile(), false).outputSingle(Map.of("ids", ids, "mask", mask), "head");
        double largest = expected[0].maxNumber().doubleValue();
        assertThat(Transforms.abs(actual.sub(expected[0])).maxNumber().doubleValue())
                .isCloseTo(0, within(1e-5 * largest));
        Cli.run("export", "--model", run, "--format", "samediff", "--out", out)
                .refused("model.fb", "the file to write exists already");
    }

    /** The card has the run's own figures; nothing beside the file is overwritten. */
    @Test
    void onnxWithTokenizerAndCard() throws IOException {
        Path out = folder.resolve("figures.onnx");
        Cli.Result result = Cli.run(
                        "export", "--model", run, "--format", "onnx", "--license", "cc-by-4.0", "--out", out)
                .ok();
        assertThat(result.out())
                .contains("onnx, input_ids int64 [*,*], attention_mask int64 [*,*] -> last_hidden_state float32 [*,*,");
        JsonNode evaluation = new ObjectMapper().readTree(ModelFile.entry(Models.file(run), "evaluation.json"));
        String card = Files.readString(folder.resolve("figures.md"));
        assertThat(card)
                .startsWith("---\nlicense: cc-by-4.0\n")
                .contains("# figures", "fills masked tokens in", "proteins.fasta", "figures.vocabulary.json")
                .contains(String.format(
                        Locale.ROOT,
                        "| loss | %.4f |",
                        evaluation.path("figures").path("loss").asDouble()));
        Tokenizer tokenizer = TokenizerJson.read(new ObjectMapper()
                .readTree(folder.resolve("figures.vocabulary.json").toFile()));
        assertThat(tokenizer).isEqualTo(Models.load(run).info().tokenizer());
        Path again = folder.resolve("figures.fb");
        Cli.run("export", "--model", run, "--format", "samediff", "--out", again)
                .refused("figures.vocabulary.json", "the file to write exists already");
        assertThat(again).doesNotExist();
        Cli.run("export", "--model", run, "--format", "onnx", "--license", "a b", "--out", folder.resolve("x.onnx"))
                .refused("a licence is named by letters");
    }

    /** Whatever the format: what it is, its figures, and how this very file is loaded. */
    @ParameterizedTest
    @CsvSource({"zip,zip,ModelFile.load", "safetensors,safetensors,load_file", "onnx,onnx,createSession"})
    void everyFormatHasACard(String format, String ending, String loading) throws IOException {
        Path out = folder.resolve("card-" + format + "." + ending);
        Cli.run("export", "--model", run, "--format", format, "--license", "mit", "--out", out)
                .ok();
        assertThat(Files.readString(folder.resolve("card-" + format + ".md")))
                .startsWith("---\nlicense: mit\n")
                .contains("# card-" + format, "| loss | ", "| baseline ", loading)
                .containsPattern(loading + ".*\"" + out.getFileName() + "\"");
    }

    /** All of the model and its figures, nothing of the training; what cannot be written elsewhere, too. */
    @Test
    void aZipOfTheModelAlone() throws IOException {
        Path out = folder.resolve("alone.zip");
        Cli.Result result = Cli.run("export", "--model", run, "--format", "zip", "--out", out)
                .ok();
        assertThat(result.out()).contains("beside it: " + folder.resolve("alone.md") + "\n");
        PerformerModel model = Models.load(run);
        PerformerModel again = ModelFile.load(out);
        assertThat(again.info()).isEqualTo(model.info());
        assertThat(again.net().params()).isEqualTo(model.net().params());
        assertThat(ModelFile.entry(out, "updaterState.bin")).isNull();
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readTree(ModelFile.entry(out, "evaluation.json")))
                .isEqualTo(mapper.readTree(ModelFile.entry(Models.file(run), "evaluation.json")));
        Cli.run("export", "--model", run, "--format", "zip", "--tokens", 9, "--out", folder.resolve("no.zip"))
                .refused("a model's own file is for any sizes: leave them out; batch=null, tokens=9");
    }

    @Test
    void defaultsAreAnUnbatchedWindow() {
        Path out = folder.resolve("defaults.fb");
        Cli.Result result = Cli.run("export", "--model", run, "--format", "samediff", "--no-mask", "--out", out)
                .ok();
        assertThat(result.out()).contains("samediff, ids int32 [1,31] -> head float32 [1,31,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--format pickle | unknown format; format=pickle, known=zip, samediff",
                "--format samediff --batch 0 | batch must be positive; batch=0",
                "--format samediff --tokens 33 | layer=positions, tokens=32, length=33",
                "--format samediff --tokens few | Invalid value for option '--tokens'"
            })
    void wrongUsageIsOneLine(String arguments, String message) {
        Path none = folder.resolve("none.fb");
        Object[] args = ("export --model " + run + " --out " + none + " " + arguments).split(" ");
        Cli.run(args).refused(message);
        assertThat(none).doesNotExist();
    }

    @Test
    void aMapOfEachSequenceIsRefusedByName() {
        Path fitted = folder.resolve("fitted");
        Cli.run(
                        "train",
                        "--config",
                        folder.resolve("config.json"),
                        "--set",
                        "model.attention.featureMap=poisson",
                        "--data",
                        proteins,
                        "--valid",
                        proteins,
                        "--out",
                        fitted)
                .ok();
        Path none = folder.resolve("none.fb");
        Cli.run("export", "--model", fitted, "--format", "samediff", "--out", none)
                .refused("cannot hold a feature map that fits itself to each sequence", "layer=block-0");
        assertThat(none).doesNotExist();
    }
}
