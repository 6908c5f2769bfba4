package io.github.performer4j.core.net;

import io.github.performer4j.core.base.LowRankBlock;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.layer.PerformerDecoderBlockLayer;
import io.github.performer4j.core.program.Snnk;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Adapters of random features for a trained net's blocks, {@link Snnk}: put behind their sums, and trained while the blocks' weights stay as they are.
 *
 * <pre>
 * ComputationGraph tuned = SnnkAdapters.attach(net, new Snnk(64, 1));
 * tuned.fit(data);
 * </pre>
 *
 * <p>They are not linear, so that nothing can be added to weights: the net keeps them. Layers that are no {@link PerformerBlockLayer} or {@link PerformerDecoderBlockLayer} are trained as before;
 * Deeplearning4j's {@code TransferLearning} freezes them. Gains and biases of norms are trained, too; running statistics of the blocks' attention stay. Updater state begins anew.
 */
public final class SnnkAdapters {
    private SnnkAdapters() {}

    /**
     * Returns a copy of a net whose blocks have adapters; its outputs are the net's, bit for bit.
     *
     * @throws IllegalArgumentException if the net has no block, or blocks that are one layer, or a block has adapters or updates of low rank already
     */
    public static ComputationGraph attach(ComputationGraph net, Snnk adapter) {
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(net.getConfiguration().toJson());
        LowRankAdapters.refuseStacks(net, "adapters");
        List<LowRankBlock> blocks = LowRankAdapters.blocks(conf);
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("the net must have a block; layers=" + net.getNumLayers());
        }
        for (int i = 0; i < blocks.size(); i++) {
            LowRankBlock block = blocks.get(i);
            if (block.updates() != null) {
                throw new IllegalArgumentException("a block has adapters or updates of low rank already; layer="
                        + block.layer().getLayerName());
            }
            block.setAdapter(adapter.ofBlock(i));
        }
        return LowRankAdapters.copy(net, conf);
    }

    /** Returns the adapters of a net's first block that has some; empty for a net without. */
    public static Optional<Snnk> of(ComputationGraph net) {
        return LowRankAdapters.blocks(net.getConfiguration()).stream()
                .map(LowRankBlock::getAdapter)
                .filter(Objects::nonNull)
                .findFirst();
    }
}
