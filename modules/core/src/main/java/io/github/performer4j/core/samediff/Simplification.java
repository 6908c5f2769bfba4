package io.github.performer4j.core.samediff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rewrites the steps of a plan to cheaper ones with equal results.
 *
 * <ul>
 *   <li>What a stopped gradient (zeros) flows into is zero: its steps go, and sums with it become views.
 *   <li>The gradients of broadcast +, − and × become plain products and sums; rows are summed by a product with ones, which is four
 *       times faster than M2.1's reduction over the first dimension.
 *   <li>Steps whose results nobody reads go.
 * </ul>
 */
final class Simplification {
    private final DataType type;
    private final Set<Slot> zeros = new HashSet<>();
    private final List<Step> result = new ArrayList<>();
    private int created;

    private Simplification(DataType type) {
        this.type = type;
    }

    /**
     * Simplifies.
     *
     * @param steps in an order in which they can be executed, all shapes known
     * @param wanted variables whose arrays will be read
     * @param type type of the plan's floating-point arrays
     */
    static List<Step> of(List<Step> steps, List<Slot> wanted, DataType type) {
        Simplification s = new Simplification(type);
        steps.forEach(s::rewrite);
        return s.needed(wanted);
    }

    private void rewrite(Step step) {
        Slot[] in = step.inputs();
        Slot[] out = step.outputs();
        switch (step.name()) {
            case "zeros_as" -> {
                zeros.add(out[0]);
                result.add(step);
            }
            case "add" -> addition(step);
            case "add_bp" -> {
                if (!spreadZero(step)) {
                    reduce(in[2], out[0]);
                    reduce(in[2], out[1]);
                }
            }
            case "subtract_bp" -> {
                if (!spreadZero(step)) {
                    reduce(in[2], out[0]);
                    Slot negative = fresh(in[1].shape);
                    reduce(in[2], negative);
                    result.add(Step.custom("multiply", new Slot[] {negative, constant(-1, 1)}, out[1]));
                }
            }
            case "multiply_bp" -> {
                if (!spreadZero(step)) {
                    product(in[2], in[1], out[0]);
                    product(in[2], in[0], out[1]);
                }
            }
            default -> {
                if (!step.name().endsWith("_bp") || !spreadZero(step)) {
                    result.add(step);
                }
            }
        }
    }

    /** A backward operation of a zero error has zero results; the step stays for readers that take the zeros as they are. */
    private boolean spreadZero(Step step) {
        Slot error = step.inputs()[step.inputs().length - 1];
        if (!zeros.contains(error.root())) {
            return false;
        }
        zeros.addAll(Arrays.asList(step.outputs()));
        result.add(step);
        return true;
    }

    private void addition(Step step) {
        Slot a = step.inputs()[0];
        Slot b = step.inputs()[1];
        Slot out = step.outputs()[0];
        if (zeros.contains(b.root()) && Arrays.equals(a.shape, out.shape)) {
            result.add(Step.view(a, out));
        } else if (zeros.contains(a.root()) && Arrays.equals(b.shape, out.shape)) {
            result.add(Step.view(b, out));
        } else {
            result.add(step);
        }
    }

    private void product(Slot error, Slot other, Slot out) {
        if (Arrays.equals(error.shape, out.shape)) {
            result.add(Step.custom("multiply", new Slot[] {error, other}, out));
            return;
        }
        Slot full = fresh(error.shape);
        result.add(Step.custom("multiply", new Slot[] {error, other}, full));
        reduce(full, out);
    }

    /** Sums an array over the dimensions in which a smaller one was broadcast. */
    private void reduce(Slot from, Slot to) {
        if (Arrays.equals(from.shape, to.shape)) {
            result.add(Step.view(from, to));
            return;
        }
        int rank = from.shape.length;
        int missing = rank - to.shape.length;
        int kept = 0; // trailing dimensions that are equal
        while (kept < to.shape.length && from.shape[rank - 1 - kept] == to.shape[to.shape.length - 1 - kept]) {
            kept++;
        }
        if (kept > 0 && from.elements() / to.elements() > 1 && leadingOnes(to, kept)) {
            long columns = to.elements();
            long rows = from.elements() / columns;
            Slot flat = fresh(rows, columns);
            result.add(Step.view(from, flat));
            Slot sum = fresh(1, columns);
            result.add(Step.custom("matmul", new Slot[] {constant(1, 1, rows), flat}, sum));
            result.add(Step.view(sum, to));
            return;
        }
        List<Integer> dimensions = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            if (i < missing || to.shape[i - missing] != from.shape[i]) {
                dimensions.add(i);
            }
        }
        int[] axes = dimensions.stream().mapToInt(Integer::intValue).toArray();
        long[] reduced = from.shape.clone();
        for (int axis : axes) {
            reduced[axis] = 1;
        }
        Slot sum = fresh(reduced);
        result.add(Step.sum(from, sum, axes));
        result.add(Step.view(sum, to));
    }

    private static boolean leadingOnes(Slot to, int kept) {
        for (int i = 0; i < to.shape.length - kept; i++) {
            if (to.shape[i] != 1) {
                return false;
            }
        }
        return true;
    }

    private Slot constant(double value, long... shape) {
        Slot slot = new Slot("constant-" + created++, false);
        slot.type = type;
        slot.shape = shape.clone();
        try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            slot.array = Nd4j.valueArrayOf(shape, value, type);
        }
        return slot;
    }

    private Slot fresh(long... shape) {
        Slot slot = new Slot("simplified-" + created++, false);
        slot.type = type;
        slot.shape = shape.clone();
        return slot;
    }

    private List<Step> needed(List<Slot> wanted) {
        Set<Slot> read = new HashSet<>(wanted);
        List<Step> kept = new ArrayList<>();
        for (int i = result.size() - 1; i >= 0; i--) {
            Step step = result.get(i);
            boolean needed = false;
            for (Slot out : step.outputs()) {
                needed |= read.contains(out);
            }
            if (needed) {
                read.addAll(Arrays.asList(step.inputs()));
                kept.add(0, step);
            }
        }
        return kept;
    }
}
