package io.github.performer4j.core.layer;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.Matrix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A program on kernels, by its {@link CpuPlan}: regions of rows in parallel over blocks, attention between them, the gradients of weights last. */
final class CpuProgram implements FusedLayer {
    private final LayerProgram program;
    private CpuPlan plan; // made when it is first run

    CpuProgram(LayerProgram program) {
        this.program = program;
    }

    @Override
    public String uncovered() {
        Set<String> weights = new HashSet<>();
        for (Op op : program.ops()) {
            if (op.reads().contains(program.output())) {
                return named(op) + ", which reads the layer's output";
            }
            if (op instanceof Op.Linear linear && !weights.add(linear.weight().name())) {
                return named(op) + ", whose weight another product has, too";
            }
            if (!op.rowwise() && op.writes().equals(program.output())) {
                return named(op) + ", which is the layer's last";
            }
            if (op instanceof Op.Attend attend) {
                String option = AttendKernel.uncovered(attend.options());
                if (option != null) {
                    return option;
                }
            }
        }
        return null;
    }

    private static String named(Op op) {
        return "operation=" + op.getClass().getSimpleName() + " " + op.writes().name();
    }

    private CpuPlan plan() {
        if (plan == null) {
            plan = new CpuPlan(program);
        }
        return plan;
    }

    @Override
    public void forward(FusedPass pass, Matrix x, Matrix out) {
        forward(pass, List.of(x), out);
    }

    /**
     * Computes a program of several inputs.
     *
     * @param inputs one for each side, [B·T,columns] with the T of the side; padded rows are 0
     * @param out written, rows of the output's side
     */
    void forward(FusedPass pass, List<Matrix> inputs, Matrix out) {
        CpuRun run = CpuRun.forward(pass, plan(), inputs, out);
        for (int i = 0; i < plan.regions().size(); i++) {
            WholeKernel whole = plan.regions().get(i).whole();
            if (whole != null) {
                whole.forward(run);
                continue;
            }
            List<CpuKernel> kernels = plan.values(pass.keeps()).kernels(i);
            FusedPass side = pass.side(plan.regions().get(i).side());
            pass.kernels.rows(side.rows(), (block, from, to) -> {
                CpuRows rows = new CpuRows(run, side, block, from, to);
                for (CpuKernel kernel : kernels) {
                    kernel.forward(rows);
                }
            });
        }
    }

    @Override
    public void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx) {
        backward(pass, List.of(x), error, List.of(dx));
    }

    /**
     * Computes all gradients of a program of several inputs.
     *
     * @param error derivative with respect to the output; padded rows are 0
     * @param gradients with respect to the inputs, written
     */
    void backward(FusedPass pass, List<Matrix> inputs, Matrix error, List<Matrix> gradients) {
        CpuRun run = CpuRun.backward(pass, plan(), inputs, error, gradients);
        for (int i = plan.regions().size() - 1; i >= 0; i--) {
            List<CpuGradients.Step> steps = plan.gradients().steps(i);
            if (!steps.isEmpty()) {
                FusedPass side = pass.side(plan.regions().get(i).side());
                pass.kernels.rows(side.rows(), (block, from, to) -> {
                    CpuRows rows = new CpuRows(run, side, block, from, to);
                    for (CpuGradients.Step step : steps) {
                        step.run(rows);
                    }
                });
            }
            WholeKernel whole = plan.regions().get(i).whole();
            if (whole != null) {
                whole.backward(run);
            }
        }
        pass.kernels.weightGradients(weightGradients(run));
        run.finish();
    }

    private List<WeightGradient> weightGradients(CpuRun run) {
        List<WeightGradient> list = new ArrayList<>();
        for (Op.Linear op : plan.products()) {
            if (op.weight().trained()) {
                list.add(new WeightGradient(
                        run.whole(op.x()),
                        run.wholeGradient(op.writes()),
                        run.pass.gradient(op.weight().name())));
            }
        }
        return list;
    }
}
