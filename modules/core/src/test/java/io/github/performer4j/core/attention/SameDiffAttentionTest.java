package io.github.performer4j.core.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.PositiveFeatures;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Attention in a plain SameDiff graph against its definition, its gradients against differences, and its file against itself. */
class SameDiffAttentionTest {
    private static final long[] SHAPE = {2, 3, 7, 4};
    private static final int M = 20;
    private static final long SEED = 11;
    private static final AttentionOptions POSITIVE =
            AttentionOptions.defaults().withHeads(3).withFeatures(M).withFeatureMap(new PositiveFeatures(0));

    private static Map<String, INDArray> inputs(DataType type) {
        Map<String, INDArray> all = new HashMap<>();
        all.put("q", Samples.gaussian(type, 1, 1, SHAPE));
        all.put("k", Samples.gaussian(type, 2, 1, SHAPE));
        all.put("v", Samples.gaussian(type, 3, 1, SHAPE));
        all.put("mask", Samples.mask(type, "1111100", "1111111"));
        return all;
    }

    private static SameDiff graph(DataType type, AttentionOptions options) {
        SameDiff sd = SameDiff.create();
        SDVariable q = sd.placeHolder("q", type, SHAPE);
        SDVariable k = sd.placeHolder("k", type, SHAPE);
        SDVariable v = sd.placeHolder("v", type, SHAPE);
        SDVariable mask = sd.placeHolder("mask", type, SHAPE[0], SHAPE[2]);
        SDVariable out = SameDiffAttention.attend("out", q, k, v, mask, SHAPE, options, SEED);
        sd.sum("loss", out.mul(out)).markAsLoss();
        return sd;
    }

