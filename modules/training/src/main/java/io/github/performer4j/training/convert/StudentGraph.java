package io.github.performer4j.training.convert;

import io.github.performer4j.core.layer.StateMatchLayer;
import io.github.performer4j.core.model.BodyVertices;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.PerformerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A model's body with a loss behind each block: {@code Σ_l mean |h_l − t_l|² / s_l²}, h_l the student's hidden states [B,T,E] of vertex l, t_l the teacher's and s_l their root mean square, so that
 * layers of large states do not drown the others. Embedding and positions stay as they are, and so do the output layers, which only scale.
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
     * Makes the graph.
     *
     * @param model a whole model, whose parameters are copied
     * @param config its configuration
     * @param updater of all layers that learn
     * @param factors 1/s_l of each of {@link #vertices}
     */
    static ComputationGraph of(ComputationGraph model, PerformerConfig config, IUpdater updater, double... factors) {
        List<String> compared = vertices(config);
        TransferLearning.GraphBuilder builder = new TransferLearning.GraphBuilder(model)
                .fineTuneConfiguration(
                        new FineTuneConfiguration.Builder().updater(updater).build())
                .setFeatureExtractor(BodyVertices.front(model.getConfiguration(), config));
        Set<String> body = BodyVertices.of(model.getConfiguration(), config);
        for (String name : model.getConfiguration().getVertices().keySet()) {
            if (!body.contains(name)) {
                builder.removeVertexAndConnections(name);
            }
        }
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < compared.size(); i++) {
            String match = "match-" + i;
            builder.addLayer(match, new StateMatchLayer(config.width()), compared.get(i));
            outputs.add(match);
        }
        ComputationGraph student =
                builder.setOutputs(outputs.toArray(String[]::new)).build();
        for (int i = 0; i < outputs.size(); i++) {
            INDArray w = student.getLayer(outputs.get(i)).getParam("W");
            w.assign(Nd4j.eye(config.width()).castTo(w.dataType()).muli(factors[i]));
        }
        Counters.set(student, 0, 0);
        return student;
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
