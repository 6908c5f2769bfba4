package io.github.performer4j.core.layer;

import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.Matrix;
import java.util.List;

/**
 * Queries, keys and values of {@link FusedAttention}, beside each other: {@code [q k v] = x [Wq Wk Wv] + [bq bk bv]}, one product for three where
 * there are many rows. Temperatures are folded into Wq and Wk, see {@link FusedTemperature}.
 */
final class FusedProjections {
    /** Names of the weights and biases, in the order of the columns. */
    private static final String[] WEIGHTS = {"Wq", "Wk", "Wv"};

    private static final String[] BIASES = {"bq", "bk", "bv"};

    private final FusedPass pass;
    private final int width;
    private final Matrix values; // [N,3E]
    private final FusedTemperature queryTemperature;
    private final FusedTemperature keyTemperature;
    private Matrix joined; // [E,3E]; null where there are few rows
    private Matrix joinedBias; // [1,3E]; null without biases
    private Matrix transposed; // [3E,E]; null where there are few rows
    private Matrix gradients; // [N,3E]
    private Matrix weightGradients; // [E,3E]

    FusedProjections(FusedPass pass, int width) {
        this.pass = pass;
        this.width = width;
        values = pass.matrix(Part.QKV, 3 * width);
        queryTemperature = new FusedTemperature(pass, WEIGHTS[0], BIASES[0], Part.TEMPERED_Q);
        keyTemperature = new FusedTemperature(pass, WEIGHTS[1], BIASES[1], Part.TEMPERED_K);
    }

    /** Returns queries (0), keys (1) or values (2), [N,E]. */
    Matrix values(int side) {
        return side(values, side);
    }

    /** Returns the memory of their gradients, [N,E]. */
    Matrix gradients(int side) {
        return side(gradients, side);
    }

    /** Puts the weights beside each other, where there are rows enough. */
    void beginForward() {
        if (!FusedTransposes.pay(pass)) {
            return;
        }
        Matrix all = FusedMemory.phase().matrix(Part.W_QKV, width + 1, 3 * width);
        joined = all.rows(0, width);
        joinedBias = bias(0) == null ? null : all.rows(width, width + 1);
        for (int i = 0; i < WEIGHTS.length; i++) {
            pass.elements.copy(weight(i), side(joined, i));
            if (joinedBias != null) {
                pass.elements.copy(bias(i), side(joinedBias, i));
            }
        }
    }

    /** Computes q, k and v of a block of rows. */
    void project(Matrix x, int from, int to) {
        if (joined != null) {
            pass.product(x, joined, joinedBias, values.rows(from, to));
            return;
        }
        for (int i = 0; i < WEIGHTS.length; i++) {
            pass.product(x, weight(i), bias(i), values(i).rows(from, to));
        }
    }

    /** Takes the memory of the backward pass. */
    void beginBackward(FusedTransposes transposes) {
        gradients = pass.transientMatrix(Part.D_QKV, 3 * width);
        weightGradients = FusedMemory.phase().matrix(Part.DW_QKV, width, 3 * width);
        if (!FusedTransposes.pay(pass)) {
            return;
        }
        transposed = FusedMemory.phase().matrix(Part.W_QKV_T, 3 * width, width);
        for (int i = 0; i < WEIGHTS.length; i++) {
            transposes.add(weight(i), transposed.rows(i * width, (i + 1) * width));
        }
    }

    /**
     * Goes back through the products on a block of rows.
     *
     * @param beta 0 to write dx, 1 to add to it
     */
    void backward(Matrix dx, float beta, int block, int from, int to, FusedSums sums) {
        Matrix errors = gradients.rows(from, to);
        for (int i = 0; i < WEIGHTS.length; i++) {
            sums.add(block, BIASES[i], side(errors, i));
        }
        if (transposed != null) {
            pass.kernels.multiply(errors, transposed, 1, beta, dx);
            return;
        }
        for (int i = 0; i < WEIGHTS.length; i++) {
            pass.kernels.multiplyTransposed(side(errors, i), weight(i), 1, i == 0 ? beta : 1, dx);
        }
    }

    /** Lists the gradient of the weights, all three at once; x is what {@link #project} was given, all rows. */
    void addWeightGradients(Matrix x, List<WeightGradient> list) {
        list.add(new WeightGradient(x, gradients, weightGradients));
    }

    /** Ends the backward pass, when the gradients of weights and biases stand. */
    void finishGradients() {
        for (int i = 0; i < WEIGHTS.length; i++) {
            pass.elements.copy(side(weightGradients, i), pass.gradient(WEIGHTS[i]));
        }
        if (pass.gradient(AttentionPart.TEMPERATURE) != null) {
            pass.elements.fill(pass.gradient(AttentionPart.TEMPERATURE), 0);
            queryTemperature.finish();
            keyTemperature.finish();
        }
    }

    private Matrix weight(int side) {
        return side == 0 ? queryTemperature.weight() : side == 1 ? keyTemperature.weight() : pass.parameter(WEIGHTS[2]);
    }

    private Matrix bias(int side) {
        return side == 0 ? queryTemperature.bias() : side == 1 ? keyTemperature.bias() : pass.parameter(BIASES[2]);
    }

    private Matrix side(Matrix three, int number) {
        return three.columns(number * width, (number + 1) * width);
    }
}
