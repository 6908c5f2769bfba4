package io.github.performer4j.core.cpu;

import io.github.performer4j.core.cpu.CpuPlace.Kind;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the values of a program lie in a forward pass, and the kernels that run there: those that no sum takes in. A value of all rows that the backward pass does not need gives its memory back after
 * the last region that reads it.
 */
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
        CpuSlots slots = new CpuSlots();
        for (int region = 0; region < plan.regions().size(); region++) {
            List<CpuKernel> runs = new ArrayList<>();
            slots.beginRegion();
            for (CpuKernel kernel : plan.regions().get(region).kernels()) {
                whole.addAll(kernel.keeps());
                Value value = kernel.op().writes();
                if (plan.absorbed(value)) {
                    continue;
                }
                runs.add(kernel);
                Kind kind = kind(plan, value, keeping);
                CpuPlace place = switch (kind) {
                    case TASK -> slots.task(value);
                    case PASS -> slots.pass(value);
                    default -> new CpuPlace(kind, kind == Kind.OUTPUT ? 0 : value.id(), value.side(), value.columns());
                };
                places[value.id()] = place;
                whole.add(place);
            }
            kernels.add(runs);
            release(plan, slots, region);
        }
        whole.removeIf(place -> place.kind() == Kind.TASK);
    }

    /** Ends a region: gives back what no later one reads. */
    private void release(CpuPlan plan, CpuSlots slots, int region) {
        for (Op op : plan.program().ops()) {
            Value value = op.writes();
            if (places[value.id()] != null && lastReader(plan, value) == region) {
                slots.release(places[value.id()]);
            }
        }
        slots.endRegion();
    }

    private static int lastReader(CpuPlan plan, Value value) {
        return plan.readers(value).stream().mapToInt(plan::region).max().orElse(Integer.MAX_VALUE);
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
