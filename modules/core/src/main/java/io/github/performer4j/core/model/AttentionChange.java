package io.github.performer4j.core.model;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.BlockSettings;
import io.github.performer4j.core.layer.CrossAttentionLayer;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.layer.PerformerDecoderBlockLayer;
import io.github.performer4j.core.layer.ReversibleBlocksLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Trained nets that attend in another way, with the same weights: all maps that estimate the softmax kernel stand for one another, up to the error of the estimate.
 *
 * <p>Updater, regularisation, seed and counters stay; the updater's state begins anew, as there may be other parameters.
 */
public final class AttentionChange {
    private AttentionChange() {}

    /**
     * Copies a net.
     *
     * @param net initialised; not changed
     * @param change makes a layer's new options of its old ones
     * @return a net of its own, whose parameters that the old one does not have are as initialised
     * @throws IllegalArgumentException if the net has no attention layer, or if a parameter would be lost or change its shape, as other heads' would
     */
    public static ComputationGraph of(ComputationGraph net, UnaryOperator<AttentionOptions> change) {
        return of(net, (name, old) -> change.apply(old));
    }

    /**
     * Copies a net whose blocks attend as a configuration says, each as one of its place.
     *
     * @param net initialised, built of a configuration that differs in attention only; not changed
     * @param config says how the blocks attend
     * @return a net of its own; see {@link #of(ComputationGraph, UnaryOperator)}
     * @throws IllegalArgumentException if an attention layer is no block of the configuration, or if a parameter would be lost or change its shape
     */
    public static ComputationGraph of(ComputationGraph net, PerformerConfig config) {
        Map<String, AttentionOptions> blocks = new LinkedHashMap<>();
        for (int i = 0; i < config.layers(); i++) {
            blocks.put(PerformerConfig.blockVertex(i), config.attentionOptions(i));
        }
        return of(net, (name, old) -> {
            AttentionOptions options = blocks.get(name);
            Require.that(
                    options != null,
                    "attention must be in a block of the configuration; layer=" + name + ", blocks=" + blocks.keySet());
            return options;
        });
    }

    private static ComputationGraph of(
            ComputationGraph net, BiFunction<String, AttentionOptions, AttentionOptions> change) {
        ComputationGraphConfiguration configuration = net.getConfiguration().clone();
        int changed = 0;
        for (Map.Entry<String, GraphVertex> entry : configuration.getVertices().entrySet()) {
            String name = entry.getKey();
            if (entry.getValue() instanceof LayerVertex v
                    && change(name, NetCopy.unwrapped(v.getLayerConf().getLayer()), change)) {
                changed++;
            }
        }
        if (changed == 0) {
            throw new IllegalArgumentException("the net must have an attention layer; layers=" + net.getNumLayers());
        }
        return NetCopy.of(net, configuration, (name, parameter, value, own) -> {
            if (own == null || !own.equalShapes(value)) {
                throw new IllegalArgumentException(
                        "all parameters must keep their shapes; layer=" + name + ", parameter="
                                + parameter + ", before=" + value.shapeInfoToString() + ", after="
                                + (own == null ? "none" : own.shapeInfoToString()));
            }
            own.assign(value);
        });
    }

    private static boolean change(
            String name,
            org.deeplearning4j.nn.conf.layers.Layer layer,
            BiFunction<String, AttentionOptions, AttentionOptions> all) {
        if (layer instanceof ReversibleBlocksLayer stack) {
            List<BlockSettings> blocks = new ArrayList<>();
            for (BlockSettings old : stack.getBlocks()) { // named as they would be as layers
                String block = PerformerConfig.blockVertex(blocks.size());
                blocks.add(old.withAttention(all.apply(block, old.attention())));
            }
            stack.setBlocks(blocks);
            stack.getLayerParams();
            return true;
        }
        UnaryOperator<AttentionOptions> change = old -> all.apply(name, old);
        if (layer instanceof PerformerBlockLayer block) {
            block.setAttention(change.apply(block.getAttention()));
            block.setLayerParams(null);
            block.getLayerParams(); // defined anew
            return true;
        }
        if (layer instanceof PerformerDecoderBlockLayer block) {
            block.setAttention(change.apply(block.getAttention()));
            block.setCrossAttention(change.apply(block.getCrossAttention()));
            block.setLayerParams(null);
            block.getLayerParams();
            return true;
        }
        if (layer instanceof CrossAttentionLayer attention) {
            attention.setAttention(change.apply(attention.getAttention()));
            attention.setLayerParams(null);
            attention.getLayerParams();
            return true;
        }
        if (layer instanceof PerformerAttentionLayer attention) {
            attention.setAttention(change.apply(attention.getAttention()));
            attention.setLayerParams(null);
            attention.getLayerParams();
            return true;
        }
        return false;
    }
}
