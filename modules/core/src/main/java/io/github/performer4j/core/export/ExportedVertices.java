package io.github.performer4j.core.export;

import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.layer.EmbeddingLookupVertex;
import io.github.performer4j.core.layer.TiedLogitsVertex;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.samediff.Arena;
import io.github.performer4j.core.samediff.ExecutionPlan;
import io.github.performer4j.core.samediff.GraphScope;
import io.github.performer4j.core.samediff.ProgramGraph;
import io.github.performer4j.core.sides.PairVertex;
import io.github.performer4j.core.table.TableProgram;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The vertices of a net as parts of one SameDiff graph, each added when those that it reads are there. */
final class ExportedVertices {
    private final ComputationGraph net;
    private final SameDiff sd;
    private final DataType type;
    private final Map<String, Exported> results = new LinkedHashMap<>();

    ExportedVertices(ComputationGraph net, SameDiff sd, DataType type) {
        this.net = net;
        this.sd = sd;
        this.type = type;
    }

    /** Returns the layer that a configuration means, that within where it is frozen. */
    static org.deeplearning4j.nn.conf.layers.Layer plain(org.deeplearning4j.nn.conf.layers.Layer layer) {
        if (layer instanceof FrozenLayer frozen) {
            return plain(frozen.getLayer());
        }
        return layer instanceof FrozenLayerWithBackprop frozen ? plain(frozen.getUnderlying()) : layer;
    }

    /** Returns a vertex, or that within where one without parameters is frozen. */
    private static GraphVertex plain(GraphVertex vertex) {
        return vertex instanceof FrozenVertex frozen && frozen.getUnderlying() instanceof PairVertex pair
                ? pair
                : vertex;
    }

