package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.export.NetPart;
import io.github.performer4j.core.export.NetTensor;
import io.github.performer4j.core.feature.Choice;
import io.github.performer4j.core.feature.DenseExponentialFeatures;
import io.github.performer4j.core.feature.Estimator;
import io.github.performer4j.core.feature.FeatureFunction;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FramedFeatures;
import io.github.performer4j.core.feature.GeneralizedFeatures;
import io.github.performer4j.core.feature.HyperbolicFeatures;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.feature.Seen;
import io.github.performer4j.core.feature.Sight;
import io.github.performer4j.core.feature.TrigonometricFeatures;
import io.github.performer4j.core.program.Op;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Features of queries or keys, {@code φ(x) = exp(log) ⊙ values · exp(rowLog)}, of scaled rows [B,H,T,D]; see {@link io.github.performer4j.core.feature.Features}.
 *
 * @param log exponent per feature, [B,H,T,M]; null for none
 * @param values factor per feature, [B,H,T,M]; null for none
 * @param rowLog exponent of a row, [B,H,T,1]; null for none
 */
record OnnxFeatures(String log, String values, String rowLog) {

    /** Queries and keys. */
    record Sides(OnnxFeatures queries, OnnxFeatures keys) {}

    /** Returns whether a stabiliser must be subtracted before the exponential. */
    boolean exponential() {
        return log != null || rowLog != null;
    }

    /**
     * Defines the features.
     *
     * @param q scaled queries [B,H,T,D]
     * @param k scaled keys
     * @param rows 1 for real tokens and 0 for padding, [B,1,T,1]; null if all are real
     * @throws IllegalArgumentException if ONNX has no operations for the map
     */
    static Sides of(OnnxNodes g, NetPart part, Op.Attend op, String q, String k, String rows) {
        FeatureMap map = op.options().featureMap();
        if (map instanceof FramedFeatures framed) {
            return framed(g, part, op, framed, q, k, rows);
        }
        boolean known = map instanceof PositiveFeatures
                || map instanceof HyperbolicFeatures
                || map instanceof TrigonometricFeatures
                || map instanceof GeneralizedFeatures;
        if (!known) {
            throw new IllegalArgumentException("an ONNX file cannot hold this feature map; layer=" + part.name()
                    + ", featureMap=" + map
                    + ", possible=positive, hyperbolic, trigonometric, gerf, oprf, saderf, sderf"
                    + " and those of a function of the projection");
        }
        return new Sides(plain(g, part, op, map, q), plain(g, part, op, map, k));
    }

    private static OnnxFeatures plain(OnnxNodes g, NetPart part, Op.Attend op, FeatureMap map, String x) {
        INDArray w = part.projection(op);
        String wx = w == null ? x : g.node("MatMul", x, projection(g, part, op, w));
        if (map instanceof GeneralizedFeatures generalized) {
            return generalized.function() == FeatureFunction.EXP
                    ? new OnnxFeatures(wx, null, null)
                    : new OnnxFeatures(null, OnnxFunctions.of(g, generalized.function(), wx), null);
        }
        String half = g.times(g.sum(g.node("Mul", x, x), 3), 0.5);
        return map instanceof TrigonometricFeatures
                ? new OnnxFeatures(null, g.concat(3, g.node("Cos", wx), g.node("Sin", wx)), half)
                : new OnnxFeatures(g.node("Sub", wx, half), null, null);
    }

    /** Wᵀ, [D,draws]. */
    static String projection(OnnxNodes g, NetPart part, Op.Attend op, INDArray w) {
        return g.tensor(new NetTensor(part.name() + "." + op.scope() + "projection turned", w.transpose()));
    }

    /** {@code W_h y + c_h − |y|²/2} with y = xC_h, in the frame of each head. */
    private static Sides framed(
            OnnxNodes g, NetPart part, Op.Attend op, FramedFeatures map, String q, String k, String rows) {
        boolean kept = op.options().keepsStatistics();
        if (map.sight() != Sight.NOTHING && !kept) {
            Estimator estimator = map instanceof DenseExponentialFeatures dense ? dense.estimator() : null;
            return OnnxFitted.of(g, part, op, estimator, q, k, rows);
        }
        int m = map.columns(op.options().features(), op.keySize());
        int d = op.keySize();
        List<Choice> choices = choices(part, op, map, kept);
        String name = part.name() + "." + op.scope() + "frame ";
        List<String> parts = new ArrayList<>();
        for (int p = 0; p < choices.get(0).parts().size(); p++) {
            int r = map.parts(m, d).get(p)[0];
            int c = map.parts(m, d).get(p)[1];
            double[] all = new double[choices.size() * r * c];
            for (int h = 0; h < choices.size(); h++) {
                double[] one = choices.get(h).parts().get(p);
                for (int i = 0; i < one.length; i++) {
                    int at = p == 0 ? i % c * r + i / c : i; // rows are turned, [D,M]
                    all[h * one.length + at] = one[i];
                }
            }
            parts.add(g.floats(
                    name + p, p == 0 ? new long[] {choices.size(), c, r} : new long[] {choices.size(), r, c}, all));
        }
        boolean own = map.ownCoordinates();
        return new Sides(
                inFrame(g, q, own ? parts.get(2) : null, parts.get(0), parts.get(1)),
                inFrame(g, k, own ? parts.get(3) : null, parts.get(0), parts.get(1)));
    }

    /** Features of x in coordinates C, null for I, with turned rows [..,D,M] and constants [..,1,M]. */
    static OnnxFeatures inFrame(OnnxNodes g, String x, String coordinates, String rows, String constants) {
        String y = coordinates == null ? x : g.node("MatMul", x, coordinates);
        String wy = g.node("Add", g.node("MatMul", y, rows), constants);
        return new OnnxFeatures(g.node("Sub", wy, g.times(g.sum(g.node("Mul", y, y), 3), 0.5)), null, null);
    }

    /** Frames of each head from what the layer keeps; one for all where the map sees nothing. */
    private static List<Choice> choices(NetPart part, Op.Attend op, FramedFeatures map, boolean kept) {
        int d = op.keySize();
        int m = map.columns(op.options().features(), d);
        double[][] w = part.projection(op).toDoubleMatrix();
        if (!kept) {
            return List.of(map.choose(Seen.of(Moments.none(d)), Seen.of(Moments.none(d)), w));
        }
        INDArray sums = part.tensor(op.scope() + Op.Attend.STATISTICS).array();
        double scale = map.inputScale(d, m);
        int half = Moments.sumsLength(d);
        List<Choice> choices = new ArrayList<>();
        for (int h = 0; h < op.options().heads(); h++) {
            double[] own = sums.getRow(h).toDoubleVector();
            choices.add(map.choose(
                    Seen.of(Moments.ofSums(own, 0, d, scale)), Seen.of(Moments.ofSums(own, half, d, scale)), w));
        }
        return choices;
    }
}
