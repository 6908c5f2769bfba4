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
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Kernels that measure attention while they compute it. With {@code out = A v} and an error of ones the gradient of v is {@code Aᵀ 1}, the column sums of A, in every column: so the backward
 * pass of any attention, linear, exact, causal, with decay or a window, gives its mass without a matrix [Tq,Tk].
 *
 * @param own what computes
 * @param masses receives [H][Tk] for each attention of one batch item, in the order in which they run
 */
record MassKernels(Kernels own, Consumer<double[][]> masses) implements Kernels {

    /** Rows [B·T,H·D] and the same by heads. */
    private record Rows(Matrix all, Heads heads) {
        static Rows like(Heads x) {
            int rows = x.batch() * x.tokens();
            int columns = x.heads() * x.size();
            Matrix all = Matrix.of(FloatBlock.allocate((long) rows * columns), rows, columns);
            return new Rows(all, Heads.of(all, x.batch(), x.heads()));
        }

        /** Returns the first column of each head, [H][T]. */
        double[][] firstColumns() {
            double[][] columns = new double[heads.heads()][all.rows()];
            for (int h = 0; h < columns.length; h++) {
                for (int t = 0; t < all.rows(); t++) {
                    columns[h][t] = all.get(t, h * heads.size());
                }
            }
            return columns;
        }
    }

    @Override
    public long attend(LinearAttentionSpec spec, Carried carried, Heads out, FloatBlock saved) {
        FloatBlock kept = FloatBlock.allocate(Math.max(1, own.saved(spec)));
        long underflows = own.attend(spec, carried, out, kept);
        Rows dv = Rows.like(spec.v());
        Heads dq = Rows.like(spec.q()).heads();
        Heads dk = Rows.like(spec.k()).heads();
        Heads da = spec.decay() == null ? null : Rows.like(spec.decay()).heads();
        own.attendBackward(spec, Carried.NOTHING, out, kept, ones(out), dq, dk, dv.heads(), null, da);
        masses.accept(dv.firstColumns());
        return underflows;
    }

    @Override
    public void attend(ExactAttentionSpec spec, Heads out, FloatBlock saved) {
        FloatBlock kept = FloatBlock.allocate(Math.max(1, own.saved(spec)));
        own.attend(spec, out, kept);
        Rows dv = Rows.like(spec.v());
        Heads dq = Rows.like(spec.q()).heads();
        Heads dk = Rows.like(spec.k()).heads();
        own.attendBackward(spec, out, kept, ones(out), dq, dk, dv.heads());
        masses.accept(dv.firstColumns());
    }

    @Override
    public long attend(PrefixAttentionSpec spec, Heads out, FloatBlock saved) {
        FloatBlock kept = FloatBlock.allocate(Math.max(1, own.saved(spec)));
        long underflows = own.attend(spec, out, kept);
        Rows dv = Rows.like(spec.all().v());
        Heads dq = Rows.like(spec.all().q()).heads();
        Heads dk = Rows.like(spec.all().k()).heads();
        own.attendBackward(spec, out, kept, ones(out), dq, dk, dv.heads(), null);
        masses.accept(dv.firstColumns());
        return underflows;
    }

    private Heads ones(Heads out) {
        Rows error = Rows.like(out);
        own.elements().fill(error.all(), 1);
        return error.heads();
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
