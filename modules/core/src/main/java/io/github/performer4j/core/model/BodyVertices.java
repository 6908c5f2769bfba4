package io.github.performer4j.core.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** Which vertices of a {@link PerformerConfig}'s graph are its body: all that the final hidden state is computed from, and the inputs. What is left is the head. */
public final class BodyVertices {
    private BodyVertices() {}

    /** Returns the body's vertices, the final hidden state's among them, and the graph's inputs that it reads. */
    public static Set<String> of(ComputationGraphConfiguration graph, PerformerConfig config) {
        Set<String> found = new HashSet<>();
        List<String> open = new ArrayList<>(List.of(config.hiddenVertex()));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (found.add(next)) {
                open.addAll(graph.getVertexInputs().getOrDefault(next, List.of()));
            }
        }
        return found;
    }

    /** Returns the last vertex in front of the blocks of a model of one sequence. */
    public static String front(ComputationGraphConfiguration graph, PerformerConfig config) {
        return graph.getVertexInputs().get(config.blockVertices().get(0)).get(0);
    }

    /** Returns the last vertex in front of the blocks; of an encoder and a decoder that of each, the decoder's first. */
    public static List<String> fronts(ComputationGraphConfiguration graph, PerformerConfig config) {
        String front = front(graph, config);
        if (config.encoder().layers() == 0) {
            return List.of(front);
        }
        String target = graph.getVertexInputs().get(front).get(0); // behind it both sides come together
        return List.of(
                target,
                graph.getVertexInputs().get(PerformerConfig.encoderVertex(0)).get(0));
    }
}
