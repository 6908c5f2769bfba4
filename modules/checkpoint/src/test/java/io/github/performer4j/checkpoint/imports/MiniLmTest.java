package io.github.performer4j.checkpoint.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A public model, brought in from its ONNX file, computes what ONNX Runtime computes from the same file. */
class MiniLmTest {
    private static final double ERROR = 2e-5;
    private static final int WIDTH = 384;
    private static final List<String> TEXTS = List.of(
            "A man is eating food.",
            "A man eats something.",
            "The quick brown fox jumps over the lazy dog, and the dog, being lazy, does nothing at all about it.",
            "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want"
                    + " of a wife. However little known the feelings or views of such a man may be on his first entering a"
                    + " neighbourhood, this truth is so well fixed in the minds of the surrounding families.",
            "Zürich!",
            "Linear attention costs O(n).");

    @TempDir
    static Path dir;

    private static ModelImport imported;
    private static int[][] rows;
    private static float[][][] expected;

    @BeforeAll
    static void read() throws IOException, OrtException {
        copy("/all-minilm-l6-v2.onnx", "model.onnx");
        copy("/all-minilm-l6-v2-tokenizer.json", "tokenizer.json");
        Files.writeString(dir.resolve("config.json"), """
                {"model_type": "bert", "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
                 "intermediate_size": 1536, "max_position_embeddings": 512, "type_vocab_size": 2, "vocab_size": 30522,
                 "hidden_act": "gelu", "layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1, "pad_token_id": 0}
                """);
        imported = ModelImport.read(
                HuggingFaceFolder.find(dir, null, null), ImportSettings.defaults(), Provenance.unknown());
        rows = TEXTS.stream().map(MiniLmTest::ids).toArray(int[][]::new);
        expected = onnx();
    }

    private static void copy(String resource, String name) throws IOException {
        try (InputStream in = MiniLmTest.class.getResourceAsStream(resource)) {
            Files.copy(in, dir.resolve(name));
        }
    }

    /** [CLS] text [SEP]. */
    private static int[] ids(String text) {
        int[] tokens = imported.model().info().tokenizer().encode(text);
        return IntStream.concat(IntStream.concat(IntStream.of(101), IntStream.of(tokens)), IntStream.of(102))
                .toArray();
    }

    private static float[][][] onnx() throws OrtException {
        int longest =
                IntStream.range(0, rows.length).map(b -> rows[b].length).max().orElseThrow();
        long[][] ids = new long[rows.length][longest];
        long[][] mask = new long[rows.length][longest];
        for (int b = 0; b < rows.length; b++) {
            for (int t = 0; t < rows[b].length; t++) {
                ids[b][t] = rows[b][t];
                mask[b][t] = 1;
            }
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session =
                        environment.createSession(dir.resolve("model.onnx").toString());
                OnnxTensor tokens = OnnxTensor.createTensor(environment, ids);
                OnnxTensor real = OnnxTensor.createTensor(environment, mask);
                OnnxTensor types = OnnxTensor.createTensor(environment, new long[rows.length][longest]);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", tokens, "attention_mask", real, "token_type_ids", types))) {
            return (float[][][]) result.get(0).getValue();
        }
    }

    @Test
    void hiddenStatesAreThoseOfOnnxRuntime() {
        INDArray found = Runs.hidden(imported.model(), rows);
        double worst = 0;
        for (int b = 0; b < rows.length; b++) {
            for (int t = 0; t < rows[b].length; t++) {
                for (int e = 0; e < WIDTH; e++) {
                    worst = Math.max(worst, Math.abs(found.getDouble(b, t, e) - expected[b][t][e]));
                }
            }
        }
        assertThat(worst).isLessThan(ERROR);
    }

    /** Mean over real tokens, then length 1. */
    @Test
    void vectorsOfSentencesAreThoseOfOnnxRuntime() {
        PerformerModel model = imported.model();
        List<float[]> found = model.embedder().embed(TEXTS);
        for (int b = 0; b < rows.length; b++) {
            double[] mean = new double[WIDTH];
            double square = 0;
            for (int e = 0; e < WIDTH; e++) {
                for (int t = 0; t < rows[b].length; t++) {
                    mean[e] += expected[b][t][e] / rows[b].length;
                }
                square += mean[e] * mean[e];
            }
            for (int e = 0; e < WIDTH; e++) {
                assertThat((double) found.get(b)[e]).isCloseTo(mean[e] / Math.sqrt(square), within(ERROR));
            }
        }
        double alike = model.similarity(TEXTS.get(0), TEXTS.get(1));
        assertThat(alike).isGreaterThan(0.8).isGreaterThan(model.similarity(TEXTS.get(0), TEXTS.get(5)) + 0.5);
    }

    /** Exact, and with features that fit themselves to each text; what ONNX Runtime makes of our file is what we make of the model. */
    @ParameterizedTest
    @ValueSource(strings = {"exact", "sderf", "positive"})
    void vectorsOfOurOwnOnnxFile(String attention) throws IOException, OrtException {
        PerformerConfig config = imported.model().info().model();
        if (!attention.equals("exact")) {
            config = config.with(
                    Map.of("attention.kind", "linear", "attention.featureMap", attention, "attention.features", 64));
        }
        PerformerModel model = new PerformerModel(
                AttentionChange.of(imported.model().net(), config),
                imported.model().info().withModel(config));
        Path file = dir.resolve(attention + ".onnx");
        ExportFormats.named("onnx").write(model, ExportSettings.defaults(), file);
        List<float[]> vectors = model.embedder().embed(TEXTS);
        int longest = Arrays.stream(rows).mapToInt(row -> row.length).max().orElseThrow();
        long[][] ids = new long[rows.length][longest];
        long[][] mask = new long[rows.length][longest];
        for (int b = 0; b < rows.length; b++) {
            for (int t = 0; t < rows[b].length; t++) {
                ids[b][t] = rows[b][t];
                mask[b][t] = 1;
            }
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor tokens = OnnxTensor.createTensor(environment, ids);
                OnnxTensor real = OnnxTensor.createTensor(environment, mask);
                OrtSession.Result result = session.run(Map.of("input_ids", tokens, "attention_mask", real))) {
            float[][] found =
                    (float[][]) result.get("sentence_embedding").orElseThrow().getValue();
            for (int b = 0; b < found.length; b++) {
                for (int e = 0; e < WIDTH; e++) {
                    assertThat((double) found[b][e]).isCloseTo(vectors.get(b)[e], within(1e-4));
                }
            }
        }
    }

    @Test
    void everyWeightIsUsed() {
        ImportReport report = imported.report();
        assertThat(report.mapped()).hasSize(5 + 6 * 16);
        assertThat(report.leftOut())
                .allMatch(line -> line.what().contains("constant")
                        || line.what().contains("pooler")
                        || line.what().contains("integers")
                        || line.what().contains("places"));
        assertThat(report.fresh()).isEmpty();
        assertThat(imported.model().info().window()).isEqualTo(512);
    }
}
