package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.MaskBatch;
import io.github.performer4j.core.attention.MaskKind;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.attention.HeadMasks;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Op.AttendGraph} on kernels, on whole sequences: features in float32, products of the mask in float64, or of its sparse factors in float32. Kept as by {@link AttendKernel}.
 *
 * @param kind of the operation's mask
 * @param known what the batch before said, where reading it takes long
 */
record AttendGraphKernel(Op.AttendGraph op, MaskKind kind, KnownMasks known) implements WholeKernel {

    @Override
    public List<Value> needs() {
        List<Value> all = new ArrayList<>(op.reads());
        all.add(op.writes());
        return all;
    }

    @Override
    public void forward(CpuRun run) {
        FusedPass pass = within(run);
        MaskKind.Reader[] read = read(run);
        pass.keep(FusedMemory.Part.GRAPHS, read);
        LinearAttentionSpec spec = spec(run, true).under(new Masks(run, read));
        FloatBlock saved = pass.saved(pass.kernels.saved(spec));
        pass.addUnderflows(pass.kernels.attend(spec, heads(run, run.whole(op.writes())), saved));
    }

    @Override
    public void backward(CpuRun run) {
        FusedPass pass = within(run);
        MaskKind.Reader[] read = (MaskKind.Reader[]) pass.kept(FusedMemory.Part.GRAPHS);
        Masks masks = new Masks(run, read == null ? read(run) : read);
        OperandGradients gradients = new OperandGradients(run, op);
        LinearAttentionSpec spec = spec(run, false).under(masks);
        FloatBlock saved = pass.saved(pass.kernels.saved(spec));
        Matrix dw = op.options().learnedProjection() ? pass.gradient(Op.Attend.PROJECTION) : null;
        pass.kernels.attendBackward(
                spec,
                heads(run, run.whole(op.writes())),
                saved,
                heads(run, run.wholeGradient(op.writes())),
                heads(run, gradients.target(0)),
                heads(run, gradients.target(1)),
                heads(run, gradients.target(2)),
                dw);
        masks.finish(run);
        gradients.add(3);
        if (op.graph() != null && !run.plan.gradients().adds(op, 3)) {
            pass.elements.fill(run.wholeGradient(op.graph()), 0); // a graph is no activation
        }
    }

    private FusedPass within(CpuRun run) {
        return run.pass.attending(
                op.scope(), op.writes().id(), op.q().side(), op.k().side());
    }

    private LinearAttentionSpec spec(CpuRun run, boolean forward) {
        return new FusedMap(within(run), op.options(), op.headSize())
                .spec(
                        heads(run, run.whole(op.q())),
                        heads(run, run.whole(op.k())),
                        heads(run, run.whole(op.v())),
                        forward);
    }

    private Heads heads(CpuRun run, Matrix rows) {
        return Heads.of(rows, run.pass.batch, op.options().heads());
    }

    /** Reads what graphs say. */
    private MaskKind.Reader[] read(CpuRun run) {
        Matrix rows = op.graph() == null ? null : run.whole(op.graph());
        int batch = run.pass.batch;
        int places = run.pass.side(op.q().side()).tokens;
        return known.readers(
                kind, rows == null ? null : numbers(rows), rows == null ? 0 : rows.rows() / batch, batch, places);
    }

    private static double[] numbers(Matrix rows) {
        int columns = rows.columns();
        double[] all = new double[Math.multiplyExact(rows.rows(), columns)];
        float[] one = new float[columns];
        for (int r = 0; r < rows.rows(); r++) {
            rows.block().read(rows.at(r), one, 0, columns);
            for (int c = 0; c < columns; c++) {
                all[r * columns + c] = one[c];
            }
        }
        return all;
    }

    /** The masks of a pass, and the derivatives of their parameters. */
    private final class Masks implements HeadMasks {
        private final int heads = op.options().heads();
        private final double[] parameters; // of the masks, [H,P]
        private final MaskBatch masks;
        private final double[][] derivatives; // of each item and head

        Masks(CpuRun run, MaskKind.Reader... read) {
            Matrix own = kind.learned() ? within(run).parameter(op.mask()) : null;
            parameters = new double[heads * kind.parameters()];
            for (int i = 0; i < parameters.length; i++) {
                double value = own == null ? 0 : own.get(i / kind.parameters(), i % kind.parameters());
                parameters[i] = kind.logarithms() ? Math.exp(value) : value;
            }
            int batch = run.pass.batch;
            masks = new MaskBatch(kind, read, parameters, op.graph() == null, "");
            derivatives = new double[batch * heads][];
        }

        @Override
        public Mask mask(int item, int head) {
            return masks.mask(item, head);
        }

        @Override
        public void derivative(int item, int head, double... d) {
            derivatives[item * heads + head] = d;
        }

        /** Writes the gradient of the layer's parameter: sums over the batch, in its order. */
        void finish(CpuRun run) {
            if (!kind.learned()) {
                return;
            }
            int each = kind.parameters();
            Matrix gradient = within(run).gradient(op.mask());
            for (int h = 0; h < heads; h++) {
                for (int p = 0; p < each; p++) {
                    double sum = 0;
                    for (int b = 0; b < run.pass.batch; b++) {
                        sum += derivatives[b * heads + h][p];
                    }
                    double factor = kind.logarithms() ? parameters[h * each + p] : 1;
                    gradient.set(h, p, (float) (sum * factor));
                }
            }
        }
    }
}
