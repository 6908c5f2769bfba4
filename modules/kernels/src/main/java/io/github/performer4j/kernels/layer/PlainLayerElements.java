package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/** {@link LayerElements} in plain Java: the fallback, and the reference of the vector form. */
public final class PlainLayerElements implements LayerElements {

    @Override
    public void copy(Matrix x, Matrix out) {
        RowCopies.copy(x, out);
    }

    @Override
    public void add(Matrix x, Matrix y) {
        PlainRows.add(x, y);
    }

    @Override
    public void addScaled(Matrix x, float factor, Matrix y) {
        PlainRows.addScaled(x, factor, y);
    }

    @Override
    public void fill(Matrix x, float value) {
        PlainRows.fill(x, value);
    }

    @Override
    public void fillRows(Matrix row, Matrix out) {
        RowCopies.fillRows(row, out);
    }

    @Override
    public void addRow(Matrix x, Matrix row, Matrix out) {
        PlainRows.addRow(x, row, out);
    }

    @Override
    public void addColumnSums(Matrix x, Matrix sums) {
        PlainRows.addColumnSums(x, sums);
    }

    @Override
    public void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix moments) {
        PlainNorm.forward(x, gain, bias, epsilon, out, moments);
    }

    @Override
    public void layerNormAgain(Matrix x, Matrix gain, Matrix bias, Matrix moments, Matrix out) {
        PlainNorm.again(x, gain, bias, moments, out);
    }

    @Override
    public void layerNormGradient(
            Matrix error, Matrix x, Matrix gain, Matrix moments, Matrix dx, Matrix dGain, Matrix dBias) {
        PlainNorm.gradient(error, x, gain, moments, dx, dGain, dBias);
    }

    @Override
    public void activate(Activation f, Matrix z, Matrix out) {
        PlainActivations.activate(f, z, out);
    }

    @Override
    public void activateGradient(Activation f, Matrix z, Matrix d, Matrix out) {
        PlainActivations.gradient(f, z, d, out);
    }

    @Override
    public void gated(Activation f, Matrix z, Matrix gate, Matrix out) {
        PlainActivations.gated(f, z, gate, out);
    }

    @Override
    public void gatedGradient(Activation f, Matrix z, Matrix gate, Matrix d, Matrix dGate, Matrix out) {
        PlainActivations.gatedGradient(f, z, gate, d, dGate, out);
    }

    @Override
    public void dropout(Matrix x, long firstRow, double p, long state) {
        Dropout.apply(x, firstRow, p, state);
    }

    @Override
    public double crossEntropy(Matrix logits, int[] labels, int firstLabel, float weight) {
        return PlainLoss.crossEntropy(logits, labels, firstLabel, weight);
    }

    @Override
    public void softmax(Matrix x) {
        PlainLoss.softmax(x);
    }

    @Override
    public void gather(Matrix table, int[] ids, int first, Matrix out) {
        RowCopies.gather(table, ids, first, out);
    }

    @Override
    public void scatterAdd(Matrix x, int[] ids, int first, Matrix table) {
        PlainRows.scatterAdd(x, ids, first, table);
    }

    @Override
    public double squaredNorm(FloatBlock x, long offset, long n) {
        return PlainOptimizer.squaredNorm(x, offset, n);
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
        PlainOptimizer.adamW(p, pAt, g, gAt, m, mAt, v, vAt, n, AdamWStep.of(options, step, rate));
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
        PlainOptimizer.adam(g, gAt, m, mAt, v, vAt, n, AdamWStep.of(options, step, rate));
    }
}
