package io.github.performer4j.training.step;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.Attending;
import java.util.Map;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Says to which head of an attention layer an entry of a parameter, or of its gradient, belongs, and which feature map the layer uses. */
final class HeadOfEntry {
    private HeadOfEntry() {}

    /**
     * Returns for example {@code ; head=2, map=PositiveFeatures[epsilon=1.0E-6]}; without a head where the parameter belongs to all; empty for
     * layers without attention.
     *
     * @param parameter name of the parameter; null for an activation
     * @param array the parameter or its gradient
     * @param row of the entry
     * @param column of the entry
     */
    static String of(GraphVertex vertex, String parameter, INDArray array, long row, long column) {
        Map<String, AttentionOptions> all = attentions(vertex);
        if (all.isEmpty()) {
            return "";
        }
        if (parameter == null) {
            return "; " + map(all.values().iterator().next());
        }
        String block =
                all.keySet().stream().filter(parameter::startsWith).findFirst().orElseThrow();
        return of(all.get(block), parameter.substring(block.length()), array, row, column);
    }

    private static String of(AttentionOptions options, String parameter, INDArray array, long row, long column) {
        int before = 0; // heads of the groups in front
        for (Map.Entry<String, AttentionOptions> each : options.groups().entrySet()) {
            AttentionOptions group = each.getValue();
            String scope = each.getKey();
            String plain = parameter.startsWith(scope) ? parameter.substring(scope.length()) : parameter;
            boolean output = plain.equals("Wo"); // its rows are the heads' columns of all others
            if (output || plain.matches("[Wb][qkvg]")) {
                long width = array.size(output ? 0 : array.rank() - 1);
                long head = (output ? row : column) / (width / group.heads()) + before;
                return "; head=" + head + ", " + map(group);
            }
            if (!scope.isEmpty() && parameter.startsWith(scope)) {
                return "; " + map(group);
            }
            before += group.heads();
        }
        return "; " + map(options);
    }

    private static String map(AttentionOptions options) {
        return options.kind() == AttentionOptions.Kind.EXACT ? "map=exact" : "map=" + options.featureMap();
    }

    private static Map<String, AttentionOptions> attentions(GraphVertex vertex) {
        return vertex.hasLayer() && vertex.getLayer().conf().getLayer() instanceof Attending attending
                ? attending.attentions()
                : Map.of();
    }
}
