package io.github.performer4j.core.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Features;
import io.github.performer4j.core.feature.PlainFeatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Exact prefixes against every weight written out without a stabiliser, in plain loops and, for gradients, as a dense graph. */
class PrefixAttentionTest {
    private static final int B = 2;
    private static final int H = 2;
    private static final int D = 3;
    private static final int P = 5;
    private static final long SEED = 7;

    private static AttentionOptions options(String map, int features) {
        return AttentionOptions.defaults()
                .withHeads(H)
                .withFeatures(features)
                .withFeatureMap(FeatureMap.named(map))
                .withPrefix(P);
    }

    private static double[][] drawn(AttentionOptions o) {
        return o.featureMap().draw(o.projection(), o.features(), D, SEED);
    }

    /** Weights as they are defined, exp(q·k/√D) and φ(q)·φ(k), in float64. */
    private static double[][] plain(
            AttentionOptions o, double[][] q, double[][] k, double[][] v, double[] mask, double[][] w) {
        FeatureMap map = o.featureMap().withoutEpsilon();
        double scale = Math.pow(D, -0.25);
        PlainFeatures phi = map.plain(w, q, k);
        double[][] out = new double[q.length][D];
        for (int i = 0; i < q.length; i++) {
            double sum = 0;
            for (int j = 0; j < (o.causal() ? i + 1 : k.length); j++) {
                double a = 0;
                if (j < o.prefix()) {
                    for (int c = 0; c < D; c++) {
                        a += q[i][c] * k[j][c] / Math.sqrt(D);
                    }
                    a = Math.exp(a);
                } else {
                    a = phi.estimate(scaled(q[i], scale), scaled(k[j], scale));
                }
                a *= mask == null ? 1 : mask[j];
                sum += a;
                for (int c = 0; c < D; c++) {
                    out[i][c] += a * v[j][c];
                }
            }
            for (int c = 0; c < D; c++) {
                out[i][c] = sum == 0 ? 0 : out[i][c] / sum;
            }
        }
        return out;
    }

