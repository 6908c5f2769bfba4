package io.github.performer4j.core.cpu;

import io.github.performer4j.core.engine.LossRunner;
import io.github.performer4j.core.engine.ProgramPass;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.core.workspace.EnginePass;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedMemory.Part;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.Kernels.RowTask;
import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link LossProgram} on kernels: rows are worked on in chunks, so that logits take {@value #CHUNK} values at most
 * (and {@value #ROWS} rows at least), however many tokens and ids there are. Each block of a chunk's rows goes forward,
 * becomes the gradient of its logits in place, and goes back; the gradients of weights are added up chunk by chunk.
 *
 * <p>The loss is summed in float64, per block and then in the order of the blocks, so it does not depend on the number
 * of threads.
 */
public final class CpuLoss implements LossRunner {
    private static final int CHUNK = 1 << 24;
    private static final int ROWS = 128;

    /** Rows and columns of a tile of a weight's gradient: no other weights' tiles would fill gaps beside large ones. */
    private static final int TILE_IN = 128;

    private static final int TILE_OUT = 256;

    private final LossProgram program;
    private CpuPlan plan; // made when it is first run
    private int largest = CHUNK;

    CpuLoss(LossProgram program) {
        this.program = program;
    }

    /** Sets the number of logits in a chunk, for tests. */
    public void limit(int values) {
        largest = values;
    }

    private CpuPlan plan() {
        if (plan == null) {
            plan = new CpuPlan(program.logits());
        }
        return plan;
    }

    @Override
    public void activate(ProgramPass own, Matrix x, Matrix out) {
        FusedPass pass = EnginePass.own(own).part(0, x.rows());
        forward(pass, x, out, (block, from, to) -> pass.elements.softmax(out.rows(from, to)));
    }

    /** Computes logits block by block, and runs a task behind each. */
    private void forward(FusedPass pass, Matrix x, Matrix logits, RowTask task) {
        CpuRun run = CpuRun.forward(pass, plan(), List.of(x), logits);
        List<CpuKernel> kernels = kernels(pass);
        pass.kernels.rows(x.rows(), (block, from, to) -> {
            CpuRows rows = new CpuRows(run, pass, block, from, to);
            kernels.forEach(kernel -> kernel.forward(rows));
            task.run(block, from, to);
        });
    }

    /** Returns what runs forward: rows that stand alone are one region. */
    private List<CpuKernel> kernels(FusedPass pass) {
        return plan.values(pass.keeps()).kernels(0);
    }

    private int chunk(int rows) {
        return Math.min(rows, Math.max(ROWS, largest / program.vocabulary()));
    }

    @Override
    public double loss(ProgramPass own, Matrix x, int[] labels) {
        int chunk = chunk(x.rows());
        Matrix all = FusedMemory.phase().matrix(Part.LOGITS, chunk, program.vocabulary());
        double loss = 0;
        for (int i = 0; i < x.rows(); i += chunk) {
            int first = i;
            int n = Math.min(chunk, x.rows() - first);
            FusedPass pass = EnginePass.own(own).part(first, n);
            double[] losses = new double[pass.kernels.blocks(n)];
            Matrix logits = all.rows(0, n);
            forward(
                    pass,
                    x.rows(first, first + n),
                    logits,
                    (block, from, to) ->
                            losses[block] = pass.elements.crossEntropy(logits.rows(from, to), labels, first + from, 0));
            loss += sum(losses);
        }
        return loss;
    }

    @Override
    public double differentiate(ProgramPass own, Matrix x, int[] labels, float weight, Matrix dx) {
        FusedPass pass = EnginePass.own(own);
        if (program.asItIs()) {
            return logits(pass, x, labels, weight, dx);
        }
        int chunk = chunk(x.rows());
        Matrix logits = FusedMemory.phase().matrix(Part.LOGITS, chunk, program.vocabulary());
        FusedSums sums = new FusedSums(pass, pass.kernels.mostBlocks(chunk), plan().vectors());
        double loss = 0;
        CpuRun run = null;
        for (int first = 0; first < x.rows(); first += chunk) {
            int n = Math.min(chunk, x.rows() - first);
            FusedPass part = pass.part(first, n);
            Matrix rows = x.rows(first, first + n);
            Matrix d = logits.rows(0, n);
            run = CpuRun.chunk(part, plan, List.of(rows), d, List.of(dx.rows(first, first + n)), sums);
            loss += differentiate(run, rows, d, labels, first, weight);
            run.differentiateWeights(first > 0, CpuLoss::tiles);
        }
        run.finish();
        return loss;
    }

    /** The input is the logits, and its gradient the only array of their size. */
    private static double logits(FusedPass pass, Matrix x, int[] labels, float weight, Matrix dx) {
        double[] losses = new double[pass.kernels.blocks(x.rows())];
        pass.kernels.rows(x.rows(), (block, from, to) -> {
            Matrix d = dx.rows(from, to);
            pass.elements.copy(x.rows(from, to), d);
            losses[block] = pass.elements.crossEntropy(d, labels, from, weight);
        });
        return sum(losses);
    }

    /** Goes forward and back over a chunk: logits become their gradient in place. */
    private double differentiate(CpuRun back, Matrix x, Matrix logits, int[] labels, int first, float weight) {
        FusedPass pass = back.pass;
        List<CpuGradients.Step> steps = plan.gradients().steps(0);
        double[] losses = new double[pass.kernels.blocks(x.rows())];
        forward(pass, x, logits, (block, from, to) -> {
            losses[block] = pass.elements.crossEntropy(logits.rows(from, to), labels, first + from, weight);
            CpuRows rows = new CpuRows(back, pass, block, from, to);
            steps.forEach(step -> step.run(rows));
        });
        return sum(losses);
    }

    private static List<WeightGradient> tiles(WeightGradient all) {
        List<WeightGradient> tiles = new ArrayList<>();
        for (int i = 0; i < all.c().rows(); i += TILE_IN) {
            int in = Math.min(all.c().rows(), i + TILE_IN);
            for (int j = 0; j < all.c().columns(); j += TILE_OUT) {
                int out = Math.min(all.c().columns(), j + TILE_OUT);
                tiles.add(all.tile(i, in, j, out));
            }
        }
        return tiles;
    }

    private static double sum(double[] losses) {
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum;
    }
}
