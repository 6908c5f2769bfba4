package io.github.performer4j.core.cpu;

import io.github.performer4j.core.cpu.CpuPlace.Kind;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.samediff.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The backward pass of a plan: where gradients lie, where values lie that are read or computed again, and what runs when.
 *
 * <p>A gradient that a sum hands on unchanged lies where that of the sum lies; that of an activation's result becomes that of its input in place. Gradients that products read for
 * their weights stand to the end; others give their memory back after the region that reads them.
 */
final class CpuGradients {
    /** What runs on a block of rows. */
    @FunctionalInterface
    interface Step {
        void run(CpuRows rows);
    }

    private final CpuPlan plan;
    private final CpuValues forward;
    private final CpuSlots slots = new CpuSlots();
    // by the numbers of values; operations have those of what they write
    private final CpuPlace[] gradients;
    private final CpuPlace[] values;
    private final CpuPlace[] again;
    private final boolean[][] adding; // by operand
    private final Set<Value> processed = new HashSet<>();
    private final Set<Value> begun = new HashSet<>(); // gradients with a first contribution
    private final Map<Value, AddKernel> waiting = new HashMap<>(); // first contributions that can wait
    private final List<List<Step>> steps = new ArrayList<>(); // by region
    private final Set<CpuPlace> whole = new LinkedHashSet<>();

    CpuGradients(CpuPlan plan, CpuValues forward) {
        this.plan = plan;
        this.forward = forward;
        int n = plan.program().values();
        gradients = new CpuPlace[n];
        values = new CpuPlace[n];
        again = new CpuPlace[n];
        adding = new boolean[n][];
        plan.program()
                .ops()
                .forEach(op -> adding[op.writes().id()] = new boolean[op.reads().size()]);
        plan.regions().forEach(region -> steps.add(new ArrayList<>()));
        for (Value input : plan.program().inputs()) {
            gradients[input.id()] = new CpuPlace(Kind.INPUT_GRADIENT, input.side(), input.side(), input.columns());
            values[input.id()] = forward.place(input);
        }
        for (int region = plan.regions().size() - 1; region >= 0; region--) {
            slots.beginRegion();
            List<CpuKernel> kernels = plan.regions().get(region).kernels();
            for (int i = kernels.size() - 1; i >= 0; i--) {
                back(kernels.get(i), steps.get(region));
            }
            slots.endRegion();
        }
        Stream.of(values, gradients).flatMap(Arrays::stream).forEach(this::note);
        plan.regions().forEach(region -> region.kernels().forEach(kernel -> whole.addAll(kernel.keeps())));
    }

    private void note(CpuPlace place) {
        if (place != null && (place.kind() == Kind.KEPT || place.kind() == Kind.PASS)) {
            whole.add(place);
        }
    }

    /** Plans one operation's way back. */
    private void back(CpuKernel kernel, List<Step> steps) {
        Op op = kernel.op();
        gradient(op.writes());
        kernel.needs().forEach(value -> available(value, steps));
        kernel.needsAtEnd().stream()
                .filter(value -> !plan.computedAgain(value))
                .forEach(value -> available(value, steps));
        for (int i = 0; i < op.reads().size(); i++) {
            contribute(kernel, i, steps);
        }
        if (kernel instanceof AddKernel add) {
            for (int i = 0; i < 2; i++) {
                int operand = i;
                if (!add.equals(waiting.get(op.reads().get(i)))) {
                    steps.add(rows -> add.give(rows, operand));
                }
            }
        } else if (op.rowwise()) {
            Value value = op.writes();
            boolean wanted = plan.needed(value) && plan.computedAgain(value) && values[value.id()] == null;
            if (wanted && kernel.givesAgain()) {
                giveAgain(kernel);
            }
            steps.add(kernel::backward);
            if (wanted && !kernel.givesAgain()) {
                op.reads().forEach(read -> available(read, steps));
                values[value.id()] = slots.pass(value);
                steps.add(kernel::again);
            }
        }
        processed.add(op.writes());
        release(place(op.writes()));
    }

    /** Gives a place back when all values whose gradients lie there are done, unless it is read at the end. */
    private void release(CpuPlace place) {
        boolean done = plan.program().ops().stream()
                .map(Op::writes)
                .filter(value -> place.equals(place(value)))
                .allMatch(value -> processed.contains(value) && !trained(value));
        if (done) {
            slots.release(place);
        }
    }

    private boolean trained(Value value) {
        return plan.producer(value).gradientAtEnd();
    }

    /** Decides where the result of a kernel that gives it on its way back goes, for the gradients of weights that read it. */
    private void giveAgain(CpuKernel kernel) {
        Value value = kernel.op().writes();
        Value z = kernel.op().reads().get(0);
        boolean over = plan.readers(z).size() == 1
                && value(z).kind() == Kind.KEPT
                && !plan.producer(z).needs().contains(z)
                && z.columns() == value.columns();
        values[value.id()] = over ? value(z) : slots.pass(value);
        again[value.id()] = value(value);
    }

