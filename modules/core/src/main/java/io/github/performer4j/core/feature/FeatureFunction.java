package io.github.performer4j.core.feature;

import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The functions f of {@link GeneralizedFeatures}, each as a SameDiff expression and in plain double arithmetic. */
public enum FeatureFunction {
    /** max(z, 0). */
    RELU((sd, z) -> sd.nn().relu(z, 0), z -> Math.max(z, 0)),
    /** z² for z &gt; 0, else 0: the kernel of order 2. */
    SQUARED_RELU((sd, z) -> sd.nn().relu(z, 0).mul(sd.nn().relu(z, 0)), z -> z > 0 ? z * z : 0),
    /** elu(z) + 1: z + 1 for z &gt; 0, else exp(z). */
    ELU_PLUS_ONE((sd, z) -> sd.nn().elu(z).add(1), z -> z > 0 ? z + 1 : Math.exp(z)),
    /** exp(z), without the norm that makes it unbiased; prefer {@link PositiveFeatures}. */
    EXP((sd, z) -> sd.math().exp(z), Math::exp),
    /** |z|. */
    ABS((sd, z) -> sd.math().abs(z), Math::abs),
    /** z². */
    SQUARE((sd, z) -> z.mul(z), z -> z * z),
    /** z·Φ(z), Φ the normal distribution function. */
    GELU(
            (sd, z) -> z.mul(sd.math().erf(z.mul(Math.sqrt(0.5))).add(1)).mul(0.5),
            z -> 0.5 * z * (1 + ErrorFunction.erf(z * Math.sqrt(0.5)))),
    /** 1 / (1 + exp(−z)). */
    SIGMOID((sd, z) -> sd.nn().sigmoid(z), z -> 1 / (1 + Math.exp(-z))),
    /** tanh(z); takes both signs, so denominators can vanish. */
    TANH((sd, z) -> sd.math().tanh(z), Math::tanh),
    /** cos(z); takes both signs. */
    COS((sd, z) -> sd.math().cos(z), Math::cos),
    /** sin(z); takes both signs. */
    SIN((sd, z) -> sd.math().sin(z), Math::sin),
    /** z; takes both signs. */
    IDENTITY((sd, z) -> sd.identity(z), z -> z),
    /** log(1 + exp(z)). */
    SOFTPLUS((sd, z) -> softplus(sd, z), z -> z > 30 ? z : Math.log1p(Math.exp(z)));

    private final BiFunction<SameDiff, SDVariable, SDVariable> graph;
    private final DoubleUnaryOperator plain;

    FeatureFunction(BiFunction<SameDiff, SDVariable, SDVariable> graph, DoubleUnaryOperator plain) {
        this.graph = graph;
        this.plain = plain;
    }

    /** max(z, 0) + log(1 + exp(−|z|)); M2.1's own has the gradient NaN where exp(z) overflows. */
    private static SDVariable softplus(SameDiff sd, SDVariable z) {
        SDVariable small = sd.math().exp(sd.math().abs(z).neg()); // in (0, 1]
        return sd.nn().relu(z, 0).add(sd.math().log(small.add(1)));
    }

    /** Defines f(z), entry by entry, in a graph. */
    public SDVariable define(SameDiff sd, SDVariable z) {
        return graph.apply(sd, z);
    }

    /** Computes f(z). */
    public double apply(double z) {
        return plain.applyAsDouble(z);
    }
}
