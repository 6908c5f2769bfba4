package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.engine.ProgramPass;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.EnginePass;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A program on kernels, by its {@link CpuPlan}: regions of rows in parallel over blocks, attention between them, the gradients of weights last. */
public final class CpuProgram implements ProgramRunner {
    private final LayerProgram program;
    private CpuPlan plan; // made when it is first run

    CpuProgram(LayerProgram program) {
        this.program = program;
    }

    /** Returns what of a program the kernels do not cover; null if they cover all. */
    public static String uncovered(LayerProgram program) {
        Map<String, Object> owners = new HashMap<>(); // of parameters whose gradients are written, not added
        for (Op op : program.ops()) {
            for (Map.Entry<String, Object> written : written(op).entrySet()) {
                Object other = owners.putIfAbsent(written.getKey(), written.getValue());
                if (other != null && !other.equals(written.getValue())) {
                    return named(op) + ", parameter=" + written.getKey()
                            + ", which another operation has in another way";
                }
            }
            if (op instanceof Op.Lookup lookup && lookup.context() != null) {
                return named(op) + ", context=" + lookup.context();
            }
            AttentionOptions options = op instanceof Op.Attend attend
                    ? attend.options()
                    : op instanceof Op.AttendGraph masked ? masked.options() : null;
            if (options != null) {
                String option = AttendKernel.uncovered(options);
                if (option != null) {
                    return named(op) + ", " + option;
                }
            }
        }
        return null;
    }

    /** Returns whose gradient of a parameter an operation writes: equal weights have one together, and so there may be several products of a weight. */
    private static Map<String, Object> written(Op op) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (op instanceof Op.Linear linear) {
            Weight weight = linear.weight();
            boolean asItIs = weight instanceof Weight.Plain || weight instanceof Weight.Tied;
            all.put(weight.name(), asItIs ? List.of("a matrix", weight.trained()) : weight);
            if (weight.bias() != null) {
                all.put(weight.bias(), asItIs ? weight.trained() : weight);
            }
        } else if (!op.rowwise() || op instanceof Op.Place || op instanceof Op.Lookup) {
            op.parameters().stream()
                    .filter(p -> p.kind() != Parameter.Kind.STATE)
                    .forEach(p -> all.put(p.name(), op));
        }
        return all;
    }

    /**
     * Returns the program with a copy of its output at the end, where that is written on whole sequences with a row for
     * each token: a region of rows hands it out.
     */
    private static LayerProgram ending(LayerProgram program) {
        Value y = program.output(); // what is written last: all else is read by a later operation
        List<Op> ops = new ArrayList<>(program.ops());
        if (ops.get(ops.size() - 1).rowwise() || program.pools()) {
            return program;
        }
        Op copy = new Op.Drop(y, 0, -1, new Value(program.values(), "copy " + y.name(), y.side(), y.columns()));
        ops.add(copy);
        return new LayerProgram(program.inputs(), ops, copy.writes());
    }

    /** {@inheritDoc} Where attention fits its features to each sequence, or masks it by a graph, it does not. */
    @Override
    public boolean packs() {
        return !program.pools()
                && program.ops().stream().noneMatch(op -> op instanceof Op.AttendGraph)
                && program.ops().stream()
                        .filter(op -> op instanceof Op.Attend)
                        .allMatch(op -> PackedAttend.covers((Op.Attend) op));
    }

    private static String named(Op op) {
        return "operation=" + op.getClass().getSimpleName() + " " + op.writes().name();
    }

    private CpuPlan plan() {
        if (plan == null) {
            plan = new CpuPlan(ending(program));
        }
        return plan;
    }

    @Override
    public void forward(ProgramPass own, List<Matrix> inputs, Matrix out) {
        FusedPass pass = EnginePass.own(own);
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
    public void backward(ProgramPass own, List<Matrix> inputs, Matrix error, List<Matrix> gradients) {
        FusedPass pass = EnginePass.own(own);
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
        run.differentiateWeights(false, List::of);
        run.finish();
    }
}
