package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.export.NetPart;
import io.github.performer4j.core.feature.Estimator;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.program.Op;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Positive features that fit themselves to the moments of each sequence, {@link Estimator}, in plain operations: with {@code μ = mean(x)} and {@code M = mean(x xᵀ)} over real tokens, of queries and of
 * keys. Where an estimator asks for eigenvalues, ONNX has none, and roots of matrices are iterated, {@code Y ← Y T, Z ← T Z, T = (3I − ZY)/2} from {@code Y = A/|A|, Z = I}, which converges
 * quadratically to {@code Y = (A/|A|)^½} (Higham, <em>Functions of Matrices</em>, 2008, §6.7); in float64, as frames are made here.
 */
final class OnnxFitted {
    /** Iterations of a root: enough for eigenvalues whose ratio is below 10¹⁰. */
    private static final int STEPS = 40;

    /** The estimators' own, relative to the mean of second moments. */
    private static final double FLOOR = 1e-4;

    private final OnnxNodes g;
    private final int d;
    private final String q;
    private final String k;
    private final String rowsTurned; // Wᵀ, [D,M]
    private final String squares; // |w_i|², [M]

    private OnnxFitted(OnnxNodes g, NetPart part, Op.Attend op, String q, String k) {
        this.g = g;
        this.q = q;
        this.k = k;
        d = op.keySize();
        INDArray w = part.projection(op);
        rowsTurned = OnnxFeatures.projection(g, part, op, w);
        double[] all = Arrays.stream(w.toDoubleMatrix())
                .mapToDouble(row -> Arrays.stream(row).map(x -> x * x).sum())
                .toArray();
        squares = g.floats(part.name() + "." + op.scope() + "squares", new long[] {all.length}, all);
    }

    /**
     * Defines the features.
     *
     * @param rows 1 for real tokens and 0 for padding, [B,1,T,1]; null if all are real
     * @throws IllegalArgumentException if the estimator is none of OPRF, SADERF, SDERF
     */
    static OnnxFeatures.Sides of(
            OnnxNodes g, NetPart part, Op.Attend op, Estimator estimator, String q, String k, String rows) {
        FeatureMap map = op.options().featureMap();
        if (estimator == null || estimator == Estimator.ADERF) {
            throw new IllegalArgumentException(
                    "an ONNX file cannot fit this feature map to each sequence: keep statistics of a sample, by performer calibrate;"
                            + " layer=" + part.name() + ", featureMap=" + map + ", statistics="
                            + op.options().statistics());
        }
        OnnxFitted fitted = new OnnxFitted(g, part, op, q, k);
        Sums x = fitted.sums(q, rows);
        Sums y = fitted.sums(k, rows);
        return switch (estimator) {
            case OPRF -> fitted.scalar(fitted.a(x.trace, y.trace, fitted.dot(x, y)), q, k);
            case SADERF -> fitted.diagonal(x, y);
            default -> fitted.spectral(x, y);
        };
    }

    /**
     * Moments.
     *
     * @param seen rows, 0 where padded, [B,H,T,D]
     * @param mean μ [B,H,1,D]
     * @param squares diagonal of M [B,H,1,D]
     * @param trace of M [B,H,1,1]
     * @param count of rows, at least 1, [B,1,1,1]
     */
    private record Sums(String seen, String mean, String squares, String trace, String count) {}

    private Sums sums(String x, String rows) {
        String seen = rows == null ? x : g.node("Mul", x, rows);
        String count = rows == null
                ? g.asFloat(g.dimension(x, 2))
                : g.node("Max", g.sum(rows, 2), g.number(1)); // without rows nothing is seen, whatever the features
        String mean = g.node("Div", g.sum(seen, 2), count);
        String second = g.node("Div", g.sum(g.node("Mul", seen, seen), 2), count);
        return new Sums(seen, mean, second, g.sum(second, 3), count);
    }

    private String dot(Sums x, Sums y) {
        return g.sum(g.node("Mul", x.mean, y.mean), 3);
    }

    /** {@code A = (1 − 1/ρ)/8}, {@code 1/ρ = (√(p² + 8Dψ) + p)/2D}, {@code p = 2ψ + D}, [B,H,1,1]. */
    private String a(String first, String second, String means) {
        String psi = g.node("Relu", g.node("Add", g.node("Add", first, second), g.times(means, 2)));
        String p = g.plus(g.times(psi, 2), d);
        String root = g.node("Sqrt", g.node("Add", g.node("Mul", p, p), g.times(psi, 8.0 * d)));
        return g.times(g.plus(g.times(g.node("Add", root, p), -0.5 / d), 1), 0.125);
    }

    /** Features of a scalar A: {@code √(1−4A) Wx + A|w|² − |x|²/2}. */
    private OnnxFeatures.Sides scalar(String a, String queries, String keys) {
        String factor = g.node("Sqrt", g.plus(g.times(a, -4), 1));
        String rows = g.node("Mul", rowsTurned, factor); // [B,H,D,M]
        String constants = g.node("Mul", squares, a); // [B,H,1,M]
        return new OnnxFeatures.Sides(
                OnnxFeatures.inFrame(g, queries, null, rows, constants),
                OnnxFeatures.inFrame(g, keys, null, rows, constants));
    }

