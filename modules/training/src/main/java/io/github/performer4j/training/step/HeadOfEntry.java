package io.github.performer4j.training.step;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.program.AttentionPart;
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
        String map = options.kind() == AttentionOptions.Kind.EXACT
                ? "exact"
                : options.featureMap().toString();
        if (parameter == null) {
            return "; map=" + map;
        }
        boolean near = parameter.startsWith(AttentionPart.LOCAL);
        String plain = near ? parameter.substring(AttentionPart.LOCAL.length()) : parameter;
        AttentionOptions group = options.localHeads() == 0 ? options : near ? options.near() : options.far();
        boolean output = plain.equals("Wo"); // its rows are the heads' columns of all others
        boolean perHead = output || plain.matches("[Wb][qkvg]");
        if (!perHead) {
            return "; map=" + map;
        }
        long width = array.size(output ? 0 : array.rank() - 1);
        long head = (output ? row : column) / (width / group.heads())
                + (near ? options.far().heads() : 0);
        return "; head=" + head + ", map=" + map;
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
