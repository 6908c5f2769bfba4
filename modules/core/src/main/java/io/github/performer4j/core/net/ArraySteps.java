package io.github.performer4j.core.net;

import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.SequenceParts;
import io.github.performer4j.core.state.SequenceState;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Steps from layer to layer, on whatever engine they run: what {@code rnnTimeStep} does, with the state in the caller's hands. */
final class ArraySteps implements TokenSteps.Walk {
    private final ComputationGraph net;
    private final GraphVertex[] vertices;
    private final int[][] inputs;

    ArraySteps(ComputationGraph net) {
        this.net = net;
        vertices = net.getVertices();
        inputs = TokenSteps.inputs(vertices);
    }

    @Override
    public void read(SequenceState state, int[] ids, int from, int to, double[] next) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        INDArray[] values = new INDArray[vertices.length];
        INDArray last = null;
        for (int index : net.topologicalSortOrder()) {
            GraphVertex vertex = vertices[index];
            if (vertex.isInputVertex()) {
                values[index] = Nd4j.createFromArray(Arrays.copyOfRange(ids, from, to))
                        .reshape('c', 1, to - from)
                        .castTo(net.params().dataType());
                continue;
            }
            for (int i = 0; i < inputs[index].length; i++) {
                vertex.setInput(i, values[inputs[index][i]], workspaces);
            }
            values[index] = run(vertex, state, workspaces);
            last = values[index]; // [1,T,V] in the end
        }
        INDArray row = last.reshape('c', to - from, next.length);
        for (int token = 0; token < next.length; token++) {
            next[token] = row.getDouble(to - from - 1, token);
        }
    }

    private static INDArray run(GraphVertex vertex, SequenceState state, LayerWorkspaceMgr workspaces) {
        GraphRuntime runtime =
                vertex.hasLayer() ? GraphRuntime.of(vertex.getLayer()).orElseThrow() : null;
        if (!(runtime instanceof SequenceParts parts)) {
            return vertex.doForward(false, workspaces);
        }
        Map<String, INDArray> kept = parts.rnnGetPreviousState();
        parts.rnnSetPreviousState(state.of(vertex.getVertexName()));
        INDArray out = parts.rnnTimeStep(vertex.getInputs()[0], workspaces);
        state.put(vertex.getVertexName(), parts.rnnGetPreviousState());
        parts.rnnSetPreviousState(kept);
        return out;
    }
}
