package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.feature.FeatureFunction;
import io.github.performer4j.kernels.math.Activation;

/** Functions of each entry, as ONNX writes them. */
final class OnnxFunctions {
    private OnnxFunctions() {}

    /** Returns f(z) of a feature map. */
    static String of(OnnxNodes g, FeatureFunction f, String z) {
        return switch (f) {
            case RELU -> g.node("Relu", z);
            case SQUARED_RELU -> square(g, g.node("Relu", z));
            case ELU_PLUS_ONE -> g.plus(g.node("Elu", z), 1);
            case EXP -> g.node("Exp", z);
            case ABS -> g.node("Abs", z);
            case SQUARE -> square(g, z);
            case GELU -> gelu(g, z);
            case SIGMOID -> g.node("Sigmoid", z);
            case TANH -> g.node("Tanh", z);
            case COS -> g.node("Cos", z);
            case SIN -> g.node("Sin", z);
            case IDENTITY -> z;
            case SOFTPLUS -> softplus(g, z);
        };
    }

    private static String square(OnnxNodes g, String z) {
        return g.node("Mul", z, z);
    }

    private static String gelu(OnnxNodes g, String z) {
        return g.node("Mul", z, g.times(g.plus(g.node("Erf", g.times(z, Math.sqrt(0.5))), 1), 0.5));
    }

    /** max(z, 0) + log(1 + exp(−|z|)), which no z overflows. */
    static String softplus(OnnxNodes g, String z) {
        String small = g.node("Exp", g.node("Neg", g.node("Abs", z)));
        return g.node("Add", g.node("Relu", z), g.node("Log", g.plus(small, 1)));
    }

    /** Returns f(z) of a layer. */
    static String of(OnnxNodes g, Activation f, String z) {
        return switch (f) {
            case GELU -> gelu(g, z);
            case RELU -> g.node("Relu", z);
            case SILU, GELU_TANH -> {
                String slope = g.plus(g.times(square(g, z), f.cubic()), f.linear());
                yield g.node("Mul", z, g.node("Sigmoid", g.node("Mul", slope, z)));
            }
        };
    }
}
