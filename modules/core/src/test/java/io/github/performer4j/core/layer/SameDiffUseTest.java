package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.export.SameDiffExport;
import io.github.performer4j.core.export.SameDiffInput;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Similarity;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** What programs do with a net's SameDiff file: run it without performer4j, train it on, hand it padding. */
class SameDiffUseTest {
    private static final int BATCH = 2;
    private static final int TOKENS = 11;
    private static final SameDiffInput INPUT = new SameDiffInput(BATCH, TOKENS, true);

    @TempDir
    Path folder;

    private static final PerformerConfig CAUSAL = Nets.causal()
            .with("layers", 2)
            .with("head.tied", true)
            .with("attention.featureMap", "positive")
            .with("attention.chunk", 4)
            .with("attention.positions", "rotary");

    private static Map<String, INDArray> values() {
        Map<String, INDArray> values = new HashMap<>();
        values.put("ids", Samples.ids(DataType.INT32, 3, Nets.VOCABULARY, BATCH, TOKENS));
        values.put("mask", Samples.mask(DataType.FLOAT, "11111110000", "11111111111"));
        return values;
    }

    private static INDArray expected(ComputationGraph net, Map<String, INDArray> values, String vertex) {
        net.setLayerMaskArrays(new INDArray[] {values.get("mask")}, null);
        INDArray ids = values.get("ids").castTo(DataType.FLOAT);
        INDArray out = net.feedForward(new INDArray[] {ids}, false).get(vertex);
        net.clearLayerMaskArrays();
        return out;
    }

    private static void assertSame(INDArray actual, INDArray expected) {
        double[] a = TensorAssert.flat(actual);
        double[] e = TensorAssert.flat(expected);
        double bound = 1e-5 * Arrays.stream(e).map(Math::abs).max().orElseThrow();
        assertThat(a).containsExactly(e, within(bound));
    }

