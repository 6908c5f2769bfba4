package io.github.performer4j.core.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.autodiff.samediff.internal.SessionMemMgr;
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
final class CompiledGraph {
    static final String INPUT = "input";
    static final String MASK = "mask";
    static final String LABELS = "labels";
    private static final String ERROR = "error";
    private static final String LOSS = "loss";

    private final SameDiff sd;
    private final String output;
    private final String underflows;
    private final Map<String, Draw> draws;
    private final List<String> differentiated = new ArrayList<>();

    /**
     * Builds the graph.
     *
     * @param layer its definition
     * @param inputShape shape of the input
     * @param parameterShapes shapes of the parameters, by name
     * @param signature what else the graph depends on
     */
    CompiledGraph(GraphLayer layer, long[] inputShape, Map<String, long[]> parameterShapes, Signature signature) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            DataType type = signature.type();
            sd = SameDiff.create();
            sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
            SDVariable input = sd.placeHolder(INPUT, type, inputShape);
            Map<String, SDVariable> parameters = new LinkedHashMap<>();
            parameterShapes.forEach((name, shape) -> parameters.put(name, sd.placeHolder(name, type, shape)));
            SDVariable mask = signature.masked() ? sd.placeHolder(MASK, type, inputShape[0], inputShape[1]) : null;
            SDVariable labels =
                    signature.labelled() ? sd.placeHolder(LABELS, type, inputShape[0], inputShape[1]) : null;
            GraphScope scope =
                    new GraphScope(sd, input, mask, labels, parameters, inputShape, type, signature.training());
            SDVariable out = layer.define(scope);
            output = out.name();
            underflows = scope.underflows() == null ? null : scope.underflows().name();
            draws = scope.draws();
            if (layer.differentiableInput()) {
                differentiated.add(INPUT);
            }
            differentiated.addAll(parameterShapes.keySet());
            if (signature.labelled()) {
                out.markAsLoss();
            } else if (signature.training()) {
                SDVariable error = sd.placeHolder(ERROR, type);
                sd.sum(LOSS, out.mul(error)).markAsLoss();
            }
        }
    }

    /** What a graph depends on beside the input's shape. */
    record Signature(DataType type, boolean masked, boolean labelled, boolean training) {}

    /** The arrays that an execution returns. */
    record Result(INDArray output, Map<String, INDArray> gradients, double underflows) {}

    Map<String, Draw> draws() {
        return draws;
    }

    /**
     * Executes the forward pass.
     *
     * @param values placeholders by name
     * @param memory where arrays are allocated
     */
    Result forward(Map<String, INDArray> values, SessionMemMgr memory) {
        session(sd, memory);
        List<String> wanted = new ArrayList<>(List.of(output));
        if (underflows != null) {
            wanted.add(underflows);
        }
        Map<String, INDArray> out = sd.output(values, wanted);
        release();
        return new Result(out.get(output), Map.of(), count(out));
    }

    /**
     * Executes forward and backward.
     *
     * @param values placeholders by name
     * @param error derivative of the net's loss with respect to the output, or null if the output is the loss
     * @param memory where arrays are allocated
     * @return gradients by name of the placeholder; the output only if it is the loss
     */
    Result backward(Map<String, INDArray> values, INDArray error, SessionMemMgr memory) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            if (!sd.hasGradientFunction()) {
                sd.createGradFunction(differentiated.toArray(new String[0]));
            }
        }
        session(sd.getFunction("grad"), memory);
        Map<String, INDArray> all = new HashMap<>(values);
        if (error != null) {
            all.put(ERROR, error);
        }
        List<String> outputs = error == null ? List.of(output) : null;
        var result = sd.calculateGradientsAndOutputs(all, outputs, differentiated);
        release();
        INDArray loss = error == null ? result.getOutputs().get(output) : null;
        return new Result(loss, result.getGradients(), 0);
    }

    private double count(Map<String, INDArray> out) {
        return underflows == null ? 0 : out.get(underflows).getDouble(0);
    }

    /** Deeplearning4j keeps one session per thread; ours are told anew where to allocate. */
    private static void session(SameDiff graph, SessionMemMgr memory) {
        InferenceSession session = graph.getSessions()
                .computeIfAbsent(
                        Thread.currentThread().getId(),
                        id -> SameDiff.getInferenceFactory().create(graph));
        session.setMmgr(memory);
    }

    /** No array of a workspace may be referenced after the call. */
    private void release() {
        sd.clearPlaceholders(true);
        sd.clearOpInputs();
    }
}
