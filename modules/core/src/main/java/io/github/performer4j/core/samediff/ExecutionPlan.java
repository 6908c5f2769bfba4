package io.github.performer4j.core.samediff;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A SameDiff graph of static shapes as a straight line of operations with planned memory.
 *
 * <p>SameDiff's own sessions resolve dependencies anew at each call and allocate every array (seconds of bookkeeping per step for a
 * Transformer block); a plan does both once. It has two phases: <em>forward</em> computes the output and what backward needs of it,
 * <em>backward</em> the rest, so the forward pass runs once per step. Reshapes cost nothing. Not thread-safe.
 */
public final class ExecutionPlan {
    private final SameDiff graph;
    private final DataType type;
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private List<Step> steps = new ArrayList<>();
    private int forwardSteps;
    private final Arena kept;
    private long keptSize;
    private long scratchSize;
    private Arena boundScratch;
    private long boundScratchVersion = -1;
    private long boundKeptVersion = -1;

    /**
     * Plans a graph.
     *
     * @param graph all operations
     * @param type type of its floating-point arrays
     * @param outputs variables that forward computes
     * @param gradients variables that backward computes; may be empty
     * @param placeholders arrays of the shapes that all calls will have
     * @param kept block for what lives from forward to backward
     */
    public ExecutionPlan(
            SameDiff graph,
            DataType type,
            Collection<String> outputs,
            Collection<String> gradients,
            Map<String, INDArray> placeholders,
            Arena kept) {
        this.graph = graph;
        this.type = type;
        this.kept = kept;
        outputs.forEach(this::order);
        forwardSteps = steps.size();
        gradients.forEach(this::order);
        List<Slot> first = outputs.stream().map(slots::get).toList();
        List<Slot> second = gradients.stream().map(slots::get).toList();
        lifetimes(first, second);
        try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            trace(placeholders);
            simplify(first, second);
        }
        lifetimes(first, second);
        layOut();
    }

    private void simplify(List<Slot> outputs, List<Slot> gradients) {
        List<Slot> wanted = new ArrayList<>(outputs);
        wanted.addAll(gradients);
        Step lastForward = forwardSteps == 0 ? null : steps.get(forwardSteps - 1);
        steps = Simplification.of(steps, wanted, type);
        forwardSteps = lastForward == null ? 0 : steps.indexOf(lastForward) + 1;
        Map<String, Slot> used = new LinkedHashMap<>();
        wanted.forEach(slot -> used.put(slot.name, slot));
        for (Step step : steps) {
            for (Slot slot : step.inputs()) {
                used.put(slot.name, slot);
            }
            for (Slot slot : step.outputs()) {
                used.put(slot.name, slot);
            }
        }
        slots.clear();
        slots.putAll(used);
    }

    /** Finds for each variable the steps between which it lives. */
    private void lifetimes(List<Slot> outputs, List<Slot> gradients) {
        slots.values().forEach(slot -> {
            slot.first = -1;
            slot.last = -1;
        });
        for (int i = 0; i < steps.size(); i++) {
            for (Slot slot : steps.get(i).outputs()) {
                slot.first = i;
                live(slot, i);
            }
            for (Slot slot : steps.get(i).inputs()) {
                live(slot, i);
            }
        }
        outputs.forEach(slot -> live(slot, Math.max(forwardSteps - 1, 0)));
        gradients.forEach(slot -> live(slot, steps.size()));
    }

    /** Adds the operations that a variable depends on, and the variable itself, in an order in which they can be executed. */
    private Slot order(String name) {
        Slot known = slots.get(name);
        if (known != null) {
            return known;
        }
        SDVariable variable = graph.getVariable(name);
        SameDiffOp producer = variable.getVariableType() == VariableType.ARRAY
                ? graph.getOps().get(graph.getVariables().get(name).getOutputOfOp())
                : null;
        if (producer == null) {
            Slot slot = new Slot(name, variable.isPlaceHolder());
            slot.array = slot.placeholder ? null : variable.getArr();
            slot.shape = slot.array == null ? null : slot.array.shape();
            slots.put(name, slot);
            return slot;
        }
        String[] arguments = producer.getOp().argNames();
        Slot[] inputs = new Slot[arguments == null ? 0 : arguments.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = order(arguments[i]);
        }
        String[] names = producer.getOp().outputVariablesNames();
        Slot[] outputs = new Slot[names.length];
        for (int i = 0; i < names.length; i++) {
            outputs[i] = new Slot(names[i], false);
            outputs[i].type = graph.getVariable(names[i]).dataType();
            slots.put(names[i], outputs[i]);
        }
        Step step = new Step(producer.getOp(), inputs, outputs);
        if (step.view()) {
            outputs[0].source = inputs[0];
        }
        steps.add(step);
        return slots.get(name);
    }

    private static void live(Slot slot, int step) {
        Slot root = slot.root();
        root.last = Math.max(root.last, step);
    }

    /** Finds all shapes by walking the steps with arrays that are freed as soon as they are no longer needed. */
    private void trace(Map<String, INDArray> placeholders) {
        set(placeholders);
        Map<Integer, List<Slot>> ends = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            step.inferShapes();
            for (Slot out : step.outputs()) {
                if (step.view()) {
                    out.array = step.inputs()[0].array.reshape('c', out.shape);
                } else {
                    out.array = Nd4j.createUninitializedDetached(out.type, out.shape);
                    ends.computeIfAbsent(out.last, k -> new ArrayList<>()).add(out);
                }
            }
            if (!step.view() && step.outputs().length > 0 && !step.outputs()[0].type.isFPType()) {
                step.bind(); // shapes are computed as integers: later shapes may depend on their values
                step.execute();
            }
            for (Slot dead : ends.getOrDefault(i, List.of())) {
                if (dead.managed()) {
                    dead.array.close();
                    dead.array = null;
                }
            }
        }
    }

    private void layOut() {
        List<Slot> scratch = new ArrayList<>();
        List<Slot> keep = new ArrayList<>();
        for (Slot slot : slots.values()) {
            if (slot.managed()) {
                slot.array = null;
                slot.kept = slot.first < forwardSteps && slot.last >= forwardSteps;
                (slot.kept ? keep : scratch).add(slot);
            }
        }
        scratchSize = MemoryLayout.place(scratch);
        keptSize = MemoryLayout.place(keep);
    }

    /** Gives every managed variable its place in the blocks and binds all steps; only after a block has changed. */
    private void bindAll() {
        Arena scratch = Arena.scratch();
        scratch.ensure(type, scratchSize);
        kept.ensure(type, keptSize);
        if (boundScratch == scratch && boundScratchVersion == scratch.version() && boundKeptVersion == kept.version()) {
            return;
        }
        for (Slot slot : slots.values()) {
            Slot root = slot.root();
            if (root.managed()) {
                slot.array = (root.kept ? kept : scratch).view(root.offset, slot.shape);
            } else if (slot.source != null && !slot.dynamic()) {
                slot.array = root.array.reshape('c', slot.shape);
            }
        }
        for (Step step : steps) {
            if (!step.view() && !dynamic(step)) {
                step.bind();
            }
        }
        boundScratch = scratch;
        boundScratchVersion = scratch.version();
        boundKeptVersion = kept.version();
    }

    private static boolean dynamic(Step step) {
        for (Slot slot : step.inputs()) {
            if (slot.dynamic()) {
                return true;
            }
        }
        return false;
    }

    private void set(Map<String, INDArray> placeholders) {
        for (Slot slot : slots.values()) {
            if (slot.placeholder) {
                slot.array = placeholders.get(slot.name); // null if the phase has none: earlier calls' arrays are gone
                slot.shape = slot.array == null ? slot.shape : slot.array.shape();
            }
        }
    }

    /** Executes the forward phase. */
    public void forward(Map<String, INDArray> placeholders) {
        run(placeholders, 0, forwardSteps);
    }

    /** Executes the backward phase; the forward phase must have been executed with the same placeholders, on the same thread. */
    public void backward(Map<String, INDArray> placeholders) {
        run(placeholders, forwardSteps, steps.size());
    }

    private void run(Map<String, INDArray> placeholders, int from, int to) {
        bindAll();
        set(placeholders);
        for (Slot slot : slots.values()) {
            if (slot.source != null && slot.dynamic() && slot.root().array != null) {
                slot.array = slot.root().array.reshape('c', slot.shape);
            }
        }
        for (int i = from; i < to; i++) {
            Step step = steps.get(i);
            if (step.view()) {
                continue;
            }
            if (dynamic(step)) {
                step.bind();
            }
            step.execute();
        }
    }

    /** Returns a variable's array; valid until the next phase of any plan on this thread. */
    public INDArray array(String name) {
        return slots.get(name).array;
    }

    /** Returns a variable's shape. */
    public long[] shape(String name) {
        return slots.get(name).shape.clone();
    }
}
