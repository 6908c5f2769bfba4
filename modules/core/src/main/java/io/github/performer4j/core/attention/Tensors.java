package io.github.performer4j.core.attention;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.factory.Nd4j;

/** Small SameDiff expressions that the attention functions share; all shapes are known when the graph is built. */
final class Tensors {
    /** An exponent whose exponential is 0 in float32 and float64, and which can be added to and subtracted from without overflow. */
    static final double NEVER = -1e30;

    private Tensors() {}

    /** Returns x as a constant of differentiation. */
    static SDVariable stop(SameDiff sd, SDVariable x) {
        return new StopGradient(sd, x).outputVariable();
    }

    /** Returns 0 where the mask is 1 and {@link #NEVER} where it is 0. */
    static SDVariable maskLog(SDVariable mask) {
        return mask.sub(1).mul(-NEVER);
    }

    /** Returns [1,C,C] with 1 where column j ≤ row t − gap, else 0. */
    static SDVariable lowerTriangle(SameDiff sd, DataType type, long size, int gap) {
        INDArray a = Nd4j.zeros(type, 1, size, size);
        for (int t = 0; t < size; t++) {
            for (int j = 0; j <= t - gap; j++) {
                a.putScalar(0, t, j, 1);
            }
        }
        return sd.constant(a);
    }

    /** Returns zeros of the given shape. */
    static SDVariable zeros(SameDiff sd, DataType type, long... shape) {
        return sd.constant(Nd4j.zeros(type, shape));
    }

    /** Returns a constant array filled with one value. */
    static SDVariable full(SameDiff sd, DataType type, double value, long... shape) {
        return sd.constant(Nd4j.valueArrayOf(shape, value, type));
    }

    /** Returns x[:, from:to, :] of a rank-3 array. */
    static SDVariable rows(SameDiff sd, SDVariable x, long[] shape, long from, long to) {
        return sd.stridedSlice(x, new long[] {0, from, 0}, new long[] {shape[0], to, shape[2]}, 1, 1, 1);
    }

    /** Returns x[:, :, from:to] of a rank-3 array. */
    static SDVariable columns(SameDiff sd, SDVariable x, long[] shape, long from, long to) {
        return sd.stridedSlice(x, new long[] {0, 0, from}, new long[] {shape[0], shape[1], to}, 1, 1, 1);
    }
}
