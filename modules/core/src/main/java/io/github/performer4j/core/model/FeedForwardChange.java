package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.FeedForward;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Trained nets of which some blocks have another feed-forward, all other weights the same. Updater, regularisation, seed and counters stay; the updater's state begins anew. */
public final class FeedForwardChange {
    private FeedForwardChange() {}

    /**
     * Copies a net.
     *
     * @param net initialised, built of a configuration that differs in feed-forwards only; not changed
     * @param config says the blocks' feed-forward
     * @return a net of its own; feed-forwards that are not the net's are as initialised
     * @throws IllegalArgumentException if a block is no {@link PerformerBlockLayer}, or none changes
     */
    public static ComputationGraph of(ComputationGraph net, PerformerConfig config) {
        ComputationGraphConfiguration configuration = net.getConfiguration().clone();
        Set<String> changed = new HashSet<>();
        for (int i = 0; i < config.layers(); i++) {
            PerformerBlockLayer block = block(configuration, i);
            FeedForward kind = config.feedForward().of(i);
            int hidden = config.feedForward().hidden(i);
            if (block.getFeedForward() != kind || block.getHidden() != hidden) {
                block.setFeedForward(kind);
                block.setHidden(hidden);
                block.setLayerParams(null);
                block.getLayerParams(); // defined anew
                changed.add(PerformerConfig.blockVertex(i));
            }
        }
        Require.that(!changed.isEmpty(), "a block must change its feed-forward; layers=" + config.layers());
        return NetCopy.of(net, configuration, (layer, parameter, value, own) -> {
            if (!changed.contains(layer) || !parameter.matches("[Wb][123]")) {
                own.assign(value);
            }
        });
    }

    /**
     * Returns the settings of a block of a net.
     *
     * @param block its number, from 0
     * @throws IllegalArgumentException if it is no {@link PerformerBlockLayer}
     */
    public static PerformerBlockLayer block(ComputationGraph net, int block) {
        return block(net.getConfiguration(), block);
    }

    private static PerformerBlockLayer block(ComputationGraphConfiguration configuration, int block) {
        GraphVertex vertex = configuration.getVertices().get(PerformerConfig.blockVertex(block));
        if (vertex instanceof LayerVertex layer
                && NetCopy.unwrapped(layer.getLayerConf().getLayer()) instanceof PerformerBlockLayer own) {
            return own;
        }
        throw new IllegalArgumentException(
                "blocks must be of sequences alone, not of graphs or of an encoder and a decoder; layer="
                        + PerformerConfig.blockVertex(block));
    }
}