    /** Coordinates {@code s = (M₂,ll / M₁,ll)^¼}, and A of the rows in them. */
    private OnnxFeatures.Sides diagonal(Sums x, Sums y) {
        String ratio = g.node("Div", floored(y), floored(x));
        String root = g.node("Sqrt", g.node("Sqrt", ratio));
        String finite = g.node("Less", root, g.number(Float.MAX_VALUE)); // not where it is NaN, either
        String usable = g.node("And", g.node("Greater", root, g.number(0)), finite);
        String s = g.node("Where", usable, root, g.number(1));
        String square = g.node("Mul", s, s);
        String first = g.sum(g.node("Mul", x.squares, square), 3);
        String second = g.sum(g.node("Div", y.squares, square), 3);
        return scalar(a(first, second, dot(x, y)), g.node("Mul", q, s), g.node("Div", k, s));
    }

    private String floored(Sums sums) {
        return g.node("Add", sums.squares, g.times(sums.trace, FLOOR / d));
    }

    /** {@code I − 4A = (3I + 2X + (4X² + 12X + I)^½)/4}, X = M₁ + M₂ + μ₁μ₂ᵀ + μ₂μ₁ᵀ, and features in the frame of its root. */
    private OnnxFeatures.Sides spectral(Sums x, Sums y) {
        String both = product(x.mean, y.mean);
        String sum = g.node("Add", g.node("Add", moment(x), moment(y)), g.node("Add", both, g.turned(both)));
        double[] unit = new double[d * d];
        for (int i = 0; i < d; i++) {
            unit[i * (d + 1)] = 1;
        }
        String eye = g.doubles("unit of " + d, new long[] {d, d}, unit);
        String square = wide(g.node("MatMul", sum, sum), 4);
        String s = root(g.node("Add", g.node("Add", square, wide(sum, 12)), eye), eye);
        String inner = g.node("Add", g.node("Add", wide(eye, 3), wide(sum, 2)), s);
        String root = g.asFloat(root(wide(inner, 0.25), eye)); // (I − 4A)^½, [B,H,D,D]
        String rows = g.node("MatMul", root, rowsTurned); // [B,H,D,M]
        String lost = g.node("Sub", squares, g.sum(g.node("Mul", rows, rows), 2));
        String constants = g.times(lost, 0.25);
        return new OnnxFeatures.Sides(
                OnnxFeatures.inFrame(g, q, null, rows, constants), OnnxFeatures.inFrame(g, k, null, rows, constants));
    }

    /** Returns M in float64, [B,H,D,D]. */
    private String moment(Sums x) {
        return asDouble(g.node("Div", g.node("MatMul", g.turned(x.seen), x.seen), x.count));
    }

    private String product(String first, String second) {
        return asDouble(g.node("MatMul", g.turned(first), second));
    }

    private String asDouble(String x) {
        return g.cast(x, Onnx.TensorProto.DataType.DOUBLE);
    }

    private String wide(String x, double factor) {
        return g.node("Mul", x, g.doubles(new long[] {1}, factor));
    }

    /** Returns the root of symmetric positive matrices [..,D,D], float64. */
    private String root(String x, String eye) {
        String norm = g.node("Sqrt", g.sum(g.sum(g.node("Mul", x, x), 3), 2)); // [B,H,1,1]
        String y = g.node("Div", x, norm);
        String z = g.node("Add", g.node("Mul", y, g.doubles(new long[] {1}, 0)), eye);
        OnnxNodes body = g.body("root");
        String index = body.fresh("step");
        String go = body.fresh("go");
        String y0 = body.fresh("y");
        String z0 = body.fresh("z");
        String zy = body.node("MatMul", z0, y0);
        String three = body.node("Mul", eye, body.doubles(new long[] {1}, 3));
        String t = body.node("Mul", body.node("Sub", three, zy), body.doubles(new long[] {1}, 0.5));
        String y1 = body.node("MatMul", y0, t);
        String z1 = body.node("MatMul", t, z0);
        String on = body.node("Identity", go);
        body.graph()
                .addInput(OnnxNodes.single(index, Onnx.TensorProto.DataType.INT64))
                .addInput(OnnxNodes.single(go, Onnx.TensorProto.DataType.BOOL))
                .addInput(OnnxNodes.value(y0, Onnx.TensorProto.DataType.DOUBLE))
                .addInput(OnnxNodes.value(z0, Onnx.TensorProto.DataType.DOUBLE))
                .addOutput(OnnxNodes.single(on, Onnx.TensorProto.DataType.BOOL))
                .addOutput(OnnxNodes.value(y1, Onnx.TensorProto.DataType.DOUBLE))
                .addOutput(OnnxNodes.value(z1, Onnx.TensorProto.DataType.DOUBLE));
        String result = g.fresh("root");
        g.add(
                "Loop",
                List.of(OnnxNodes.attribute("body", body.graph().build())),
                List.of(g.ints(STEPS), "", y, z),
                List.of(result, g.fresh("inverse")));
        return g.node("Mul", result, g.node("Sqrt", norm));
    }
}
