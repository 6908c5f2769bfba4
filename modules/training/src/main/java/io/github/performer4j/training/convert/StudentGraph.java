package io.github.performer4j.training.convert;

import io.github.performer4j.core.layer.StateMatchLayer;
import io.github.performer4j.core.model.BodyVertices;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.PerformerConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model's blocks with a loss behind each: {@code Σ_l mean |h_l − t_l|² / s_l²}, h_l the student's hidden states [B,T,E] of vertex l, t_l the teacher's and s_l their root mean square, so that
 * layers of large states do not drown the others. What stands in front of the blocks stays as it is, so it is no part of the graph: its output is the graph's input.
 */
final class StudentGraph {
    private StudentGraph() {}

    /** Returns the vertices whose states are compared: all blocks, the last one behind its norm. */
    static List<String> vertices(PerformerConfig config) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < config.layers() - 1; i++) {
            all.add(PerformerConfig.blockVertex(i));
        }
        all.add(config.hiddenVertex());
        return all;
    }

    /**
     * Makes the graph, whose inputs are the output of {@link BodyVertices#front} and what else the blocks read.
     *
     * @param model a whole model, whose parameters are copied
     * @param config its configuration
     * @param scales s_l of each of {@link #vertices}
     */
    static ComputationGraph of(ComputationGraph model, PerformerConfig config, double... scales) {
        ComputationGraphConfiguration graph = model.getConfiguration().clone();
        String front = BodyVertices.front(graph, config);
        Set<String> blocks = BodyVertices.of(graph, config);
        blocks.removeAll(before(graph, front));
        List<String> inputs = new ArrayList<>(List.of(front));
        for (String input : graph.getNetworkInputs()) {
            if (blocks.stream()
                    .anyMatch(block -> graph.getVertexInputs().get(block).contains(input))) {
                inputs.add(input);
            }
        }
        graph.getVertices().keySet().retainAll(blocks);
        graph.getVertexInputs().keySet().retainAll(blocks);
        List<String> compared = vertices(config);
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < compared.size(); i++) {
            StateMatchLayer layer = new StateMatchLayer(config.width(), scales[i]);
            layer.setLayerName("match-" + i);
            NeuralNetConfiguration match = graph.getDefaultConfiguration().clone();
            match.setLayer(layer);
            graph.getVertices().put(layer.getLayerName(), new LayerVertex(match, null));
            graph.getVertexInputs().put(layer.getLayerName(), List.of(compared.get(i)));
            outputs.add(layer.getLayerName());
        }
        graph.setNetworkInputs(inputs);
        graph.setNetworkOutputs(outputs);
        graph.setTopologicalOrder(null); // of the whole model
        graph.setTopologicalOrderStr(null);
        ComputationGraph student = new ComputationGraph(graph);
        student.init();
        copy(model, student);
        Counters.set(student, 0, 0);
        return student;
    }

    /** Returns a vertex, the inputs of the graph and all that the vertex is computed from. */
    private static Set<String> before(ComputationGraphConfiguration graph, String vertex) {
        Set<String> found = new HashSet<>(graph.getNetworkInputs());
        List<String> open = new ArrayList<>(List.of(vertex));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (found.add(next)) {
                open.addAll(graph.getVertexInputs().get(next));
            }
        }
        return found;
    }

    /** Copies the parameters of all layers that both have. */
    static void copy(ComputationGraph from, ComputationGraph to) {
        Set<String> known = to.getConfiguration().getVertices().keySet();
        for (Layer layer : from.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            if (known.contains(name)) {
                Map<String, INDArray> target = to.getLayer(name).paramTable();
                layer.paramTable()
                        .forEach((parameter, value) -> target.get(parameter).assign(value));
            }
        }
    }
}
