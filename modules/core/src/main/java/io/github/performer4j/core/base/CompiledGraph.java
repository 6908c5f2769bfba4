package io.github.performer4j.core.base;

import io.github.performer4j.core.attention.HostFunction;
import io.github.performer4j.core.attention.HostOperation;
import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.core.samediff.Arena;
import io.github.performer4j.core.samediff.ExecutionPlan;
import io.github.performer4j.core.samediff.GraphScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer's graph for one input shape, as a pure function: everything that changes, parameters included, comes in by placeholders.
 *
 * <p>The gradient is that of {@code loss = Σ output ⊙ error}, whose derivative with respect to the output is the error itself; this
 * leaves out Deeplearning4j's external-errors function, which counts each error twice in M2.1.
 */
public final class CompiledGraph {
    public static final String INPUT = "input";
    static final String MASK = "mask";
    public static final String MEMORY = "memory";
    public static final String MEMORY_MASK = "memoryMask";
    public static final String LABELS = "labels";
    private static final String ERROR = "error";
    private static final String LOSS = "loss";
    private static final String BEHIND = "behind-";

    private final SameDiff sd;
    private final String output;
    private final String underflows;
    private final Map<String, String> collected = new LinkedHashMap<>();
    private final Map<String, Draw> draws;
    private final Map<String, INDArray> starts;
    private final Map<String, String> carried = new LinkedHashMap<>();
    private final List<String> differentiated = new ArrayList<>();
    private final Map<String, String> gradientNames = new LinkedHashMap<>();
    private final Signature signature;
    private final Arena kept;
    private ExecutionPlan plan;

