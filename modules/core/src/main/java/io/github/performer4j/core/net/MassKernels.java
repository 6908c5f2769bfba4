package io.github.performer4j.core.net;

import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.attention.Carried;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.exact.PrefixAttentionSpec;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.function.Consumer;

/**
 * Kernels that measure attention while they compute it. With {@code out = A v} and an error of ones the gradient of v is {@code Aᵀ 1}, the column sums of A, in every column: so the backward
 * pass of any attention, linear, exact, causal, with decay or a window, gives its mass without a matrix [Tq,Tk].
 */
final class MassKernels extends ForwardingKernels {
    private final Consumer<double[][]> masses;

    /**
     * Wraps kernels.
     *
     * @param masses receives [H][Tk] for each attention of one batch item, in the order in which they run
     */
    MassKernels(Kernels own, Consumer<double[][]> masses) {
        super(own);
        this.masses = masses;
    }

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
}
