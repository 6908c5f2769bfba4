package io.github.performer4j.core.layer;

import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.Matrix;
import java.util.List;

/**
 * {@link FeedForward} on kernels, in one pass, on blocks of rows.
 *
 * <p>Kept from forward to backward: z = x W1 + b1 and the gate, [N,F] each. Backward computes f(z) again and writes it, and the gate's gradient,
 * over them, so that it needs one more array of this size, the derivative with respect to z.
 */
final class FusedFeedForward {
    static final String[] VECTORS = {"b1", "b2", "b3"};

    private final FusedPass pass;
    private final FeedForward kind;
    private final int hidden;
    private final Matrix z; // null if nothing is kept
    private final Matrix gate;
    private Matrix dz;
    private Matrix w1; // transposed, as the other two; null where there are few rows
    private Matrix w2;
    private Matrix w3;

    FusedFeedForward(FusedPass pass, FeedForward kind, int hidden) {
        this.pass = pass;
        this.kind = kind;
        this.hidden = hidden;
        z = pass.keeps() ? pass.matrix(Part.Z, hidden) : null;
        gate = pass.keeps() && kind.gated() ? pass.matrix(Part.GATE, hidden) : null;
    }

    /**
     * Computes the hidden values of a block of rows.
     *
     * @param x [n,E]
     * @return [n,F], in the task's memory
     */
    Matrix forward(Matrix x, int from, int to) {
        Matrix block = FusedMemory.task().matrix(Part.HIDDEN, to - from, hidden);
        Matrix before = z == null ? FusedMemory.task().matrix(Part.Z, to - from, hidden) : z.rows(from, to);
        pass.product(x, "W1", "b1", before);
        if (kind.gated()) {
            Matrix by = gate == null ? FusedMemory.task().matrix(Part.GATE, to - from, hidden) : gate.rows(from, to);
            pass.product(x, "W3", "b3", by);
            pass.elements.gated(kind.activation(), before, by, block);
        } else {
            pass.elements.activate(kind.activation(), before, block);
        }
        return block;
    }

    /** Takes the memory of the backward pass. */
    void beginBackward(FusedTransposes transposes) {
        dz = pass.transientMatrix(Part.D_Z, hidden);
        w1 = transposes.of(pass.parameter("W1"), Part.W1_T);
        w2 = transposes.of(pass.parameter("W2"), Part.W2_T);
        w3 = transposes.of(pass.parameter("W3"), Part.W3_T);
    }

    /**
     * Goes back from the output of W2 to the input of W1 on a block of rows.
     *
     * @param error derivative with respect to the output of W2, [n,E]
     * @param dx written, [n,E]
     */
    void backward(Matrix error, int block, int from, int to, FusedSums sums, Matrix dx) {
        Matrix d = dz.rows(from, to);
        Matrix values = z.rows(from, to); // from here on f(z), times the gate
        sums.add(block, "b2", error);
        FusedTransposes.back(pass, error, pass.parameter("W2"), w2, 0, d);
        if (kind.gated()) {
            Matrix by = gate.rows(from, to); // its gradient takes its place
            pass.elements.gatedGradient(kind.activation(), values, by, d, by, values);
            sums.add(block, "b3", by);
            FusedTransposes.back(pass, by, pass.parameter("W3"), w3, 0, dx);
        } else {
            pass.elements.activateGradient(kind.activation(), values, d, values);
        }
        sums.add(block, "b1", d);
        FusedTransposes.back(pass, d, pass.parameter("W1"), w1, kind.gated() ? 1 : 0, dx);
    }

    /**
     * Lists the gradients of the weights.
     *
     * @param x what {@link #forward} was given, all rows
     * @param error what {@link #backward} was given, all rows
     */
    void addWeightGradients(Matrix x, Matrix error, List<WeightGradient> list) {
        list.add(new WeightGradient(z, error, pass.gradient("W2")));
        list.add(new WeightGradient(x, dz, pass.gradient("W1")));
        if (kind.gated()) {
            list.add(new WeightGradient(x, gate, pass.gradient("W3")));
        }
    }
}
