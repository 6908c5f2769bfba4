package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.performer4j.checkpoint.Classified;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.core.net.LowRankAdapters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An encoder of another program is brought in, made linear, fine-tuned by updates of low rank, merged and taken out: after each step but those that train it says the same. */
class WholeWayTest {
    private static final Path MODELS = Path.of("../checkpoint/src/test/resources/golden/imports");
    private static final List<String> TEXTS = List.of("a", "b c", "g f e d", "c a b d e f", "d d d a b c g");
    private static final double ERROR = 1e-5;

    @TempDir
    static Path folder;

    private static Path exact;
    private static Path table;

    @BeforeAll
    static void read() throws IOException {
        exact = folder.resolve("exact.zip");
        Cli.run("import", "--from", MODELS.resolve("bert"), "--out", exact).ok();
        String[] words = {"a", "b", "c", "d", "e", "f", "g"};
        StringBuilder rows = new StringBuilder("text,first\n");
        for (int i = 0; i < 80; i++) {
            for (int j = 0; j <= i % 6; j++) {
                rows.append(words[(i * 3 + j * j) % words.length]).append(j < i % 6 ? " " : "");
            }
            rows.append(i * 3 % words.length < 3 ? ",low\n" : ",high\n");
        }
        table = Files.writeString(folder.resolve("table.csv"), rows);
    }

    private static Cli.Result run(String line, Object... more) {
        List<Object> all = new ArrayList<>(List.of((Object[]) line.split(" ")));
        all.addAll(List.of(more));
        return Cli.run(all.toArray()).ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--attention positive", "--attention sderf --set model.attention.statistics=running"})
    void mergedIsWhatTheUpdatesWere(String attention) throws IOException, OrtException {
        Path at = Files.createTempDirectory(folder, "way");
        Path linear = at.resolve("linear.zip");
        run(
                "convert --text-column text --features 16 --steps 10 --set training.learningRate=3e-3 " + attention,
                "--model",
                exact,
                "--data",
                table,
                "--out",
                linear);
        Path tuned = at.resolve("tuned");
        run(
                "train --task classify --text-column text --label-column first --steps 20 --set start.rank=2"
                        + " --set start.weights=Wq,Wk,Wv,Wo,W1,W2 --set training.learningRate=0.02"
                        + " --set training.warmupSteps=0",
                "--from",
                linear,
                "--data",
                table,
                "--valid",
                table,
                "--out",
                tuned);
        PerformerModel updated = Models.load(tuned);
        assertThat(LowRankAdapters.attached(updated.net())).isTrue();
        Path merged = at.resolve("merged.zip");
        run("merge", "--model", tuned, "--out", merged);
        Path together = at.resolve("together.zip");
        run("merge", "--model", linear, "--adapters", tuned.resolve("adapters.safetensors"), "--out", together);
        Path taken = at.resolve("taken.zip");
        run("export --format zip", "--model", merged, "--out", taken);
        double[][] expected = scores(updated);
        for (Path same : List.of(merged, together, taken)) {
            PerformerModel model = Models.load(same);
            assertThat(LowRankAdapters.attached(model.net())).isFalse();
            near(scores(model), expected);
        }
        float[] before = Models.load(linear).embedTokens("c a b d")[2];
        assertThat(distance(updated.embedTokens("c a b d")[2], before)).isGreaterThan(100 * ERROR);
        assertThat(distance(Models.load(merged).embedTokens("c a b d")[2], updated.embedTokens("c a b d")[2]))
                .isLessThan(ERROR);

        Path onnx = at.resolve("m.onnx");
        run("export --format onnx", "--model", merged, "--out", onnx);
        near(onnx(updated, onnx), expected);
        assertThat(at.resolve("m.md")).content().contains("createSession(\"m.onnx\")");
    }

    /** Maps that are fitted to each sequence are in no SameDiff graph; those that are drawn are. */
    @Test
    void asAGraphOfSameDiff() throws IOException {
        Path linear = folder.resolve("drawn.zip");
        run(
                "convert --text-column text --features 16 --steps 2 --attention positive",
                "--model",
                exact,
                "--data",
                table,
                "--out",
                linear);
        Path tuned = folder.resolve("drawn");
        run(
                "train --task classify --text-column text --label-column first --steps 5 --set start.rank=2"
                        + " --set training.learningRate=0.02 --set training.warmupSteps=0",
                "--from",
                linear,
                "--data",
                table,
                "--valid",
                table,
                "--out",
                tuned);
        Path merged = folder.resolve("drawn-merged.zip");
        run("merge", "--model", tuned, "--out", merged);
        Path graph = folder.resolve("merged.fb");
        run("export --format samediff --batch 1 --tokens 9", "--model", merged, "--out", graph);
        PerformerModel updated = Models.load(tuned);
        double[][] found = new double[TEXTS.size()][];
        SameDiff sd = SameDiff.load(graph.toFile(), false);
        for (int i = 0; i < found.length; i++) {
            int[] ids = framed(updated, TEXTS.get(i));
            INDArray row = Nd4j.zeros(DataType.INT32, 1, 9);
            INDArray mask = Nd4j.zeros(DataType.FLOAT, 1, 9);
            for (int t = 0; t < ids.length; t++) {
                row.putScalar(0, t, ids[t]);
                mask.putScalar(0, t, 1);
            }
            found[i] = sd.outputSingle(Map.of("ids", row, "mask", mask), "head")
                    .castTo(DataType.DOUBLE)
                    .ravel()
                    .toDoubleVector();
        }
        near(found, scores(updated));
    }

    private static int[] framed(PerformerModel model, String text) {
        return model.info()
                .data()
                .framing()
                .frame(model.info().tokenizer(), model.read(text).ids());
    }

    private static double[][] scores(PerformerModel model) {
        return model.classify(TEXTS).stream()
                .map(text -> text.scores().stream()
                        .mapToDouble(Classified.Score::probability)
                        .toArray())
                .toArray(double[][]::new);
    }

    private static double[][] onnx(PerformerModel model, Path file) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        double[][] all = new double[TEXTS.size()][];
        try (OrtSession session = environment.createSession(file.toString())) {
            for (int i = 0; i < all.length; i++) {
                long[] ids = Arrays.stream(framed(model, TEXTS.get(i)))
                        .asLongStream()
                        .toArray();
                long[] ones = new long[ids.length];
                Arrays.fill(ones, 1);
                try (OnnxTensor input = OnnxTensor.createTensor(environment, new long[][] {ids});
                        OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
                        OrtSession.Result result = session.run(Map.of("input_ids", input, "attention_mask", mask))) {
                    float[] logits =
                            ((float[][]) result.get("logits").orElseThrow().getValue())[0];
                    double sum = 0;
                    double[] p = new double[logits.length];
                    for (int c = 0; c < p.length; c++) {
                        p[c] = Math.exp(logits[c]);
                        sum += p[c];
                    }
                    for (int c = 0; c < p.length; c++) {
                        p[c] /= sum;
                    }
                    all[i] = p;
                }
            }
        }
        return all;
    }

    private static void near(double[][] found, double[]... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as(TEXTS.get(i)).containsExactly(expected[i], within(ERROR));
        }
    }

    private static double distance(float[] a, float... b) {
        double largest = 0;
        for (int e = 0; e < a.length; e++) {
            largest = Math.max(largest, Math.abs(a[e] - b[e]));
        }
        return largest;
    }
}
