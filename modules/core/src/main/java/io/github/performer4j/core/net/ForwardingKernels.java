package io.github.performer4j.core.net;

import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.attention.Carried;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.exact.PrefixAttentionSpec;
import io.github.performer4j.kernels.layer.LayerElements;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.function.IntConsumer;

/** Kernels that are others', for those that look at what a net computes. */
abstract class ForwardingKernels implements Kernels {
    /** What computes. */
    final Kernels own;

    ForwardingKernels(Kernels own) {
        this.own = own;
    }

    @Override
    public long attend(LinearAttentionSpec spec, Carried carried, Heads out, FloatBlock saved) {
        return own.attend(spec, carried, out, saved);
    }

    @Override
    public void attend(ExactAttentionSpec spec, Heads out, FloatBlock saved) {
        own.attend(spec, out, saved);
    }

    @Override
    public long attend(PrefixAttentionSpec spec, Heads out, FloatBlock saved) {
        return own.attend(spec, out, saved);
    }

    @Override
    public int threads() {
        return own.threads();
    }

    @Override
    public LayerElements elements() {
        return own.elements();
    }

    @Override
    public int blocks(int rows) {
        return own.blocks(rows);
    }

    @Override
    public int mostBlocks(int rows) {
        return own.mostBlocks(rows);
    }

    @Override
    public void rows(int rows, RowTask task) {
        own.rows(rows, task);
    }

    @Override
    public void tasks(int n, IntConsumer task) {
        own.tasks(n, task);
    }

    @Override
    public void multiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        own.multiply(a, b, alpha, beta, c);
    }

    @Override
    public void multiplyTransposed(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        own.multiplyTransposed(a, b, alpha, beta, c);
    }

    @Override
    public void transposedMultiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        own.transposedMultiply(a, b, alpha, beta, c);
    }

    @Override
    public long packedLength(int rows, int columns) {
        return own.packedLength(rows, columns);
    }

    @Override
    public void pack(List<Factor> factors) {
        own.pack(factors);
    }

    @Override
    public void multiply(Matrix a, Factor b, float beta, Matrix c) {
        own.multiply(a, b, beta, c);
    }

    @Override
    public Kernels exact() {
        return own.exact();
    }

    @Override
    public void weightGradients(List<WeightGradient> products) {
        own.weightGradients(products);
    }

    @Override
    public void transpose(List<Transpose> matrices) {
        own.transpose(matrices);
    }

    @Override
    public void moments(Heads x, FloatBlock mask, Matrix out) {
        own.moments(x, mask, out);
    }

    @Override
    public long saved(LinearAttentionSpec spec) {
        return own.saved(spec);
    }

    @Override
    public void attendBackward(
            LinearAttentionSpec spec,
            Carried carried,
            Heads out,
            FloatBlock saved,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw,
            Heads da) {
        own.attendBackward(spec, carried, out, saved, error, dq, dk, dv, dw, da);
    }

    @Override
    public long saved(ExactAttentionSpec spec) {
        return own.saved(spec);
    }

    @Override
    public void attendBackward(
            ExactAttentionSpec spec, Heads out, FloatBlock saved, Heads error, Heads dq, Heads dk, Heads dv) {
        own.attendBackward(spec, out, saved, error, dq, dk, dv);
    }

    @Override
    public long saved(PrefixAttentionSpec spec) {
        return own.saved(spec);
    }

    @Override
    public void attendBackward(
            PrefixAttentionSpec spec,
            Heads out,
            FloatBlock saved,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw) {
        own.attendBackward(spec, out, saved, error, dq, dk, dv, dw);
    }
}
