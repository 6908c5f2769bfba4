package io.github.performer4j.core.cpu;

import io.github.performer4j.core.cpu.CpuPlace.Kind;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.Kernels.Factor;
import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** One pass of a plan: its memory and its weights. Whole values are taken before tasks run. */
final class CpuRun {
    final FusedPass pass;
    final CpuPlan plan;
    /** Sums for the gradients of vectors; null in a forward pass. */
    final FusedSums sums;

    private final boolean backward;
    private final Map<CpuPlace, Matrix> whole = new HashMap<>();
    private final Map<Weight, CpuWeight> weights;
    private Map<Weight, Factor> ready = Map.of();
    private final Map<Op, Matrix> tables = new HashMap<>();
    private final Map<Integer, Segments> sequences = new ConcurrentHashMap<>(); // by their T

    /**
     * Begins a forward pass.
     *
     * @param inputs one for each side
     * @param out rows of the output's side
     */
    static CpuRun forward(FusedPass pass, CpuPlan plan, List<Matrix> inputs, Matrix out) {
        CpuRun run = new CpuRun(pass, plan, null);
        run.give(Kind.INPUT, inputs);
        run.whole.put(new CpuPlace(Kind.OUTPUT, 0, plan.program().output().side(), out.columns()), out);
        run.take(plan.values(pass.keeps()).places());
        run.makeReady(false);
        plan.kernels().forEach(kernel -> kernel.begin(run));
        return run;
    }

    /**
     * Begins a backward pass.
     *
     * @param inputs one for each side
     * @param gradients where those of the inputs are written
     */
    static CpuRun backward(FusedPass pass, CpuPlan plan, List<Matrix> inputs, Matrix error, List<Matrix> gradients) {
        CpuRun run = new CpuRun(pass, plan, new FusedSums(pass, plan.vectors()));
        run.back(inputs, error, gradients);
        run.makeReady(true);
        plan.kernels().forEach(kernel -> kernel.begin(run));
        return run;
    }

    /**
     * Begins a backward pass over some of the rows of a program in which each stands alone. No weight is transposed:
     * those of heads are as long as the vocabulary.
     *
     * @param sums of all rows
     */
    static CpuRun chunk(
            FusedPass pass, CpuPlan plan, List<Matrix> inputs, Matrix error, List<Matrix> gradients, FusedSums sums) {
        CpuRun run = new CpuRun(pass, plan, sums);
        run.back(inputs, error, gradients);
        plan.kernels().forEach(kernel -> kernel.begin(run));
        return run;
    }

    /** Packs or transposes weights where it pays. */
    private void makeReady(boolean transposed) {
        if (!ready.isEmpty()) { // of steps
            return;
        }
        ready = new HashMap<>();
        FusedTransposes transposes = new FusedTransposes(pass);
        weights.forEach((weight, w) -> ready.put(
                weight,
                transposes.of(w.w(), transposed, List.of(transposed ? "transposed" : "packed", plan.number(weight)))));
        transposes.make();
    }

    private void back(List<Matrix> inputs, Matrix error, List<Matrix> gradients) {
        give(Kind.INPUT, inputs);
        whole.put(new CpuPlace(Kind.ERROR, 0, plan.program().output().side(), error.columns()), error);
        give(Kind.INPUT_GRADIENT, gradients);
        take(plan.gradients().places());
    }

    private CpuRun(FusedPass pass, CpuPlan plan, FusedSums sums) {
        this.pass = pass;
        this.plan = plan;
        this.sums = sums;
        backward = sums != null;
        StepWeights shared =
                pass.steps() ? pass.shared(StepWeights.class, plan, () -> StepWeights.of(pass, plan)) : null;
        if (shared != null && !shared.weights().isEmpty()) {
            weights = shared.weights();
            ready = shared.ready();
            return;
        }
        weights = new LinkedHashMap<>();
        for (Weight weight : plan.weights()) {
            weights.put(weight, CpuWeight.of(pass, plan, weight));
        }
    }

    private void give(Kind kind, List<Matrix> sides) {
        for (int side = 0; side < sides.size(); side++) {
            Matrix rows = sides.get(side);
            if (rows != null) { // ids have none
                whole.put(new CpuPlace(kind, side, side, rows.columns()), rows);
            }
        }
    }

    private void take(Iterable<CpuPlace> places) {
        for (CpuPlace place : places) {
            FusedPass own = pass.side(place.side());
            if (place.kind() == Kind.KEPT) {
                whole.put(place, own.matrix(place, place.columns()));
            } else if (place.kind() == Kind.PASS) {
                whole.put(place, own.transientMatrix(place, place.columns()));
            }
        }
    }

    /** Returns where the sequences of the rows of a side lie, made once a pass. */
    Segments sequences(FusedPass side) {
        return sequences.computeIfAbsent(side.tokens, tokens -> side.sequences());
    }

    /** Keeps rows that blocks of rows of an operation read. */
    void put(Op op, Matrix table) {
        tables.put(op, table);
    }

    /** Returns what {@link #put} was given. */
    Matrix table(Op op) {
        return tables.get(op);
    }

    /** Returns where a value lies in this pass. */
    CpuPlace place(Value value) {
        return backward
                ? plan.gradients().value(value)
                : plan.values(pass.keeps()).place(value);
    }

    /** Returns all rows of a place that is no task's. */
    Matrix whole(CpuPlace place) {
        return whole.get(place);
    }

    /** Returns all rows of a value. */
    Matrix whole(Value value) {
        return whole(place(value));
    }

    /** Returns all rows of a value's gradient. */
    Matrix wholeGradient(Value value) {
        return whole(plan.gradients().place(value));
    }

    /** Returns W, in a backward pass Wᵀ, as it was made ready; null where it was not. */
    Factor ready(Weight weight) {
        return ready.get(weight);
    }

    CpuWeight weight(Weight weight) {
        return weights.get(weight);
    }

    /**
     * Computes the gradients of all weights; a weight that several products have gets the sum of theirs, in the
     * program's order.
     *
     * @param adds whether they are added to what stands
     * @param tiles cuts a product into those that are computed
     */
    void differentiateWeights(boolean adds, Function<WeightGradient, List<WeightGradient>> tiles) {
        List<WeightGradient> all = new ArrayList<>();
        List<Runnable> shares = new ArrayList<>();
        Set<String> begun = new HashSet<>();
        for (Op.Linear op : plan.products()) {
            if (op.weight().trained()) {
                Matrix sum = pass.gradient(op.weight().name());
                boolean first = begun.add(op.weight().name());
                Matrix own = first ? sum : share(op, sum);
                Matrix x = whole(op.x());
                Matrix error = wholeGradient(op.writes());
                boolean tied = op.weight() instanceof Weight.Tied;
                all.addAll(tiles.apply(new WeightGradient(tied ? error : x, tied ? x : error, own, adds && first)));
                if (!first) {
                    shares.add(() -> pass.elements.add(own, sum));
                }
            }
        }
        pass.kernels.weightGradients(all);
        shares.forEach(Runnable::run);
    }

    private static Matrix share(Op.Linear op, Matrix sum) {
        return FusedMemory.phase().matrix(List.of("share", op.writes().id()), sum.rows(), sum.columns());
    }

    /** Ends a backward pass, when the gradients with respect to W and b stand. */
    void finish() {
        sums.finish();
        plan.kernels().forEach(kernel -> kernel.end(this));
        CpuWeight.finish(pass, weights.values());
    }
}