    /**
     * Builds the graph.
     *
     * @param layer its definition
     * @param inputShape shape of the input
     * @param parameterShapes shapes of the parameters, by name
     * @param signature what else the graph depends on
     * @param kept block for what lives from forward to backward; the layer's graphs may share it
     */
    CompiledGraph(
            GraphLayer layer, long[] inputShape, Map<String, long[]> parameterShapes, Signature signature, Arena kept) {
        this.signature = signature;
        this.kept = kept;
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            DataType type = signature.type();
            sd = SameDiff.create();
            sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
            SDVariable input = sd.placeHolder(INPUT, type, inputShape);
            Map<String, SDVariable> parameters = new LinkedHashMap<>();
            parameterShapes.forEach((name, shape) -> parameters.put(name, sd.placeHolder(name, type, shape)));
            long tokens = inputShape[inputShape.length == 3 ? layer.tokenDimension() : 1];
            SDVariable mask = signature.masked() ? sd.placeHolder(MASK, type, inputShape[0], tokens) : null;
            SDVariable labels = signature.labelled() ? sd.placeHolder(LABELS, type, inputShape[0], tokens) : null;
            GraphScope scope = new GraphScope(
                    sd,
                    input,
                    mask,
                    labels,
                    memory(signature.memory(), inputShape[0]),
                    parameters,
                    inputShape,
                    tokens,
                    type,
                    signature.training(),
                    signature.collecting(),
                    signature.carrying(),
                    (name, draw) -> sd.placeHolder(name, type, draw.shape()));
            SDVariable out = layer.define(scope.of(layer.getLayerName()));
            output = out.name();
            underflows = scope.underflows() == null ? null : scope.underflows().name();
            scope.collected().forEach((name, sums) -> collected.put(name, sums.name()));
            draws = scope.draws();
            starts = scope.starts();
            scope.carried().forEach((name, value) -> carried.put(name, value.name()));
            if (layer.differentiableInput()) {
                differentiated.add(INPUT);
            }
            if (signature.memory() != null) {
                differentiated.add(MEMORY);
            }
            parameterShapes.keySet().stream()
                    .filter(name -> scope.reads(name) && !layer.isState(name))
                    .forEach(differentiated::add);
            if (signature.labelled()) {
                out.markAsLoss();
            } else if (signature.differentiated()) {
                SDVariable error = sd.placeHolder(ERROR, type);
                if (signature.through()) {
                    SDVariable loss = sd.sum(out.mul(error));
                    for (Map.Entry<String, INDArray> start : starts.entrySet()) {
                        SDVariable behind = sd.placeHolder(
                                BEHIND + start.getKey(), type, start.getValue().shape());
                        SDVariable left = scope.carried()
                                .get(start.getKey())
                                .reshape(start.getValue().shape());
                        loss = loss.add(sd.sum(left.mul(behind)));
                        differentiated.add(start.getKey());
                    }
                    loss.rename(LOSS).markAsLoss();
                } else {
                    sd.sum(LOSS, out.mul(error)).markAsLoss();
                }
            }
        }
    }

    private GraphScope.Memory memory(Memory given, long batch) {
        if (given == null) {
            return null;
        }
        DataType type = signature.type();
        return new GraphScope.Memory(
                sd.placeHolder(MEMORY, type, batch, given.tokens(), given.width()),
                given.masked() ? sd.placeHolder(MEMORY_MASK, type, batch, given.tokens()) : null,
                given.tokens());
    }

    /**
     * The second input of a layer that has one.
     *
     * @param tokens Tk
     * @param width Em
     * @param masked whether a mask comes in with it
     */
    public record Memory(long tokens, long width, boolean masked) {}

    /**
     * What a graph depends on beside the input's shape.
     *
     * @param type float32 or float64
     * @param masked whether a mask comes in
     * @param labelled whether labels come in and the output is the loss
     * @param differentiated whether a backward pass may follow
     * @param training whether entries are dropped
     * @param collecting whether moments of queries and keys are handed out although it is not training
     * @param memory the second input; null for a layer with one
     * @param carrying whether the input is a part of a sequence
     * @param through whether gradients go through the state of parts
     */
    record Signature(
            DataType type,
            boolean masked,
            boolean labelled,
            boolean differentiated,
            boolean training,
            boolean collecting,
            Memory memory,
            boolean carrying,
            boolean through) {}

    /**
     * The arrays that an execution returns; valid until the next execution of any graph on this thread.
     *
     * @param gradients by name; none for state and for parameters that the graph does not read
     * @param collected moments of queries and keys, by name of the parameter that keeps them
     */
    public record Result(
            INDArray output, Map<String, INDArray> gradients, double underflows, Map<String, double[][]> collected) {}

    Map<String, Draw> draws() {
        return draws;
    }

    /** Returns what stands at a sequence's start of what operations carry, by name; nothing unless the graph carries. */
    Map<String, INDArray> starts() {
        return starts;
    }

    /** Returns what operations leave behind the part that was last executed forward. */
    INDArray carried(String name) {
        return plan.array(carried.get(name));
    }

    /**
     * Executes the forward pass, and keeps what the backward pass needs if the graph is for training.
     *
     * @param values placeholders by name
     */
    Result forward(Map<String, INDArray> values) {
        plan(values).forward(values);
        double count = underflows == null ? 0 : plan.array(underflows).getDouble(0);
        Map<String, double[][]> sums = new LinkedHashMap<>();
        collected.forEach(
                (name, variable) -> sums.put(name, plan.array(variable).toDoubleMatrix()));
        return new Result(plan.array(output), Map.of(), count, sums);
    }

    /**
     * Executes the backward pass; forward must have been executed before, unless the output is the loss.
     *
     * @param values the placeholders of the forward pass
     * @param error derivative of the net's loss with respect to the output, or null if the output is the loss
     * @return gradients by name of the placeholder; the output only if it is the loss
     */
    public Result backward(Map<String, INDArray> values, INDArray error) {
        return backward(values, error, Map.of());
    }

    /**
     * Executes the backward pass of a part of a sequence.
     *
     * @param behind gradients of what operations leave, by name: all of them where gradients go through the state, else none
     * @return among the gradients those of what was taken over
     */
    Result backward(Map<String, INDArray> values, INDArray error, Map<String, INDArray> behind) {
        Map<String, INDArray> all = new HashMap<>(values);
        if (error != null) {
            all.put(ERROR, error);
        }
        behind.forEach((name, gradient) -> all.put(BEHIND + name, gradient));
        plan(all).backward(all);
        Map<String, INDArray> gradients = new HashMap<>();
        gradientNames.forEach((name, gradient) -> gradients.put(name, plan.array(gradient)));
        return new Result(error == null ? plan.array(output) : null, gradients, 0, Map.of());
    }

    /** The graph of gradients is a copy by serialisation, which makes of Java's operations what their names say. */
    private static void keepHostOperations(SameDiff from, SameDiff to) {
        from.getOps().forEach((name, op) -> {
            if (op.getOp() instanceof HostOperation) {
                to.getOps().get(name).setOp(op.getOp());
            }
            if (op.getOp() instanceof HostFunction function) {
                function.keepDerivative(to);
            }
        });
    }

    private ExecutionPlan plan(Map<String, INDArray> values) {
        if (plan != null) {
            return plan;
        }
        try (MemoryWorkspace ws = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            List<String> outputs = new ArrayList<>();
            List<String> gradients = new ArrayList<>();
            (signature.labelled() ? gradients : outputs).add(output);
            if (underflows != null) {
                outputs.add(underflows);
            }
            outputs.addAll(collected.values());
            outputs.addAll(carried.values());
            SameDiff graph = sd;
            Map<String, INDArray> all = new HashMap<>(values);
            if (signature.labelled() || signature.differentiated()) {
                sd.createGradFunction(differentiated.toArray(new String[0]));
                graph = sd.getFunction("grad");
                keepHostOperations(sd, graph);
                for (String name : differentiated) {
                    SDVariable gradient = sd.getVariable(name).getGradient();
                    if (gradient == null) {
                        throw new IllegalStateException("output does not depend on variable; name=" + name);
                    }
                    gradientNames.put(name, gradient.name());
                }
                gradients.addAll(gradientNames.values());
                if (!signature.labelled()) {
                    var forward = new ExecutionPlan(sd, signature.type(), outputs, List.of(), values, kept);
                    all.computeIfAbsent(ERROR, k -> Nd4j.create(signature.type(), forward.shape(output)));
                    if (signature.through()) {
                        starts.forEach((name, start) ->
                                all.computeIfAbsent(BEHIND + name, k -> Nd4j.create(signature.type(), start.shape())));
                    }
                }
            }
            plan = new ExecutionPlan(graph, signature.type(), outputs, gradients, all, kept);
            return plan;
        }
    }
}
