package io.github.performer4j.training.step;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Layer;
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
        AttentionOptions options = attention(vertex);
        if (options == null) {
            return "";
        }
        if (parameter == null) {
            return "; " + map(options);
        }
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
            before += group.heads();
        }
        return "; " + map(options);
    }

    private static String map(AttentionOptions options) {
        return options.kind() == AttentionOptions.Kind.EXACT ? "map=exact" : "map=" + options.featureMap();
    }

    private static AttentionOptions attention(GraphVertex vertex) {
        if (!vertex.hasLayer()) {
            return null;
        }
        Layer layer = vertex.getLayer().conf().getLayer();
        if (layer instanceof PerformerBlockLayer block) {
            return block.getAttention();
        }
        return layer instanceof PerformerAttentionLayer attention ? attention.getAttention() : null;
    }
}