    private static double[] scaled(double[] x, double scale) {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] *= scale;
        }
        return y;
    }

    private static double[][] head(INDArray x, int b, int h) {
        return x.slice(b).slice(h).castTo(DataType.DOUBLE).dup('c').toDoubleMatrix();
    }

    private static INDArray attended(AttentionOptions o, INDArray q, INDArray k, INDArray v, INDArray mask) {
        SameDiff sd = SameDiff.create();
        DataType type = q.dataType();
        Map<String, INDArray> given = new HashMap<>(Map.of("q", q, "k", k, "v", v));
        SDVariable real = null;
        if (mask != null) {
            real = sd.placeHolder("mask", type, mask.shape());
            given.put("mask", mask.castTo(type));
        }
        long[] shape = q.shape();
        SDVariable[] in = {
            sd.placeHolder("q", type, shape), sd.placeHolder("k", type, shape), sd.placeHolder("v", type, shape)
        };
        SameDiffAttention.attend("out", in[0], in[1], in[2], real, shape, o, SEED);
        return sd.outputSingle(given, "out");
    }

    private static INDArray mask(int tokens) {
        INDArray mask = Nd4j.ones(DataType.DOUBLE, B, tokens);
        for (int t = 0; t < tokens; t++) {
            mask.putScalar(0, t, t % 3 == 1 ? 0 : 1); // of the prefix, too
            mask.putScalar(1, t, t > 0 && t < 0.8 * tokens ? 1 : 0); // the first query sees nothing if causal
        }
        return mask;
    }

    private static INDArray gaussian(DataType type, long seed, double deviation, int tokens) {
        return Samples.gaussian(type, seed, deviation, B, H, tokens, D);
    }

    private static void check(AttentionOptions o, int tokens, INDArray mask, DataType type, double deviation) {
        INDArray q = gaussian(type, 3, deviation, tokens);
        INDArray k = gaussian(type, 4, deviation, tokens);
        INDArray v = gaussian(type, 5, 1, tokens);
        INDArray out = attended(o, q, k, v, mask);
        assertThat(out.dataType()).isEqualTo(type);
        for (int b = 0; b < B; b++) {
            double[] real = mask == null ? null : mask.getRow(b).toDoubleVector();
            for (int h = 0; h < H; h++) {
                double[][] expected = plain(o, head(q, b, h), head(k, b, h), head(v, b, h), real, drawn(o));
                INDArray own = out.slice(b).slice(h);
                for (int t = 0; t < tokens; t++) {
                    String what = o.featureMap() + ", causal=" + o.causal() + ", T=" + tokens + ", row " + b + " " + h
                            + " " + t;
                    TensorAssert.assertClose(what, own.slice(t).dup(), expected[t]);
                }
            }
        }
    }

    static Stream<Arguments> cases() {
        List<Arguments> all = new ArrayList<>();
        for (String map : new String[] {"positive", "hyperbolic"}) {
            for (int tokens : new int[] {1, P - 1, P, P + 1, 63, 100}) {
                all.add(Arguments.of(options(map, 8), tokens));
                all.add(Arguments.of(options(map, 8).withCausal(true), tokens));
            }
        }
        for (int tokens : new int[] {P + 1, 40}) {
            for (String map : new String[] {"trigonometric", "hybrid", "hybrid-gaussian"}) {
                all.add(Arguments.of(options(map, 64), tokens));
                all.add(Arguments.of(options(map, 64).withCausal(true).withChunk(8), tokens));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheWeightsWrittenOut(AttentionOptions o, int tokens) {
        boolean positive = o.featureMap().epsilon() > 0;
        double deviation = positive ? 1 : 0.4; // where estimates of either sign vanish, nothing is close
        check(o, tokens, mask(tokens), DataType.FLOAT, deviation);
        check(o, tokens, null, DataType.DOUBLE, deviation);
        check(o, tokens, mask(tokens), DataType.DOUBLE, deviation);
    }

    /** Scores far beyond ±60, and exponents of features far below them. */
    @ParameterizedTest
    @CsvSource({"false, 6", "true, 6", "false, 9", "true, 9"})
    void largeScoresAreRightInFloat32(boolean causal, double deviation) {
        AttentionOptions o = options("positive", 16).withCausal(causal).withChunk(8);
        INDArray q = gaussian(DataType.FLOAT, 3, deviation, 40);
        INDArray k = gaussian(DataType.FLOAT, 4, deviation, 40);
        INDArray v = gaussian(DataType.FLOAT, 5, 1, 40);
        double largest = 0;
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < P; j++) {
                double s = q.slice(0)
                        .slice(0)
                        .slice(i)
                        .mul(k.slice(0).slice(0).slice(j))
                        .sumNumber()
                        .doubleValue();
                largest = Math.max(largest, Math.abs(s) / Math.sqrt(D));
            }
        }
        assertThat(largest).isGreaterThan(60);
        INDArray[] masks = {null, mask(40)};
        for (INDArray mask : masks) {
            INDArray out = attended(o, q, k, v, mask);
            for (int b = 0; b < B; b++) {
                double[] real = mask == null ? null : mask.getRow(b).toDoubleVector();
                for (int h = 0; h < H; h++) {
                    double[][] expected = plain(o, head(q, b, h), head(k, b, h), head(v, b, h), real, drawn(o));
                    for (int t = 0; t < 40; t++) {
                        for (int c = 0; c < D; c++) {
                            assertThat(Math.abs(out.getDouble(b, h, t, c) - expected[t][c]))
                                    .isLessThan(1e-3);
                        }
                    }
                }
            }
        }
    }

    /** The dense form as a graph, whose gradients SameDiff takes. */
    private static SDVariable dense(
            SameDiff sd, AttentionOptions o, SDVariable[] x, SDVariable w, INDArray mask, int tokens) {
        FeatureMap map = o.featureMap().withoutEpsilon();
        SDVariable[] flat = new SDVariable[3];
        for (int i = 0; i < 3; i++) {
            flat[i] = x[i].reshape(B * H, tokens, D);
        }
        SDVariable exact =
                sd.math().exp(sd.mmul(flat[0], flat[1], false, true, false).mul(1 / Math.sqrt(D)));
        SDVariable q = phi(sd, map, o, flat[0], w, tokens, true);
        SDVariable k = phi(sd, map, o, flat[1], w, tokens, false);
        SDVariable linear = sd.mmul(q, k, false, true, false).mul(map.productScale(o.features(), D));
        INDArray near = Nd4j.zeros(DataType.DOUBLE, B * H, tokens, tokens);
        INDArray far = near.dup();
        for (int b = 0; b < B * H; b++) {
            for (int i = 0; i < tokens; i++) {
                for (int j = 0; j < (o.causal() ? i + 1 : tokens); j++) {
                    (j < o.prefix() ? near : far).putScalar(b, i, j, mask == null ? 1 : mask.getDouble(b / H, j));
                }
            }
        }
        SDVariable a = exact.mul(sd.constant(near)).add(linear.mul(sd.constant(far)));
        SDVariable sum = sd.sum(a, true, 2);
        SDVariable none = sd.eq(sum, 0).castTo(DataType.DOUBLE);
        return sd.mmul(a, flat[2]).div(sum.add(none)).reshape(B, H, tokens, D);
    }

    private static SDVariable phi(
            SameDiff sd, FeatureMap map, AttentionOptions o, SDVariable x, SDVariable w, int tokens, boolean query) {
        SDVariable y = x.mul(Math.pow(D, -0.25));
        SDVariable wx = sd.mmul(y.reshape(B * H * tokens, D), w, false, true, false)
                .reshape(B * H, tokens, map.draws(o.features()));
        Features f = query ? map.defineQueries(sd, y, wx, o.features()) : map.defineKeys(sd, y, wx, o.features());
        SDVariable phi = f.log() == null ? f.values() : sd.math().exp(f.log());
        phi = f.log() != null && f.values() != null ? phi.mul(f.values()) : phi;
        return f.rowLog() == null ? phi : phi.mul(sd.math().exp(f.rowLog()));
    }

    @ParameterizedTest
    @CsvSource({
        "positive, 17, false, false",
        "positive, 17, true, false",
        "positive, 17, false, true",
        "positive, 17, true, true",
        "positive, 6, true, true",
        "positive, 4, true, true",
        "hyperbolic, 17, true, true",
        "trigonometric, 17, false, true",
        "trigonometric, 17, true, true",
        "hybrid-gaussian, 17, false, false",
        "hybrid-gaussian, 17, true, false"
    })
    void gradientsAreThoseOfTheDenseForm(String map, int tokens, boolean causal, boolean masked) {
        AttentionOptions o = options(map, 64).withCausal(causal).withChunk(8);
        boolean learned = tokens > P && map.equals("positive"); // a prefix of all leaves no key for W
        o = o.withLearnedProjection(learned);
        INDArray mask = masked ? mask(tokens) : null;
        Map<String, INDArray> own = gradients(o, tokens, mask, false);
        Map<String, INDArray> expected = gradients(o, tokens, mask, true);
        assertThat(own.keySet()).hasSize(learned ? 4 : 3);
        own.forEach((name, gradient) -> TensorAssert.assertClose(name, gradient, expected.get(name)));
    }

    private static Map<String, INDArray> gradients(AttentionOptions o, int tokens, INDArray mask, boolean dense) {
        SameDiff sd = SameDiff.create();
        SDVariable[] x = {
            sd.var("q", gaussian(DataType.DOUBLE, 3, 0.6, tokens)),
            sd.var("k", gaussian(DataType.DOUBLE, 4, 0.6, tokens)),
            sd.var("v", gaussian(DataType.DOUBLE, 5, 1, tokens))
        };
        SDVariable out;
        if (dense) {
            INDArray w = Nd4j.create(drawn(o));
            SDVariable projection =
                    o.learnedProjection() ? sd.var("out-projection", w) : sd.constant("out-projection", w);
            out = dense(sd, o, x, projection, mask, tokens);
        } else {
            SDVariable real = mask == null ? null : sd.constant(mask);
            out = SameDiffAttention.attend("out", x[0], x[1], x[2], real, x[0].getShape(), o, SEED);
        }
        SDVariable wanted = sd.constant(gaussian(DataType.DOUBLE, 6, 1, tokens));
        sd.sum("loss", out.mul(wanted).add(out.mul(out)));
        sd.setLossVariables("loss");
        List<String> names = new ArrayList<>(List.of("q", "k", "v"));
        if (o.learnedProjection()) {
            names.add("out-projection");
        }
        return sd.calculateGradients(Map.of(), names.toArray(new String[0]));
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void aPrefixOfTheWholeIsExactWhateverTheMap(boolean causal, boolean masked) {
        INDArray mask = masked ? mask(P) : null;
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            INDArray q = gaussian(type, 3, 1, P);
            INDArray k = gaussian(type, 4, 1, P);
            INDArray v = gaussian(type, 5, 1, P);
            AttentionOptions o = options("positive", 8).withCausal(causal);
            INDArray exact = attended(o.withPrefix(0).withKind(AttentionOptions.Kind.EXACT), q, k, v, mask);
            TensorAssert.assertIdentical("positive", attended(o, q, k, v, mask), exact);
            AttentionOptions other =
                    options("trigonometric", 2).withCausal(causal).withPrefix(99);
            TensorAssert.assertIdentical("trigonometric", attended(other, q, k, v, mask), exact);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void noPrefixIsLinearAttention(boolean causal) {
        AttentionOptions o = options("positive", 8).withCausal(causal);
        AttentionOptions never =
                AttentionOptions.defaults().withHeads(H).withFeatures(8).withCausal(causal);
        assertThat(o.withPrefix(0)).isEqualTo(never);
        INDArray q = gaussian(DataType.FLOAT, 3, 1, 70);
        INDArray k = gaussian(DataType.FLOAT, 4, 1, 70);
        INDArray v = gaussian(DataType.FLOAT, 5, 1, 70);
        INDArray linear = attended(o.withPrefix(0), q, k, v, null);
        TensorAssert.assertIdentical("P = 0", linear, attended(never, q, k, v, null));
        assertThat(attended(o.withPrefix(1), q, k, v, null).equalsWithEps(linear, 1e-3))
                .isFalse();
    }

    @Test
    void laterTokensChangeNoBit() {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            for (int changed : new int[] {2, 5, 21}) {
                AttentionOptions o = options("positive", 8).withCausal(true).withChunk(8);
                INDArray[] x = {gaussian(type, 3, 1, 30), gaussian(type, 4, 1, 30), gaussian(type, 5, 1, 30)};
                INDArray before = attended(o, x[0], x[1], x[2], null);
                for (INDArray each : x) {
                    for (int b = 0; b < B; b++) {
                        for (int h = 0; h < H; h++) {
                            each.putScalar(new int[] {b, h, changed, 1}, 9);
                        }
                    }
                }
                INDArray after = attended(o, x[0], x[1], x[2], null);
                for (int t = 0; t < 30; t++) {
                    boolean same = true;
                    for (int c = 0; c < D; c++) {
                        same &= after.getDouble(1, 1, t, c) == before.getDouble(1, 1, t, c);
                    }
                    assertThat(same).as("token %s", t).isEqualTo(t < changed);
                }
            }
        }
    }

    /** A query of only padding in the prefix and behind sees nothing. */
    @Test
    void rowsThatSeeNothingAreZeroAndFinite() {
        INDArray mask = Nd4j.zeros(DataType.DOUBLE, B, 12);
        mask.putScalar(1, 11, 1);
        for (boolean causal : new boolean[] {false, true}) {
            AttentionOptions o = options("positive", 8).withCausal(causal);
            for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
                INDArray out =
                        attended(o, gaussian(type, 3, 1, 12), gaussian(type, 4, 1, 12), gaussian(type, 5, 1, 12), mask);
                TensorAssert.assertFinite("out", out);
                assertThat(out.slice(0).amaxNumber().doubleValue()).isZero();
                assertThat(out.slice(1).slice(0).slice(11).amaxNumber().doubleValue())
                        .isPositive();
            }
            gradients(o, 12, mask, false).forEach(TensorAssert::assertFinite);
        }
    }

    @Test
    void isPartOfJson() throws Exception {
        ObjectMapper mapper = JsonMappers.getMapper();
        AttentionOptions o = options("positive", 8).pinned();
        ObjectNode json = mapper.valueToTree(o);
        assertThat(json.get("prefix").asInt()).isEqualTo(P);
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(o);
        json.remove("prefix"); // as older models have it
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(o.withPrefix(0));
    }

    @Test
    void whatHasNoSharedNormaliserIsRefused() {
        AttentionOptions o = options("positive", 8);
        assertThatThrownBy(() -> o.withPrefix(-1)).hasMessage("prefix must not be negative, and 0 is none; prefix=-1");
        String softmax =
                "an exact prefix shares its normaliser with linear attention whose map estimates the softmax kernel, is not fitted to data and has no ε that stays; prefix=5, kind=";
        for (String map : new String[] {"relu", "exp", "elu-plus-one", "aderf", "gerf", "hybrid-clustered"}) {
            assertThatThrownBy(() -> o.withFeatureMap(FeatureMap.named(map)))
                    .hasMessageStartingWith(softmax + "LINEAR, featureMap=");
        }
        assertThatThrownBy(() -> o.withKind(AttentionOptions.Kind.EXACT))
                .hasMessageStartingWith(softmax + "EXACT, featureMap=");
        assertThatThrownBy(() -> o.withKind(AttentionOptions.Kind.AUTO))
                .hasMessageStartingWith(softmax + "AUTO, featureMap=");
        String alone =
                "an exact prefix goes with no decay, grid, relative or Fourier positions, local heads or groups of heads; prefix=5, decay=";
        assertThatThrownBy(() -> o.withDecay(Decay.slopes())).hasMessageStartingWith(alone + "Decay");
        assertThatThrownBy(() -> o.withGrid(Grid.of(3, 4))).hasMessageStartingWith(alone + "null, grid=Grid");
        assertThatThrownBy(() -> o.withRelative(RelativePositions.t5())).hasMessageContaining("relative=Relative");
        assertThatThrownBy(() -> o.withFourier(FourierPositions.of(9))).hasMessageContaining("fourier=Fourier");
        assertThatThrownBy(() -> o.withLocalHeads(1, 4)).hasMessageEndingWith("oneGroup=false");
    }
}