    /** Makes a value stand for a backward step that reads its rows. */
    private void available(Value value, List<Step> steps) {
        if (value(value) != null) {
            return;
        }
        if (!plan.computedAgain(value)) {
            values[value.id()] = forward.place(value);
            return;
        }
        CpuKernel producer = plan.producer(value);
        producer.op().reads().forEach(read -> available(read, steps));
        boolean atEnd = plan.readers(value).stream().anyMatch(op -> readAtEnd(op, value));
        values[value.id()] = atEnd ? slots.pass(value) : slots.task(value);
        steps.add(producer::again);
    }

    private boolean readAtEnd(Op op, Value value) {
        return plan.producer(op.writes()).needsAtEnd().contains(value);
    }

    /** Plans what an operation hands to the gradient of one operand. */
    private void contribute(CpuKernel kernel, int operand, List<Step> steps) {
        Op op = kernel.op();
        Value value = op.reads().get(operand);
        CpuPlace place = gradient(value);
        if (place.equals(place(op.writes()))) {
            return;
        }
        AddKernel first = waiting.remove(value);
        if (first != null) {
            int side = first.op().reads().indexOf(value);
            steps.add(rows -> first.give(rows, side));
        }
        if (!begun.add(value)) {
            adding[op.writes().id()][operand] = true;
        } else if (kernel instanceof AddKernel add && canWait(op, value)) {
            waiting.put(value, add);
        }
    }

    /** Returns whether a copy of the error can wait for the region in which the next gradient is added to it. */
    private boolean canWait(Op op, Value value) {
        Kind kind = place(op.writes()).kind();
        List<Op> readers = plan.readers(value);
        int at = readers.lastIndexOf(op);
        return (kind == Kind.ERROR || kind == Kind.PASS && toEnd(op.writes()))
                && at > 0
                && !readers.get(at - 1).equals(op)
                && plan.region(readers.get(at - 1)) != plan.region(op);
    }

    /** Returns where a gradient lies, and decides it when it is asked for first. */
    private CpuPlace gradient(Value value) {
        if (place(value) == null) {
            gradients[value.id()] = decide(value);
        }
        return place(value);
    }

    private CpuPlace decide(Value value) {
        LayerProgram program = plan.program();
        if (value.equals(program.output())) {
            return new CpuPlace(Kind.ERROR, 0, value.side(), value.columns());
        }
        List<Op> readers = plan.readers(value);
        if (readers.size() == 1 && readers.get(0) instanceof Op.Add add) {
            return place(add.writes()); // handed on unchanged
        }
        CpuKernel producer = plan.producer(value);
        if (producer.inPlace()) {
            Value x = producer.op().reads().get(0);
            boolean own =
                    !plan.input(x) && plan.readers(x).size() == 1 && place(x) == null && x.columns() == value.columns();
            if (own) {
                gradients[x.id()] = ownPlace(x, wide(value));
                return place(x);
            }
        }
        return ownPlace(value, false);
    }

    /** Returns whether a gradient, or one that lies in its place, is read beyond the rows of one region. */
    private boolean wide(Value value) {
        CpuKernel producer = plan.producer(value);
        boolean handed = producer instanceof AddKernel || producer.inPlace();
        return toEnd(value)
                || plan.crosses(value)
                || !producer.op().rowwise()
                || handed
                        && producer.op().reads().stream()
                                .anyMatch(v -> !plan.input(v) && plan.readers(v).size() == 1 && wide(v));
    }

    private CpuPlace ownPlace(Value value, boolean crossing) {
        if (plan.readers(value).size() == 1
                && plan.readers(value).get(0) instanceof Op.Gate gate
                && gate.gate().equals(value)
                && !gate.z().equals(value)
                && forward.place(value).kind() == Kind.KEPT
                && !plan.producer(value).needs().contains(value)) {
            return forward.place(value); // the gate's gradient takes its place
        }
        return crossing || wide(value) ? slots.pass(value) : slots.task(value);
    }

    /** Returns whether the gradient of a value is read at the end, for that of a weight: its own, or one that will lie in its place. */
    private boolean toEnd(Value value) {
        CpuKernel producer = plan.producer(value);
        if (producer instanceof AddKernel add) {
            return add.op().reads().stream()
                    .anyMatch(v -> plan.readers(v).size() == 1
                            && !plan.input(v)
                            && !plan.producer(v).inPlace()
                            && toEnd(v));
        }
        return trained(value);
    }

    /** Returns where the gradient of a value lies. */
    CpuPlace place(Value value) {
        return gradients[value.id()];
    }

    /** Returns where a value lies in the backward pass. */
    CpuPlace value(Value value) {
        return values[value.id()];
    }

    /** Returns where an operation gives its result again, or null. */
    CpuPlace again(Op op) {
        return again[op.writes().id()];
    }

    /** Returns whether an operation adds to the gradient of what it reads; else it writes it. */
    boolean adds(Op op, int operand) {
        return adding[op.writes().id()][operand];
    }

    /** Returns the places of whole values and gradients in the layer's or the thread's memory. */
    Set<CpuPlace> places() {
        return whole;
    }

    /** Returns what runs backward in a region of rows, in order. */
    List<Step> steps(int region) {
        return steps.get(region);
    }
}
