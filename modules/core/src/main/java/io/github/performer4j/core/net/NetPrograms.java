package io.github.performer4j.core.net;

import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.LayerSettings;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.engine.NetProgram.Stage;
import io.github.performer4j.core.layer.EmbeddingTableLayer;
import io.github.performer4j.core.layer.TokenEmbeddingLayer;
import io.github.performer4j.core.loss.TokenLosses;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.program.TokenContext;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.table.EmbeddingLookupRuntime;
import io.github.performer4j.core.table.TableProgram;
import io.github.performer4j.core.table.TiedLogitsRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A language model's graph as a chain of programs: lookup, layers of programs of one input, and a head that predicts tokens, with a table of its own or the lookup's. */
public final class NetPrograms {
    private final ComputationGraph net;
    private final List<Stage> stages = new ArrayList<>();
    private final Map<String, INDArray> tables = new HashMap<>();
    private String last; // the vertex that the chain has come to
    private String tied; // the table whose logits stand before the loss; null for none
    private NetProgram.Head head;

    private NetPrograms(ComputationGraph net) {
        this.net = net;
    }

    /**
     * Reads a graph, initialised, float32.
     *
     * @throws IllegalArgumentException naming the first vertex or setting that is no part of such a chain
     */
    public static NetProgram of(ComputationGraph net) {
        NetPrograms all = new NetPrograms(net);
        if (net.getNumInputArrays() != 1 || net.getNumOutputArrays() != 1) {
            throw refused("one input and one output", "graph", "inputs=" + net.getNumInputArrays());
        }
        for (int index : net.topologicalSortOrder()) {
            GraphVertex vertex = net.getVertices()[index];
            if (!vertex.isInputVertex()) {
                all.add(vertex);
            }
        }
        if (all.head == null) {
            throw refused("a head that predicts tokens", "graph", "output=" + all.last);
        }
        return new NetProgram(List.copyOf(all.stages), all.head, net.numParams(), NetStretches.of(net));
    }

    private static IllegalArgumentException refused(String what, String vertex, String value) {
        return new IllegalArgumentException(
                "steps in an engine's memory need " + what + "; vertex=" + vertex + ", " + value);
    }

    private void add(GraphVertex vertex) {
        String name = vertex.getVertexName();
        if (vertex instanceof EmbeddingLookupRuntime) {
            INDArray table = tables.get(input(vertex, 1));
            lookup(name, table, null, null);
        } else if (vertex instanceof TiedLogitsRuntime) {
            chained(vertex);
            tied = input(vertex, 1);
            last = name;
        } else if (vertex instanceof LayerVertex layer && layer.getLayerPreProcessor() == null) {
            add(layer, name);
        } else {
            throw refused(
                    "a chain of layers of programs",
                    name,
                    "type=" + vertex.getClass().getSimpleName());
        }
    }

    private void add(LayerVertex vertex, String name) {
        GraphRuntime runtime = vertex.getLayer() instanceof GraphRuntime own ? own : null;
        if (runtime == null || LayerSettings.inputDropout(runtime.definition()) > 0) {
            throw refused(
                    "layers of programs without dropOut",
                    name,
                    "layer=" + vertex.getLayer().getClass().getSimpleName());
        }
        GraphLayer layer = runtime.definition();
        if (layer instanceof EmbeddingTableLayer) {
            tables.put(name, runtime.getParam("W"));
        } else if (layer instanceof TokenEmbeddingLayer embedding) {
            lookup(name, runtime.getParam("W"), runtime, embedding.context());
        } else if (layer instanceof ProgramLayer own) {
            chained(vertex);
            stages.add(new Stage(name, own.program(), places(own.program(), runtime), new RuntimeDraws(runtime)));
            last = name;
        } else if (layer instanceof TokenLosses losses) {
            chained(vertex);
            head = head(name, losses, runtime);
            last = name;
        } else {
            throw refused(
                    "a chain of layers of programs",
                    name,
                    "layer=" + layer.getClass().getSimpleName());
        }
    }

    private NetProgram.Head head(String name, TokenLosses losses, GraphRuntime runtime) {
        RuntimeDraws draws = new RuntimeDraws(runtime);
        if (tied == null) {
            LossProgram program = losses.losses(columns());
            return new NetProgram.Head(name, program, places(program.logits(), runtime), draws);
        }
        INDArray table = tables.get(tied);
        int vocabulary = Math.toIntExact(table.size(0));
        int width = Math.toIntExact(table.size(1));
        LossProgram program = new LossProgram(TableProgram.tied(vocabulary, width));
        return new NetProgram.Head(name, program, Map.of(TableProgram.TABLE, place(table)), draws);
    }

    private void lookup(String name, INDArray table, GraphRuntime runtime, TokenContext context) {
        if (table == null || !stages.isEmpty()) {
            throw refused("one lookup in a table of the net, and that first", name, "stages=" + stages.size());
        }
        LayerProgram program =
                TableProgram.lookup(Math.toIntExact(table.size(0)), Math.toIntExact(table.size(1)), context);
        stages.add(new Stage(
                name,
                program,
                runtime == null ? Map.of(TableProgram.TABLE, place(table)) : places(program, runtime),
                runtime == null ? null : new RuntimeDraws(runtime)));
        last = name;
    }

    private String input(GraphVertex vertex, int number) {
        return net.getVertices()[vertex.getInputVertices()[number].getVertexIndex()].getVertexName();
    }

    /** Returns the columns of what the chain has come to. */
    private int columns() {
        return stages.get(stages.size() - 1).program().output().columns();
    }

    /** Checks that a vertex reads what the chain has come to. */
    private void chained(GraphVertex vertex) {
        if (!input(vertex, 0).equals(last) || head != null) {
            throw refused("layers one behind the other", vertex.getVertexName(), "input=" + input(vertex, 0));
        }
    }

    private Map<String, Long> places(LayerProgram program, GraphRuntime runtime) {
        Map<String, Long> places = new HashMap<>();
        for (Parameter parameter : program.parameters()) {
            places.put(parameter.name(), place(runtime.getParam(parameter.name())));
        }
        return places;
    }

    /** Returns where a view of the net's array begins in it. */
    private long place(INDArray view) {
        return (NativeArrays.address(view) - NativeArrays.address(net.params())) / Float.BYTES;
    }
}
