package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.imports.ImportReport;
import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.checkpoint.weights.SafetensorsWriter;
import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.data.token.BpeTrainer;
import io.github.performer4j.data.token.JsonTokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A tiny random model of the made-up family computes what its formula says, in plain Java. */
class OwnArchitectureTest {
    private static final int E = 12;
    private static final int H = 3;
    private static final int F = 10;
    private static final int LAYERS = 2;
    private static final String TEXT = "the cat sat";

    private final Map<String, INDArray> tensors = new LinkedHashMap<>();

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void write() throws IOException {
        model = Files.createDirectory(folder.resolve("kite"));
        JsonTokenizer tokenizer = new BpeTrainer(List.of("<s>", "</s>", "<mask>"))
                .add("the cat sat on the mat and the cat ran")
                .train(270, 2);
        Files.writeString(model.resolve("tokenizer.json"), tokenizer.json());
        int rows = tokenizer.size() + 2; // as models are padded to round numbers
        config("{\"model_type\": \"kite\", \"dim\": 12, \"heads\": 3, \"num_layers\": 2, \"hidden_dim\": 10,"
                + " \"max_tokens\": 16, \"rope_theta\": 50.0, \"vocab_size\": " + rows + "}");
        random("kite.token.weight", rows, E);
        for (int i = 0; i < LAYERS; i++) {
            String layer = "kite.layers." + i + ".";
            random(layer + "norm1.weight", E);
            random(layer + "qkv.weight", 3 * E, E);
            random(layer + "out.weight", E, E);
            random(layer + "norm2.weight", E);
            random(layer + "gate_up.weight", 2 * F, E);
            random(layer + "down.weight", E, F);
        }
        random("kite.norm.weight", E);
        random("head.dense.weight", E, E);
        random("head.norm.weight", E);
        random("head.bias", rows);
        weights();
    }

    private void config(String json) throws IOException {
        Files.writeString(model.resolve("config.json"), json);
    }

    private void weights() throws IOException {
        try (OutputStream out = Files.newOutputStream(model.resolve("model.safetensors"))) {
            SafetensorsWriter.write(out, tensors);
        }
    }

    private void random(String name, int... shape) {
        CounterRandom draws = CounterRandom.of(7, tensors.size());
        INDArray array =
                Nd4j.zeros(DataType.FLOAT, Arrays.stream(shape).asLongStream().toArray());
        INDArray flat = array.reshape(array.length());
        for (long i = 0; i < flat.length(); i++) {
            flat.putScalar(i, (float) (0.6 * draws.nextGaussian()));
        }
        tensors.put(name, array);
    }

    private ModelImport read(boolean masked) throws IOException {
        ImportSettings settings = new ImportSettings(false, null, Map.of(), 1, masked);
        return ModelImport.read(HuggingFaceFolder.find(model, null, null), settings, Provenance.unknown());
    }

    @Test
    void itComputesItsFormula() throws IOException {
        ModelImport imported = read(false);
        assertThat(imported.architecture()).isEqualTo("kite");
        assertThat(imported.report().leftOut())
                .extracting(ImportReport.Line::tensor)
                .containsExactly("head.dense.weight", "head.norm.weight", "head.bias");
        PerformerModel ours = imported.model();
        int[] ids = ours.info()
                .data()
                .framing()
                .frame(ours.info().tokenizer(), ours.read(TEXT).ids());
        double[][] expected = KiteFormula.of(tensors, ids, H, F, LAYERS, 50);
        float[][] actual = ours.embedTokens(TEXT);
        assertThat(actual.length).isEqualTo(ids.length - 2);
        for (int t = 0; t < actual.length; t++) {
            for (int e = 0; e < E; e++) {
                assertThat((double) actual[t][e]).as("token %d", t).isCloseTo(expected[t + 1][e], within(1e-5));
            }
        }
    }

    @Test
    void withItsHeadItFillsMasks() throws IOException {
        assertThat(read(true).model().fill("the <mask> sat").get(0).guesses()).hasSize(5);
    }

    /** Under its own names, bit for bit, rows that no token means left out. */
    @Test
    void itIsWrittenAgain() throws IOException {
        Path out = folder.resolve("out");
        ExportFormats.named("huggingface").write(read(true).model(), ExportSettings.defaults(), out);
        try (SafetensorsFile file = SafetensorsFile.open(out.resolve("model.safetensors"))) {
            for (WeightTensor tensor : file.tensors()) {
                float[] own = tensors.get(tensor.name()).dup('c').data().asFloat();
                float[] written = tensor.floats(0, Math.toIntExact(tensor.elements()));
                boolean table = tensor.name().matches("kite.token.weight|head.bias");
                assertThat(written).as(tensor.name()).hasSize(own.length);
                int known = table
                        ? own.length
                                / tensors.get("head.bias").columns()
                                * (tensors.get("head.bias").columns() - 2)
                        : own.length;
                assertThat(Arrays.copyOf(written, known)).isEqualTo(Arrays.copyOf(own, known));
            }
            assertThat(file.tensors()).hasSize(tensors.size());
        }
    }

    @Test
    void whatDoesNotFitIsToldAtOnce() throws IOException {
        tensors.remove("kite.layers.1.down.weight");
        tensors.put("kite.layers.0.out.weight", Nd4j.zeros(E, E + 1));
        weights();
        assertThatThrownBy(() -> read(false))
                .hasMessageContaining("missing=[kite.layers.1.down.weight]")
                .hasMessageContaining("kite.layers.0.out.weight F32 [12, 13] (expected [12, 12])");
        config(
                "{\"model_type\": \"kite\", \"dim\": 12, \"heads\": 4, \"num_layers\": 2, \"max_tokens\": 16, \"vocab_size\": 300}");
        assertThatThrownBy(() -> read(false)).hasMessageContaining("heads must be of an even width; dim=12, heads=4");
    }

    @Test
    void theExampleRuns() throws IOException {
        OwnArchitecture.main(new String[] {model.toString(), TEXT});
    }
}
