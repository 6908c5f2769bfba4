package io.github.performer4j.core.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.layer.Nets;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.Calibration;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.core.task.Task;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A net's SameDiff file, loaded as any other, against the net's own output: 1e-5 of the largest value in float32, on
 * kernels, 1e-12 in float64.
 */
class SameDiffExportTest {
    private static final int BATCH = 3;
    private static final int TOKENS = 13;
    private static final String[] ALL = {"1111111111111", "1111111111111", "1111111111111"};
    private static final String[] PADDED = {"1111111111111", "1111111000000", "0110111111110"};
    private static final List<String> LABELS = List.of("a", "b", "c");
    private static final int ROW = 5;
    private static final String[] HEAD = {"head"};
    private static final SameDiffInput PADDED_INPUT = new SameDiffInput(BATCH, TOKENS, true);
    private static final Set<String> OF_EITHER_SIGN =
            Set.of("trigonometric", "hybrid", "hybrid-gaussian", "tanh", "cos", "sin", "identity", "gelu");

    @TempDir
    static Path folder;

    /** A task, the settings of its model, and the vertices to compare. */
    private record Model(Task task, PerformerConfig config, String... vertices) {
        @Override
        public String toString() {
            return task.name() + " " + config.toJson().hashCode();
        }
    }

    private static Classification classes(boolean several) {
        return new Classification(LABELS, several, "none", null);
    }

    static Stream<Model> models() {
        PerformerConfig plain = Nets.config().with("layers", 2);
        PerformerConfig left = plain.withCausal(true);
        Task masked = Nets.languageModel(plain);
        Task causal = Nets.languageModel(left);
        return Stream.of(
                new Model(masked, plain.with("head.tied", true), "table", "embedding", "final-norm", "logits", "head"),
                new Model(masked, plain, "embedding", "positions", "block-1", "head"),
                new Model(masked, plain.with("head.transform", "gelu"), "head-transform", "head"),
                new Model(masked, plain.with("attention.kind", "exact"), "block-1", "head"),
                new Model(masked, plain.with("attention.positions", "rotary"), "block-1", "head"),
                new Model(masked, plain.with("embedding.hiddenToken", 3), "embedding", "head"),
                new Model(masked, plain.with("embedding.textSeparator", 3), "embedding", "head"),
                new Model(masked, plain.with("reversible", true), "final-norm", "head"),
                new Model(causal, left.with(Map.of("reversible", true, "exactEvery", 2)), "final-norm", "head"),
                new Model(masked, plain.with("attention.positions", "buckets"), "block-1", "head"),
                new Model(
                        causal,
                        left.with(Map.of("attention.positions", "toeplitz", "exactEvery", 2)),
                        "block-1",
                        "head"),
                new Model(
                        masked,
                        plain.with(Map.of("attention.positions", "fourier", "attention.featureMap", "positive")),
                        "block-1",
                        "head"),
                new Model(
                        masked,
                        plain.with(Map.of(
                                "tokenShift",
                                true,
                                "norm.placement",
                                "rezero",
                                "norm.kind",
                                "scale",
                                "embedding.positions",
                                "axial")),
                        "positions",
                        "block-1",
                        "head"),
                new Model(
                        masked, plain.with("embedding.positions", "sinusoidal").with("dropout", 0.1), "positions"),
                new Model(masked, plain.with("norm.placement", "post").with("norm.kind", "rms"), "block-1", "head"),
                new Model(masked, plain.with("feedForward.kind", "geglu"), "head"),
                new Model(masked, plain.with("attention.temperature", true), "head"),
                new Model(causal, left.with("attention.kind", "exact").with("attention.window", 4), "block-1", "head"),
                new Model(masked, plain.with("attention.kind", "exact").with("attention.window", 3), "block-1", "head"),
                new Model(causal, left.with(Map.of("exactEvery", 2, "attention.window", 4)), "block-1", "head"),
                new Model(causal, left.with("attention.gate", true), "block-1", "head"),
                new Model(
                        masked, plain.with("attention.learnedProjection", true).with("attention.redrawInterval", 0)),
                new Model(causal, left, "block-0", "final-norm", "head"),
                new Model(
                        causal,
                        left.with(Map.of("attention.featureMap", "positive", "attention.prefix", 5)),
                        "block-1",
                        "head"),
                new Model(causal, left.with("attention.chunk", 4), "block-0", "head"),
                new Model(causal, left.with("attention.featureMap", "positive").with("attention.chunk", 4), "head"),
                new Model(causal, left.with("attention.kind", "exact"), "head"),
                new Model(new PixelModel(2, 2, 3), left, "head"),
                new Model(classes(false), plain, "pool", "head"),
                new Model(classes(true), plain.with("head.pooling", "first"), "pool", "head"),
                new Model(classes(false), left.with("head.pooling", "last"), "pool", "head"),
                new Model(
                        classes(false),
                        plain.with("embedding.vocabulary", 0).with("embedding.rowSize", ROW),
                        "embedding",
                        "head"),
                new Model(new Tagging(LABELS, null, "token"), plain, "head"),
                new Model(new Regression().plain(LABELS), plain, "pool", "head"),
                new Model(new Similarity(), plain, "final-norm", "contrast", "head"));
    }