    /** The class path of this process without performer4j and Deeplearning4j: jars only. */
    private static String nd4j() {
        List<String> kept = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String name = Path.of(entry).getFileName().toString();
            if (name.endsWith(".jar") && !name.contains("performer4j") && !name.contains("deeplearning4j")) {
                kept.add(entry);
            }
        }
        return String.join(File.pathSeparator, kept);
    }

    @Test
    void aProgramWithNd4jAloneRunsTheFile() throws Exception {
        ComputationGraph net = Nets.graph(CAUSAL, DataType.FLOAT);
        Map<String, INDArray> values = values();
        Path graph = folder.resolve("net.fb");
        SameDiffExport.of(net, INPUT).graph().save(graph.toFile(), false);
        Path result = folder.resolve("out.bin");
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                nd4j(),
                source().toString(),
                graph.toString(),
                "head",
                result.toString()));
        for (Map.Entry<String, INDArray> value : values.entrySet()) {
            File file = folder.resolve(value.getKey() + ".bin").toFile();
            Nd4j.saveBinary(value.getValue(), file);
            words.addAll(List.of(value.getKey(), file.toString()));
        }
        Path said = folder.resolve("said.txt");
        Process child = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as(Files.readString(said)).isZero();
        assertThat(Files.readString(said))
                .contains(
                        "without io.github.performer4j.core.base.GraphLayer",
                        "without org.deeplearning4j.nn.graph.ComputationGraph",
                        "placeholders [ids, mask]");
        assertSame(Nd4j.readBinary(result.toFile()), expected(net, values, "head"));
    }

    private static Path source() throws URISyntaxException {
        return Path.of(SameDiffUseTest.class.getResource("/PlainSameDiff.java").toURI());
    }

    private SameDiff loaded(ComputationGraph net) {
        File file = folder.resolve("loaded.fb").toFile();
        SameDiffExport.of(net, INPUT).graph().save(file, false);
        return SameDiff.load(file, false);
    }

    /** Returns the array of a block's only projection, whose name ends with the number of its operation. */
    private static INDArray projection(SameDiff sd, String block) {
        return sd.variables().stream()
                .filter(variable -> variable.name().startsWith(block + "/projection-"))
                .findFirst()
                .orElseThrow()
                .getArr();
    }

    /** The last draw of training, to which the weights were fitted, and not the first. */
    @Test
    void projectionsAreThoseOfInference() {
        ComputationGraph net = Nets.graph(CAUSAL.with("attention.redrawInterval", 2), DataType.FLOAT);
        Map<String, INDArray> values = values();
        INDArray first = projection(loaded(net), "block-0");
        INDArray ids = values.get("ids").castTo(DataType.FLOAT);
        for (int i = 0; i < 3; i++) {
            net.fit(new DataSet(ids, ids));
        }
        SameDiff after = loaded(net);
        assertThat(projection(after, "block-0")).isNotEqualTo(first);
        assertSame(after.outputSingle(values, "head"), expected(net, values, "head"));
    }

    @Test
    void weightsTrainOnAndConstantsStay() {
        ComputationGraph net = Nets.graph(CAUSAL, DataType.FLOAT);
        ComputationGraph half = new TransferLearning.GraphBuilder(net)
                .setFeatureExtractor("block-0")
                .build();
        SameDiff sd = loaded(half);
        INDArray table = sd.getVariable("table_W").getArr().dup();
        INDArray weight = sd.getVariable("block-1_Wq").getArr().dup();
        assertThat(sd.getVariable("block-0_Wq").isConstant()).isTrue();
        assertThat(sd.getVariable("table_W").isConstant()).isTrue();
        INDArray projection = projection(sd, "block-1").dup();
        SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, BATCH, TOKENS, Nets.VOCABULARY);
        SDVariable head = sd.getVariable("head");
        sd.mean("loss", sd.math().log(head.add(1e-9)).mul(labels).neg()).markAsLoss();
        sd.setTrainingConfig(new TrainingConfig.Builder()
                .updater(new Adam(1e-2))
                .dataSetFeatureMapping("ids", "mask")
                .dataSetLabelMapping("labels")
                .build());
        Map<String, INDArray> values = values();
        INDArray wanted = Nd4j.zeros(DataType.FLOAT, BATCH, TOKENS, Nets.VOCABULARY);
        for (int t = 0; t < TOKENS; t++) {
            wanted.putScalar(new int[] {0, t, t % 3}, 1);
            wanted.putScalar(new int[] {1, t, t % 3}, 1);
        }
        Map<String, INDArray> all = new HashMap<>(values);
        all.put("labels", wanted);
        double before = sd.outputSingle(all, "loss").getDouble(0);
        for (int i = 0; i < 20; i++) {
            sd.fit(new MultiDataSet(new INDArray[] {values.get("ids"), values.get("mask")}, new INDArray[] {wanted}));
        }
        assertThat(sd.outputSingle(all, "loss").getDouble(0)).isLessThan(0.75 * before);
        assertThat(sd.getVariable("block-1_Wq").getArr()).isNotEqualTo(weight);
        assertThat(sd.getVariable("table_W").getArr()).isEqualTo(table);
        assertThat(projection(sd, "block-1")).isEqualTo(projection);
    }

    @Test
    void paddingMayHoldAnything() {
        ComputationGraph net = Nets.graph(CAUSAL, DataType.FLOAT);
        Map<String, INDArray> values = values();
        INDArray clean = expected(net, values, "head");
        INDArray ids = values.get("ids").dup();
        ids.putScalar(0, 7, -5);
        ids.putScalar(0, 10, 1_000_000);
        values.put("ids", ids);
        assertSame(loaded(net).outputSingle(values, "head"), clean);
    }

    @Test
    void paddedRowsOfFloatsMayBeNoNumbers() {
        PerformerConfig config = Nets.config().with("embedding.vocabulary", 0).with("embedding.rowSize", 5);
        ComputationGraph net = Nets.graph(config, new Regression().plain(List.of("y")), DataType.FLOAT, new Adam(1e-2));
        INDArray rows = Samples.gaussian(DataType.FLOAT, 5, 1, BATCH, TOKENS, 5);
        Map<String, INDArray> values = new HashMap<>(Map.of("rows", rows, "mask", values().get("mask")));
        SameDiff sd = loaded(net);
        INDArray clean = sd.outputSingle(values, "head").dup();
        INDArray dirty = rows.dup();
        dirty.putScalar(new int[] {0, 7, 2}, Double.NaN);
        dirty.putScalar(new int[] {0, 10, 4}, Double.POSITIVE_INFINITY);
        values.put("rows", dirty);
        assertThat(sd.outputSingle(values, "head")).isEqualTo(clean);
    }

    /** z = x / |x|, x the mean over real tokens. */
    @Test
    void modelsOfPairsHaveTheirVectors() {
        ComputationGraph net = Nets.graph(Nets.config(), new Similarity(), DataType.FLOAT, new Adam(1e-2));
        Map<String, INDArray> values = values();
        INDArray hidden = expected(net, values, "final-norm");
        INDArray vectors = loaded(net).outputSingle(values, "contrast/vectors");
        for (int b = 0; b < BATCH; b++) {
            double[] mean = new double[Nets.WIDTH];
            for (int t = 0; t < TOKENS; t++) {
                for (int e = 0; e < mean.length; e++) {
                    mean[e] += hidden.getDouble(b, t, e) * values.get("mask").getDouble(b, t);
                }
            }
            double length = Math.sqrt(Arrays.stream(mean).map(m -> m * m).sum());
            for (int e = 0; e < mean.length; e++) {
                assertThat(vectors.getDouble(b, e)).isCloseTo(mean[e] / length, within(1e-5));
            }
        }
    }
}
