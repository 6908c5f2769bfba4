package io.github.performer4j.core.program;

import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.kernels.math.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Random features of scalable neural network kernels in their ReLU form (SNNK, arXiv 2310.13225): {@code Ψ(x) = relu(x G + c)}, x [N,E], G [E,M], c [M], Ψ [N,M].
 *
 * <p>Column m of G is g_m/√E and c_m a number, (g_m, c_m) ~ N(0, I) in E + 1 dimensions, orthogonal in blocks of E + 1. So with x' = (x/√E, 1), which for normalised x are two halves of one
 * length,
 *
 * <pre>
 * E Ψ(x)·Ψ(w) = M |x'||w'|/(2π) · (sin θ + (π − θ) cos θ),   θ the angle of x' and w'
 * </pre>
 *
 * <p>the arc-cosine kernel of order 1. G and c are drawn once and never trained. The paper divides Ψ by √M; here that stands in the weight behind Ψ, which is the same function, and Adam's steps do not
 * shrink with M. It is another function than a layer {@code f(x W + b)}: it takes a layer's place, and the weight behind it is trained or fitted.
 */
public final class SnnkFeatures {
    private SnnkFeatures() {}

    /**
     * Adds Ψ to a program.
     *
     * @param x rows [N,E]
     * @param g name of G
     * @param c name of c
     * @param features M
     * @param r how weights are trained; an update of G's name is added to G; null for none
     * @return rows [N,M]
     */
    public static Value add(LayerProgram.Builder program, Value x, String g, String c, int features, LowRank r) {
        Value z = program.linear(x, new Weight.Plain(g, c, x.columns(), features, false));
        return program.activate(Activation.RELU, r == null ? z : program.update(x, z, g, r));
    }

    /**
     * Draws G and c.
     *
     * @param g receives G, [E,M]
     * @param c receives c, [M]
     * @param seed names the draw; the same seed gives the same numbers
     */
    public static void draw(INDArray g, INDArray c, long seed) {
        int in = Math.toIntExact(g.size(0));
        double[][] rows = Projection.ORTHOGONAL.draw(Math.toIntExact(g.size(1)), in + 1, seed); // [M,E+1]
        double[][] matrix = new double[in][rows.length];
        double[] shift = new double[rows.length];
        double scale = 1 / Math.sqrt(in);
        for (int m = 0; m < rows.length; m++) {
            for (int e = 0; e < in; e++) {
                matrix[e][m] = scale * rows[m][e];
            }
            shift[m] = rows[m][in];
        }
        g.assign(Nd4j.create(matrix).castTo(g.dataType()));
        c.assign(Nd4j.create(shift).castTo(c.dataType()));
    }
}
