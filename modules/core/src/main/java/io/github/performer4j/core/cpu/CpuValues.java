package io.github.performer4j.core.cpu;

import io.github.performer4j.core.cpu.CpuPlace.Kind;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where the values of a program lie in a forward pass, and the kernels that run there: those that no sum takes in. */
final class CpuValues {
    private final CpuPlace[] places; // by the numbers of values
    private final Set<CpuPlace> whole = new LinkedHashSet<>();
    private final List<List<CpuKernel>> kernels = new ArrayList<>(); // by region

    /**
     * Places the values.
     *
     * @param keeping whether a backward pass may follow
     */
    CpuValues(CpuPlan plan, boolean keeping) {
        places = new CpuPlace[plan.program().values()];
        for (Value input : plan.program().inputs()) {
            places[input.id()] = new CpuPlace(Kind.INPUT, input.side(), input.side(), input.columns());
        }
        for (CpuPlan.Region region : plan.regions()) {
            List<CpuKernel> runs = new ArrayList<>();
            int tasks = 0;
            for (CpuKernel kernel : region.kernels()) {
                whole.addAll(kernel.keeps());
                Value value = kernel.op().writes();
                if (plan.absorbed(value)) {
                    continue;
                }
                runs.add(kernel);
                Kind kind = kind(plan, value, keeping);
                int slot = kind == Kind.TASK ? tasks++ : value.id();
                CpuPlace place = new CpuPlace(kind, kind == Kind.OUTPUT ? 0 : slot, value.side(), value.columns());
                places[value.id()] = place;
                whole.add(place);
            }
            kernels.add(runs);
        }
        whole.removeIf(place -> place.kind() == Kind.TASK);
    }

    private static Kind kind(CpuPlan plan, Value value, boolean keeping) {
        boolean kept = plan.needed(value) && !plan.computedAgain(value);
        if (plan.output(value)) {
            return Kind.OUTPUT; // no backward pass reads it: it is written last, by rows or by one that pools
        }
        if (kept && keeping) {
            return Kind.KEPT;
        }
        Op op = plan.producer(value).op();
        return plan.crosses(value) || !op.rowwise() ? Kind.PASS : Kind.TASK;
    }

    /** Returns where a value lies. */
    CpuPlace place(Value value) {
        return places[value.id()];
    }

    /** Returns the places of whole values, without those of tasks. */
    Set<CpuPlace> places() {
        return whole;
    }

    /** Returns what runs in a region, in order. */
    List<CpuKernel> kernels(int region) {
        return kernels.get(region);
    }
}