    private static SameDiff file(ComputationGraph net, SameDiffInput input) {
        File file = folder.resolve("net.fb").toFile();
        SameDiffExport.of(net, input).graph().save(file, false);
        return SameDiff.load(file, false);
    }

    private static Map<String, INDArray> values(PerformerConfig config, DataType type, String... real) {
        Map<String, INDArray> values = new HashMap<>();
        int row = config.embedding().rowSize();
        if (row > 0) {
            values.put("rows", Samples.gaussian(type, 41, 1, BATCH, TOKENS, row));
        } else {
            values.put("ids", Samples.ids(DataType.INT32, 43, Nets.VOCABULARY, BATCH, TOKENS));
        }
        values.put("mask", Samples.mask(type, real));
        return values;
    }

    private static void compare(ComputationGraph net, PerformerConfig config, String[] vertices, String... real) {
        DataType type = net.params().dataType();
        Map<String, INDArray> values = values(config, type, real);
        INDArray features = values.get(config.embedding().rowSize() > 0 ? "rows" : "ids");
        boolean masked = real == PADDED;
        SameDiff loaded = file(net, new SameDiffInput(BATCH, TOKENS, masked));
        net.setLayerMaskArrays(masked ? new INDArray[] {values.get("mask")} : null, null);
        Map<String, INDArray> expected = net.feedForward(new INDArray[] {features.castTo(type)}, false);
        net.clearLayerMaskArrays();
        if (!masked) {
            values.remove("mask");
        }
        Map<String, INDArray> actual = loaded.output(values, vertices);
        for (String vertex : vertices) {
            assertSame(vertex, actual.get(vertex), expected.get(vertex), type);
        }
    }

    private static void assertSame(String what, INDArray actual, INDArray expected, DataType type) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        double[] a = TensorAssert.flat(actual);
        double[] e = TensorAssert.flat(expected);
        double largest = 0;
        double error = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(e[i]));
            error = Math.max(error, Math.abs(a[i] - e[i]));
        }
        assertThat(error).as(what).isLessThanOrEqualTo(largest * (type == DataType.DOUBLE ? 1e-12 : 1e-5));
    }

    @ParameterizedTest
    @MethodSource("models")
    void fileGivesWhatTheNetGives(Model model) {
        String[] vertices = model.vertices().length == 0 ? HEAD : model.vertices();
        for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
            ComputationGraph net = Nets.graph(model.config(), model.task(), type, new Adam(1e-2));
            compare(net, model.config(), vertices, PADDED);
            compare(net, model.config(), vertices, ALL);
        }
    }

    static Set<String> maps() {
        return FeatureMaps.names();
    }

    /**
     * In float32, on kernels, those whose denominators do not cancel: both sides round, and nothing bounds what a small
     * denominator makes of that.
     */
    @ParameterizedTest
    @MethodSource("maps")
    void everyMapOrARefusalThatNamesIt(String name) {
        PerformerConfig config =
                Nets.config().with("layers", 1).with("attention.features", 48).with("attention.featureMap", name);
        if (FeatureMap.named(name).looksAhead()) {
            ComputationGraph net = Nets.graph(config, DataType.FLOAT);
            assertThatThrownBy(() -> SameDiffExport.of(net, PADDED_INPUT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("layer=block-0, featureMap=" + FeatureMap.named(name));
            return;
        }
        for (PerformerConfig each : List.of(config, config.withCausal(true).with("attention.chunk", 4))) {
            compare(Nets.graph(each, DataType.DOUBLE), each, HEAD, PADDED);
            if (!OF_EITHER_SIGN.contains(name)) {
                compare(Nets.graph(each, DataType.FLOAT), each, HEAD, PADDED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"oprf", "saderf", "sderf", "aderf"})
    void mapsThatAreFittedForGood(String name) {
        PerformerConfig config = Nets.causal()
                .with("attention.kind", "exact")
                .with("attention.statistics", "sequence")
                .with("attention.featureMap", name)
                .with("attention.features", 24)
                .with("attention.statistics", "fixed")
                .with("attention.kind", "linear");
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        INDArray ids = Samples.ids(DataType.FLOAT, 47, Nets.VOCABULARY, BATCH, TOKENS);
        try (Calibration calibration = Calibration.of(net)) {
            net.output(ids);
            calibration.apply();
        }
        compare(net, config, HEAD, PADDED);
    }
}
