package io.github.performer4j.core.net;

import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.layer.EmbeddingTableLayer;
import io.github.performer4j.core.loss.FusedLossRuntime;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.sides.PairVertexRuntime;
import io.github.performer4j.core.sides.SidesOnKernels;
import io.github.performer4j.core.sides.SidesVertexRuntime;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.core.table.EmbeddingLookupRuntime;
import io.github.performer4j.core.table.TokenEmbeddingRuntime;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

/**
 * Steps from kernel to kernel: the layers' own maths over rows of native memory that is taken once, without Deeplearning4j's arrays between them. The head sees the last row only.
 *
 * <p>A net with a source runs from where its target comes in; what its encoder made of the source goes into the layers that read two inputs.
 *
 * <p>A few rows are work for the calling thread; to wake others would cost more than they take off.
 */
final class KernelSteps implements TokenSteps.Walk {
    private static final int FEW = 16;

    private final ComputationGraph net; // keeps the parameters
    private final List<Stage> stages = new ArrayList<>();

    /** The tokens of a part. */
    private record Part(SequenceState state, int[] ids, int from, int to, Memory memory) {
        int tokens() {
            return to - from;
        }
    }

    /**
     * What layers of two inputs attend to.
     *
     * @param rows [Tk,E]
     * @param hides 1 for real rows and 0 for others, [Tk]; null if all are real
     */
    record Memory(Matrix rows, FloatBlock hides) {}

    /** What a vertex computes. */
    @FunctionalInterface
    private interface Body {
        Matrix run(Part part, Room room);
    }

    /** The rows of a vertex. */
    private static final class Room {
        private FloatBlock block = FloatBlock.allocate(1);

        Matrix rows(int rows, int columns) {
            if (block.length() < (long) rows * columns) {
                block = FloatBlock.allocate((long) rows * columns);
            }
            return Matrix.of(block, rows, columns);
        }
    }

    private static final class Stage {
        private final Body body;
        private final Room room = new Room();
        private Matrix value;

        Stage(Body body) {
            this.body = body;
        }
    }

    /** Returns whether all vertices of a net run on kernels. */
    static boolean covers(ComputationGraph net) {
        for (GraphVertex vertex : net.getVertices()) {
            GraphRuntime runtime =
                    vertex.hasLayer() ? GraphRuntime.of(vertex.getLayer()).orElse(null) : null;
            boolean known = vertex.isInputVertex()
                    || vertex instanceof PairVertexRuntime
                    || runtime instanceof FusedRuntime
                    || runtime instanceof SidesOnKernels
                    || runtime instanceof FusedLossRuntime
                    || runtime instanceof TokenEmbeddingRuntime
                    || runtime != null && runtime.definition() instanceof EmbeddingTableLayer;
            if (!known) {
                return false;
            }
        }
        return Engines.kernels(net.params().dataType());
    }

    KernelSteps(ComputationGraph net) {
        this.net = net;
        GraphVertex[] vertices = net.getVertices();
        int[][] inputs = TokenSteps.inputs(vertices);
        Stage[] all = new Stage[vertices.length];
        Set<Integer> ofSource = ofSource(net);
        for (int index : net.topologicalSortOrder()) {
            GraphVertex vertex = vertices[index];
            if (vertex.isInputVertex() || ofSource.contains(index)) {
                continue;
            }
            Stage[] from = new Stage[inputs[index].length];
            for (int i = 0; i < from.length; i++) {
                from[i] = all[inputs[index][i]];
            }
            all[index] = new Stage(body(vertex, from));
            stages.add(all[index]);
        }
    }

    /** Returns the vertices that a source goes through before the target meets it. */
    static Set<Integer> ofSource(ComputationGraph net) {
        int[][] inputs = TokenSteps.inputs(net.getVertices());
        Set<Integer> found = new HashSet<>();
        for (int index : net.topologicalSortOrder()) {
            GraphVertex vertex = net.getVertices()[index];
            boolean behind = Arrays.stream(inputs[index]).anyMatch(found::contains);
            boolean source = vertex.isInputVertex() && vertex.getVertexName().equals(PerformerConfig.SOURCE);
            if (source || behind && !(vertex instanceof SidesVertexRuntime)) {
                found.add(index);
            }
        }
        return found;
    }

    private static Body body(GraphVertex vertex, Stage... from) {
        if (vertex instanceof SidesVertexRuntime) {
            return (part, room) -> from[0].value;
        }
        if (vertex instanceof PairVertexRuntime) {
            return vertex instanceof EmbeddingLookupRuntime
                    ? (part, room) -> lookup(from[1].value, part, room)
                    : (part, room) -> tied(last(from[0].value), from[1].value, room);
        }
        GraphRuntime runtime = GraphRuntime.of(vertex.getLayer()).orElseThrow();
        if (runtime instanceof FusedRuntime fused) {
            return (part, room) -> {
                Matrix x = from[0].value;
                Matrix out = room.rows(x.rows(), x.columns());
                fused.step(vertex.getVertexName(), part.state(), x, out);
                return out;
            };
        }
        if (runtime instanceof SidesOnKernels sides) {
            return (part, room) -> {
                Matrix x = from[0].value;
                Matrix out = room.rows(x.rows(), x.columns());
                Memory memory = part.memory();
                sides.step(vertex.getVertexName(), part.state(), x, memory.rows(), memory.hides(), out);
                return out;
            };
        }
        if (runtime instanceof FusedLossRuntime head) {
            return (part, room) -> head.last(last(from[0].value), room::rows);
        }
        Matrix table = NativeArrays.matrix(runtime.getParam("W"));
        return runtime instanceof TokenEmbeddingRuntime
                ? (part, room) -> lookup(table, part, room)
                : (part, room) -> table;
    }

    private static Matrix last(Matrix x) {
        return x.rows(x.rows() - 1, x.rows());
    }

    private static Matrix lookup(Matrix table, Part part, Room room) {
        Matrix out = room.rows(part.tokens(), table.columns());
        CpuKernels.shared().elements().gather(table, part.ids(), part.from(), out);
        return out;
    }

    private static Matrix tied(Matrix x, Matrix table, Room room) {
        Matrix out = room.rows(1, table.rows());
        CpuKernels.shared().multiplyTransposed(x, table, 1, 0, out);
        return out;
    }

    @Override
    public void read(SequenceState state, int[] ids, int from, int to, double[] next) {
        read(state, null, ids, from, to, next);
    }

    /** Reads a part of a target; see {@link TokenSteps.Walk#read}. */
    void read(SequenceState state, Memory memory, int[] ids, int from, int to, double[] next) {
        Part part = new Part(state, ids, from, to, memory);
        if (part.tokens() <= FEW) {
            CpuKernels.onThisThread(() -> run(part));
        } else {
            run(part);
        }
        Matrix out = stages.get(stages.size() - 1).value; // [1,V]
        for (int token = 0; token < next.length; token++) {
            next[token] = out.get(0, token);
        }
        Reference.reachabilityFence(net);
    }

    private void run(Part part) {
        for (Stage stage : stages) {
            stage.value = stage.body.run(part, stage.room);
        }
    }
}
