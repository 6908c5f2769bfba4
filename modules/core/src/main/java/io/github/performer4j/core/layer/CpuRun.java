package io.github.performer4j.core.layer;

import io.github.performer4j.core.layer.CpuPlace.Kind;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.kernels.Matrix;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One pass of a plan: its memory and its weights. Whole values are taken before tasks run. */
final class CpuRun {
    final FusedPass pass;
    final CpuPlan plan;
    /** Sums for the gradients of vectors; null in a forward pass. */
    final FusedSums sums;

    private final boolean backward;
    private final Map<CpuPlace, Matrix> whole = new HashMap<>();
    private final Map<Weight, CpuWeight> weights = new LinkedHashMap<>();

    private final Map<Weight, Matrix> transposed = new HashMap<>();
    private final Map<Op, Matrix> tables = new HashMap<>();

    /**
     * Begins a forward pass.
     *
     * @param inputs one for each side
     * @param out rows of the output's side
     */
    static CpuRun forward(FusedPass pass, CpuPlan plan, List<Matrix> inputs, Matrix out) {
        CpuRun run = new CpuRun(pass, plan, false);
        run.give(Kind.INPUT, inputs);
        run.whole.put(new CpuPlace(Kind.OUTPUT, 0, plan.program().output().side(), out.columns()), out);
        run.take(plan.values(pass.keeps()).places());
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
        CpuRun run = new CpuRun(pass, plan, true);
        run.give(Kind.INPUT, inputs);
        run.whole.put(new CpuPlace(Kind.ERROR, 0, plan.program().output().side(), error.columns()), error);
        run.give(Kind.INPUT_GRADIENT, gradients);
        run.take(plan.gradients().places());
        FusedTransposes transposes = new FusedTransposes(pass);
        run.weights.forEach(
                (weight, w) -> run.transposed.put(weight, transposes.of(w.w(), List.of("transposed", weight))));
        transposes.make();
        plan.kernels().forEach(kernel -> kernel.begin(run));
        return run;
    }

    private CpuRun(FusedPass pass, CpuPlan plan, boolean backward) {
        this.pass = pass;
        this.plan = plan;
        this.backward = backward;
        for (Weight weight : plan.weights()) {
            weights.put(weight, CpuWeight.of(pass, plan, weight));
        }
        sums = backward ? new FusedSums(pass, plan.vectors()) : null;
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

    /** Returns Wᵀ in a backward pass; null where there are few rows. */
    Matrix transposed(Weight weight) {
        return transposed.get(weight);
    }

    CpuWeight weight(Weight weight) {
        return weights.get(weight);
    }

    /** Ends a backward pass, when the gradients with respect to W and b stand. */
    void finish() {
        sums.finish();
        plan.kernels().forEach(kernel -> kernel.end(this));
        CpuWeight.finish(pass, weights.values());
    }
}
