package io.github.performer4j.kernels.vector;

import io.github.performer4j.kernels.layer.AdamW;
import io.github.performer4j.kernels.layer.AdamWStep;
import io.github.performer4j.kernels.layer.Dropout;
import io.github.performer4j.kernels.layer.LayerElements;
import io.github.performer4j.kernels.layer.RowCopies;
import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/** {@link LayerElements} on the Vector API; what does not fill a vector at the end of a row is done one by one. */
public final class VectorLayerElements implements LayerElements {
    public VectorLayerElements() {}

    @Override
    public void copy(Matrix x, Matrix out) {
        RowCopies.copy(x, out);
    }

    @Override
    public void add(Matrix x, Matrix y) {
        VectorRows.add(x, y);
    }

    @Override
    public void addScaled(Matrix x, float factor, Matrix y) {
        VectorRows.addScaled(x, factor, y);
    }

    @Override
    public void fill(Matrix x, float value) {
        VectorRows.fill(x, value);
    }

    @Override
    public void fillRows(Matrix row, Matrix out) {
        RowCopies.fillRows(row, out);
    }

    @Override
    public void addRow(Matrix x, Matrix row, Matrix out) {
        VectorRows.addRow(x, row, out);
    }

    @Override
    public void addColumnSums(Matrix x, Matrix sums) {
        VectorRows.addColumnSums(x, sums);
    }

    @Override
    public void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix moments) {
        VectorNorm.forward(x, gain, bias, epsilon, out, moments);
    }

    @Override
    public void layerNormAgain(Matrix x, Matrix gain, Matrix bias, Matrix moments, Matrix out) {
        VectorNorm.again(x, gain, bias, moments, out);
    }

    @Override
    public void layerNormGradient(
            Matrix error, Matrix x, Matrix gain, Matrix moments, Matrix dx, Matrix dGain, Matrix dBias) {
        VectorNormGradient.gradient(error, x, gain, moments, dx, dGain, dBias);
    }

    @Override
    public void activate(Activation f, Matrix z, Matrix out) {
        VectorActivations.activate(f, z, out);
    }

    @Override
    public void activateGradient(Activation f, Matrix z, Matrix d, Matrix out) {
        VectorActivations.gradient(f, z, d, out);
    }

    @Override
    public void gated(Activation f, Matrix z, Matrix gate, Matrix out) {
        VectorActivations.gated(f, z, gate, out);
    }

    @Override
    public void gatedGradient(Activation f, Matrix z, Matrix gate, Matrix d, Matrix dGate, Matrix out) {
        VectorActivations.gatedGradient(f, z, gate, d, dGate, out);
    }

    @Override
    public void dropout(Matrix x, long firstRow, double p, long state) {
        Dropout.apply(x, firstRow, p, state);
    }

    @Override
    public double crossEntropy(Matrix logits, int[] labels, int firstLabel, float weight) {
        return VectorLoss.crossEntropy(logits, labels, firstLabel, weight);
    }

    @Override
    public void softmax(Matrix x) {
        VectorLoss.softmax(x);
    }

    @Override
    public void gather(Matrix table, int[] ids, int first, Matrix out) {
        RowCopies.gather(table, ids, first, out);
    }

    @Override
    public void scatterAdd(Matrix x, int[] ids, int first, Matrix table) {
        VectorRows.scatterAdd(x, ids, first, table);
    }

    @Override
    public double squaredNorm(FloatBlock x, long offset, long n) {
        return VectorSquares.squaredNorm(x, offset, n);
    }

    @Override
    public void adamW(
            FloatBlock p,
            long pAt,
            FloatBlock g,
            long gAt,
            FloatBlock m,
            long mAt,
            FloatBlock v,
            long vAt,
            long n,
            AdamW options,
            long step,
            float rate) {
        VectorAdam.adamW(p, pAt, g, gAt, m, mAt, v, vAt, n, AdamWStep.of(options, step, rate));
    }

    @Override
    public void adam(
            FloatBlock g,
            long gAt,
            FloatBlock m,
            long mAt,
            FloatBlock v,
            long vAt,
            long n,
            AdamW options,
            long step,
            float rate) {
        VectorAdam.adam(g, gAt, m, mAt, v, vAt, n, AdamWStep.of(options, step, rate));
    }
}
