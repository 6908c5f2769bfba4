package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.performer4j.checkpoint.onnx.OnnxModel;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** Heads on sequences and tokens in an ONNX file say what they say here. */
class OnnxHeadsTest {
    private static final double ERROR = 1e-5;
    private static final List<String> TEXTS = List.of("MKTAYIAK", "GG", "WVTNQRLLPEC");

    @TempDir
    Path dir;

    private PerformerModel model(Task task, String pooling) {
        PerformerConfig config =
                Samples.config(Framing.BOTH, new ProteinTokenizer().size(), 8).with("head.pooling", pooling);
        return Samples.model(task, Framing.BOTH, new ProteinTokenizer(), config, 5);
    }

    private Map<String, OnnxRuns.Output> run(PerformerModel model) throws IOException, OrtException {
        Path file = dir.resolve("m.onnx");
        ExportFormats.named("onnx").write(model, ExportSettings.defaults(), file);
        int[][] rows = TEXTS.stream()
                .map(text -> ModelRows.of(model.info()).framed(model.read(text).ids()))
                .toArray(int[][]::new);
        try (OnnxRuns onnx = new OnnxRuns(file)) {
            return onnx.run(13, rows);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "first", "last", "max"})
    void classes(String pooling) throws IOException, OrtException {
        PerformerModel model = model(new Classification(List.of("a", "b", "c"), false, "none", null), pooling);
        OnnxRuns.Output found = run(model).get("probabilities");
        List<Classified> expected = model.classify(TEXTS);
        for (int b = 0; b < TEXTS.size(); b++) {
            for (int c = 0; c < 3; c++) {
                assertThat((double) found.at(b, c))
                        .isCloseTo(expected.get(b).scores().get(c).probability(), within(ERROR));
            }
        }
    }

    @Test
    void pooledTextsHaveNoState() {
        Task task = new Classification(List.of("a", "b"), false, "none", null);
        PerformerConfig config = Samples.config(Framing.START, new ProteinTokenizer().size(), 8);
        PerformerModel model = Samples.model(task, Framing.START, new ProteinTokenizer(), config, 5);
        assertThatThrownBy(() -> ExportFormats.named("onnx-stream")
                        .write(model, ExportSettings.defaults(), dir.resolve("m.onnx")))
                .hasMessage("a text that is pooled comes whole, not in parts with a state between them; layer=pool");
    }

    @Test
    void labels() throws IOException, OrtException {
        PerformerModel model = model(new Classification(List.of("a", "b"), true, "none", null), "mean");
        OnnxRuns.Output found = run(model).get("probabilities");
        Classified expected = model.classify(TEXTS.get(2));
        assertThat((double) found.at(2, 1)).isCloseTo(expected.scores().get(1).probability(), within(ERROR));
    }

    /** In the units of the training data. */
    @Test
    void numbers() throws IOException, OrtException {
        Task task = new Regression(List.of("x", "y"), "mse", 1, List.of(300.0, -2.0), List.of(7.0, 0.5));
        PerformerModel model = model(task, "mean");
        OnnxRuns.Output found = run(model).get("numbers");
        for (int b = 0; b < TEXTS.size(); b++) {
            Estimated expected = model.regress(TEXTS.get(b));
            assertThat((double) found.at(b, 0)).isCloseTo(expected.number("x"), within(1e-3));
            assertThat((double) found.at(b, 1)).isCloseTo(expected.number("y"), within(ERROR));
        }
    }

    @Test
    void tags() throws IOException, OrtException {
        Tagging task = new Tagging(List.of("H", "E", "C"), "none", null);
        PerformerModel model = model(task, "mean");
        OnnxRuns.Output found = run(model).get("probabilities");
        int[] framed =
                ModelRows.of(model.info()).framed(model.read(TEXTS.get(2)).ids());
        INDArray expected =
                new PaddedNet(NetPool.of(model.net()), 0, 0).run("head", new int[][] {framed}, 13, INDArray::dup);
        for (int t = 0; t < framed.length; t++) {
            assertThat((double) found.at(2, t, 1)).isCloseTo(expected.getDouble(0, t, 1), within(ERROR));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "first", "last", "max"})
    void vectors(String pooling) throws IOException, OrtException {
        PerformerModel model = model(new Similarity(), pooling);
        OnnxRuns.Output found = run(model).get("sentence_embedding");
        List<float[]> expected = model.embedder().embed(TEXTS);
        for (int b = 0; b < TEXTS.size(); b++) {
            for (int e = 0; e < 8; e++) {
                assertThat((double) found.at(b, e)).isCloseTo(expected.get(b)[e], within(ERROR));
            }
        }
    }

    /** Patches of images, of which padded ones may hold anything. */
    @Test
    void rowsOfFloats() throws OrtException {
        PerformerConfig config = PerformerConfig.defaults()
                .with(Map.of("embedding.rowSize", 6, "width", 8, "attention.heads", 2, "layers", 1, "maxTokens", 9))
                .with("feedForward.hidden", 16);
        Task task = new Classification(List.of("a", "b"), false, "none", null);
        ComputationGraph net = new ComputationGraph(config.graph(task, new NoOp(), 0, 3));
        net.init();
        Onnx.ModelProto file = OnnxModel.of(net, task, config.hiddenVertex(), true, false, Map.of(), "1");
        float[][][] rows = new float[2][5][6];
        long[][] mask = {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}};
        INDArray own = Nd4j.zeros(2, 5, 6);
        INDArray real = Nd4j.zeros(2, 5);
        for (int b = 0; b < 2; b++) {
            for (int t = 0; t < 5; t++) {
                real.putScalar(b, t, mask[b][t]);
                for (int p = 0; p < 6; p++) {
                    rows[b][t][p] = mask[b][t] == 0 ? Float.NaN : (float) Math.sin(b + 3 * t + 7 * p);
                    own.putScalar(b, t, p, mask[b][t] == 0 ? 0 : rows[b][t][p]);
                }
            }
        }
        INDArray expected = net.output(false, new INDArray[] {own}, new INDArray[] {real}, null)[0];
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toByteArray());
                OnnxTensor x = OnnxTensor.createTensor(environment, rows);
                OnnxTensor m = OnnxTensor.createTensor(environment, mask);
                OrtSession.Result found = session.run(Map.of("rows", x, "attention_mask", m))) {
            float[][] p = (float[][]) found.get("probabilities").orElseThrow().getValue();
            for (int b = 0; b < 2; b++) {
                assertThat((double) p[b][0]).isCloseTo(expected.getDouble(b, 0), within(ERROR));
            }
        }
    }
}