    private static double[] features(double[][] w, INDArray x) {
        double[] phi = new double[w.length];
        double root = Math.pow(SHAPE[3], -0.25);
        double[] row = x.toDoubleVector();
        for (int i = 0; i < phi.length; i++) {
            double exponent = 0;
            for (int l = 0; l < row.length; l++) {
                double scaled = root * row[l];
                exponent += w[i][l] * scaled - scaled * scaled / 2;
            }
            phi[i] = Math.exp(exponent);
        }
        return phi;
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, false, 1e-5", "DOUBLE, false, 1e-12", "FLOAT, true, 1e-5", "DOUBLE, true, 1e-12"})
    void equalsItsDefinition(DataType type, boolean causal, double bound) {
        Map<String, INDArray> in = inputs(type);
        INDArray out = graph(type, POSITIVE.withCausal(causal)).outputSingle(in, "out");
        double[][] w = POSITIVE.featureMap().draw(POSITIVE.projection(), M, 4, SEED);
        for (int b = 0; b < 2; b++) {
            for (int h = 0; h < 3; h++) {
                for (int t = 0; t < 7; t++) {
                    double[] phi = features(w, row(in.get("q"), b, h, t));
                    double[] sums = new double[5];
                    for (int j = 0; j <= (causal ? t : 6); j++) {
                        double[] other = features(w, row(in.get("k"), b, h, j));
                        double weight = 0;
                        for (int i = 0; i < M; i++) {
                            weight += phi[i] * other[i];
                        }
                        weight *= in.get("mask").getDouble(b, j);
                        for (int l = 0; l < 4; l++) {
                            sums[l] += weight * in.get("v").getDouble(b, h, j, l);
                        }
                        sums[4] += weight;
                    }
                    for (int l = 0; l < 4; l++) {
                        assertThat(out.getDouble(b, h, t, l)).isCloseTo(sums[l] / sums[4], within(bound));
                    }
                }
            }
        }
    }

    private static INDArray row(INDArray x, int b, int h, int t) {
        return x.slice(b).slice(h).getRow(t);
    }

    @Test
    void fileOfPlainSameDiffGivesTheSame(@TempDir Path folder) {
        Map<String, INDArray> in = inputs(DataType.FLOAT);
        SameDiff sd = graph(
                DataType.FLOAT,
                POSITIVE.withFeatureMap(FeatureMap.named("relu")).withCausal(true));
        INDArray before = sd.outputSingle(in, "out");
        File file = folder.resolve("graph.fb").toFile();
        sd.save(file, false);
        INDArray after = SameDiff.load(file, false).outputSingle(in, "out");
        assertThat(after).isEqualTo(before);
    }

    @Test
    void gradientsReachQueriesKeysValuesAndALearnedProjection() {
        Map<String, INDArray> in = inputs(DataType.DOUBLE);
        Map<String, INDArray> mask = Map.of("mask", in.get("mask"));
        SameDiff sd = SameDiff.create();
        SDVariable q = sd.var("q", in.get("q").dup());
        SDVariable k = sd.var("k", in.get("k").dup());
        SDVariable v = sd.var("v", in.get("v").dup());
        SDVariable m = sd.placeHolder("mask", DataType.DOUBLE, SHAPE[0], SHAPE[2]);
        SDVariable out = SameDiffAttention.attend("out", q, k, v, m, SHAPE, POSITIVE.withLearnedProjection(true), SEED);
        sd.sum("loss", out.mul(out)).markAsLoss();
        String[] names = {"q", "k", "v", "out-projection"};
        Map<String, INDArray> gradients = sd.calculateGradients(mask, names);
        for (String name : names) {
            INDArray x = sd.getVariable(name).getArr();
            long place = 5;
            double at = x.getDouble(place);
            double gradient = gradients.get(name).getDouble(place);
            x.putScalar(place, at + 1e-5);
            double up = sd.outputSingle(mask, "loss").getDouble(0);
            x.putScalar(place, at - 1e-5);
            double down = sd.outputSingle(mask, "loss").getDouble(0);
            x.putScalar(place, at);
            assertThat(gradient).as(name).isCloseTo((up - down) / 2e-5, within(1e-7));
            assertThat(Math.abs(gradient)).as(name).isPositive();
        }
    }

    @Test
    void refuses() {
        SameDiff sd = SameDiff.create();
        SDVariable open = sd.placeHolder("q", DataType.FLOAT, -1, 3, 7, 4);
        SDVariable q = sd.placeHolder("known", DataType.FLOAT, SHAPE);
        assertThatThrownBy(() -> SameDiffAttention.attend("a", q, q, open, null, SHAPE, POSITIVE, 1))
                .hasMessageContaining("must have the shape; shape=[2, 3, 7, 4], q=[-1, 3, 7, 4]");
        assertThatThrownBy(() -> SameDiffAttention.attend("a", q, q, q, null, SHAPE, POSITIVE.withHeads(2), 1))
                .hasMessageContaining("with H = heads; heads=2, shape=[2, 3, 7, 4]");
        for (String map : List.of("oprf", "gerf", "poisson", "hybrid-clustered")) {
            assertThatThrownBy(() -> SameDiffAttention.attend(
                            "a", q, q, q, null, SHAPE, POSITIVE.withFeatureMap(FeatureMap.named(map)), 1))
                    .hasMessageContaining(
                            "cannot hold a feature map whose frames the host chooses in each pass; featureMap=");
        }
        assertThatThrownBy(() -> SameDiffAttention.attend("a", q, q, q, null, SHAPE, POSITIVE.withConvolution(3), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a convolution is a layer's: q, k and v come in as they are; convolution=3");
    }

    /** Of as many numbers in another shape a reshape would make a mask of other tokens. */
    @ParameterizedTest
    @CsvSource({"7, 2", "14, 1", "2, 8", "-1, 2"})
    void refusesAMaskOfAnotherShape(long rows, long columns) {
        SameDiff sd = SameDiff.create();
        SDVariable q = sd.placeHolder("q", DataType.FLOAT, SHAPE);
        SDVariable mask = sd.placeHolder("mask", DataType.FLOAT, rows, columns);
        assertThatThrownBy(() -> SameDiffAttention.attend("a", q, q, q, mask, SHAPE, POSITIVE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a mask must be [B,T]; shape=[2, 3, 7, 4], mask=[" + rows + ", " + columns + "]");
    }

    @Test
    void aMaskMayLeaveTheBatchOpen() {
        SameDiff sd = SameDiff.create();
        Map<String, INDArray> in = inputs(DataType.FLOAT);
        SDVariable q = sd.constant("q", in.get("q"));
        SDVariable k = sd.constant("k", in.get("k"));
        SDVariable v = sd.constant("v", in.get("v"));
        SDVariable mask = sd.placeHolder("mask", DataType.FLOAT, -1, 7);
        SameDiffAttention.attend("out", q, k, v, mask, SHAPE, POSITIVE, SEED);
        assertThat(sd.outputSingle(Map.of("mask", in.get("mask")), "out"))
                .isEqualTo(graph(DataType.FLOAT, POSITIVE).outputSingle(in, "out"));
    }

    @Test
    void refusesOtherTypes() {
        SameDiff sd = SameDiff.create();
        SDVariable q = sd.placeHolder("q", DataType.FLOAT, SHAPE);
        SDVariable other = sd.placeHolder("other", DataType.DOUBLE, SHAPE);
        SDVariable mask = sd.placeHolder("mask", DataType.BOOL, 2, 7);
        String rule = "queries, keys, values and mask must have one type; q=FLOAT, ";
        assertThatThrownBy(() -> SameDiffAttention.attend("a", q, other, q, null, SHAPE, POSITIVE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(rule + "other=DOUBLE");
        assertThatThrownBy(() -> SameDiffAttention.attend("a", q, q, other, null, SHAPE, POSITIVE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(rule + "other=DOUBLE");
        assertThatThrownBy(() -> SameDiffAttention.attend("a", q, q, q, mask, SHAPE, POSITIVE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(rule + "mask=BOOL");
    }
}