    /** Returns the shapes of all vertices that are there. */
    Map<String, List<Long>> shapes() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        results.forEach((name, result) ->
                shapes.put(name, Arrays.stream(result.shape()).boxed().toList()));
        return shapes;
    }

    /** Says what a vertex is: that of the input. */
    void put(String name, Exported result) {
        results.put(name, result);
    }

    /**
     * Adds a vertex.
     *
     * @throws IllegalArgumentException if SameDiff cannot hold it
     */
    void add(String name) {
        GraphVertex vertex = plain(net.getConfiguration().getVertices().get(name));
        List<Exported> inputs = net.getConfiguration().getVertexInputs().get(name).stream()
                .map(results::get)
                .toList();
        Exported result;
        if (vertex instanceof LayerVertex layer) {
            if (layer.getPreProcessor() != null || inputs.size() != 1) {
                throw refused(name, layer.getPreProcessor() == null ? vertex : layer.getPreProcessor());
            }
            result = layer(name, layer, inputs.get(0));
        } else if (vertex instanceof EmbeddingLookupVertex) {
            result = lookup(name, inputs.get(0), inputs.get(1));
        } else if (vertex instanceof TiedLogitsVertex) {
            result = logits(name, inputs.get(0), inputs.get(1));
        } else {
            throw refused(name, vertex);
        }
        SDVariable named = sd.identity(name, result.value());
        results.put(name, new Exported(named, result.mask(), result.shape()));
    }

    private static IllegalArgumentException refused(String name, Object what) {
        return new IllegalArgumentException("a SameDiff graph of a net cannot hold this layer or vertex; layer=" + name
                + ", class=" + what.getClass().getName());
    }

    private Exported layer(String name, LayerVertex vertex, Exported in) {
        org.deeplearning4j.nn.conf.layers.Layer conf = vertex.getLayerConf().getLayer();
        Layer runtime = net.getLayer(name);
        boolean frozen = conf instanceof FrozenLayer || conf instanceof FrozenLayerWithBackprop;
        while (frozen && runtime instanceof BaseWrapperLayer wrapper) {
            runtime = wrapper.getUnderlying();
        }
        boolean trained = !frozen;
        if (runtime instanceof GraphRuntime own) {
            return own(name, own, trained, in);
        }
        if (ExportedOutput.holds(plain(conf))) {
            Map<String, SDVariable> parameters = parameters(name, runtime.paramTable(), p -> trained);
            return ExportedOutput.define(sd, plain(conf), parameters, in);
        }
        throw refused(name, plain(conf));
    }

    private Map<String, SDVariable> parameters(String name, Map<String, INDArray> table, Predicate<String> trained) {
        Map<String, SDVariable> parameters = new LinkedHashMap<>();
        table.forEach((parameter, array) -> {
            String variable = name + "_" + parameter;
            INDArray copy = array.dup('c');
            parameters.put(parameter, trained.test(parameter) ? sd.var(variable, copy) : sd.constant(variable, copy));
        });
        return parameters;
    }

    private Exported own(String name, GraphRuntime runtime, boolean trained, Exported in) {
        GraphLayer layer = runtime.definition();
        Map<String, SDVariable> parameters =
                parameters(name, runtime.paramTable(), p -> trained && !layer.isState(p) && !layer.isFixed(p));
        int tokenDimension = in.shape().length == 3 ? layer.tokenDimension() : 1;
        SDVariable out;
        try (NameScope ignored = sd.withNameScope(name)) {
            out = layer.define(scope(
                    in.visible(tokenDimension),
                    in,
                    parameters,
                    in.shape()[tokenDimension],
                    (draw, drawn) -> sd.constant(name + "/" + draw, runtime.drawnForInference(drawn))));
        }
        HostFolding.fold(sd, layer);
        return new Exported(out, mask(layer, in), shape(layer, in, out));
    }

    /** Returns the mask of a layer's output, asking the layer as Deeplearning4j does. */
    private SDVariable mask(GraphLayer layer, Exported in) {
        INDArray any = Nd4j.ones(type, 1, 1);
        boolean stays = layer.feedForwardMaskArray(any, MaskState.Active, (int) in.batch())
                        .getFirst()
                != null;
        return stays ? in.mask() : null;
    }

    private long[] shape(GraphLayer layer, Exported in, SDVariable out) {
        if (layer instanceof SequenceLayer) {
            return in.shape();
        }
        Map<String, INDArray> placeholders = new HashMap<>();
        for (String input : sd.inputs()) {
            SDVariable placeholder = sd.getVariable(input);
            placeholders.put(input, Nd4j.zeros(placeholder.dataType(), placeholder.getShape()));
        }
        return new ExecutionPlan(sd, type, List.of(out.name()), List.of(), placeholders, new Arena()).shape(out.name());
    }

    private Exported lookup(String name, Exported ids, Exported table) {
        int width = Math.toIntExact(table.shape()[1]);
        LayerProgram program = TableProgram.lookup(Math.toIntExact(table.shape()[0]), width);
        return ofTable(name, program, ids, ids.value(), table, width);
    }

    private Exported logits(String name, Exported x, Exported table) {
        int vocabulary = Math.toIntExact(table.shape()[0]);
        LayerProgram program = TableProgram.tied(vocabulary, Math.toIntExact(table.shape()[1]));
        SDVariable rows = x.visible(1).reshape(x.shape()[0] * x.shape()[1], x.shape()[2]);
        return ofTable(name, program, x, rows, table, vocabulary);
    }

    private Exported ofTable(
            String name, LayerProgram program, Exported in, SDVariable read, Exported table, int columns) {
        try (NameScope ignored = sd.withNameScope(name)) {
            long[] shape = {in.shape()[0], in.shape()[1], columns};
            Map<String, SDVariable> parameters = Map.of(TableProgram.TABLE, table.value());
            GraphScope scope = scope(read, in, parameters, in.shape()[1], (draw, drawn) -> {
                throw new IllegalStateException("programs of tables draw nothing; layer=" + name + ", draw=" + draw);
            });
            return new Exported(ProgramGraph.define(scope, program, read).reshape(shape), in.mask(), shape);
        }
    }

    private GraphScope scope(
            SDVariable read, Exported in, Map<String, SDVariable> parameters, long tokens, GraphScope.Drawn drawn) {
        return new GraphScope(
                sd, read, in.mask(), null, null, parameters, in.shape(), tokens, type, false, false, false, drawn);
    }
}
