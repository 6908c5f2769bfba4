package io.github.performer4j.core.net;

import io.github.performer4j.core.base.LowRankBlock;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.layer.PerformerDecoderBlockLayer;
import io.github.performer4j.core.layer.ReversibleBlocksLayer;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LowRank;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Updates of low rank for a trained net's blocks: put beside their weights, trained, and added to them at the end.
 *
 * <pre>
 * ComputationGraph tuned = LowRankAdapters.attach(net, new LowRank(8, 16, 0.05, Set.of("Wq", "Wv")));
 * tuned.fit(data);
 * ComputationGraph plain = LowRankAdapters.merge(tuned);
 * </pre>
 *
 * <p>Layers that are no {@link PerformerBlockLayer} or {@link PerformerDecoderBlockLayer} are trained as before; Deeplearning4j's {@code TransferLearning} freezes them. Gains and biases of norms are trained, too; running
 * statistics of the blocks' attention stay, as their weights do, until they are merged. Updater state begins anew.
 */
public final class LowRankAdapters {
    private LowRankAdapters() {}

    /**
     * Returns a copy of a net whose blocks train updates of low rank; its outputs are the net's.
     *
     * @throws IllegalArgumentException if the net has no block, a block has updates already, a weight is orthogonal, blocks are one layer, or no block has a weight of a name
     */
    public static ComputationGraph attach(ComputationGraph net, LowRank lowRank) {
        Set<String> missing = new TreeSet<>(lowRank.weights());
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(net.getConfiguration().toJson());
        int blocks = 0;
        if (missing.isEmpty()) {
            throw new IllegalArgumentException("a weight must be named; weights=" + missing);
        }
        for (LowRankBlock block : blocks(conf)) {
            if (block.getAdapter() != null) {
                throw new IllegalArgumentException(
                        "a block has adapters, beside which its weights stay as they are; layer="
                                + block.layer().getLayerName());
            }
            if (block.getLowRank() != null) {
                throw new IllegalArgumentException("a block has updates of low rank already: merge them first; layer="
                        + block.layer().getLayerName());
            }
            List<String> keys = block.layer().getLayerParams().getWeightParameterKeys();
            missing.removeAll(keys);
            block.setLowRank(withGroups(lowRank, block, keys));
            block.layer().getLayerParams(); // refuses what cannot be updated
            blocks++;
        }
        refuseStacks(net, "updates of low rank");
        if (blocks == 0 || !missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "the net must have a block with each weight; blocks=" + blocks + ", missing=" + missing);
        }
        return copy(net, conf);
    }

    /** Refuses nets with blocks that are one layer. */
    static void refuseStacks(ComputationGraph net, String what) {
        for (Layer layer : net.getLayers()) {
            if (layer.conf().getLayer() instanceof ReversibleBlocksLayer stack) {
                throw new IllegalArgumentException("blocks that are one layer take no " + what + "; layer="
                        + stack.getLayerName() + ", type=ReversibleBlocksLayer");
            }
        }
    }

    /** Returns updates of the weights of all groups of heads, where those of the first one are updated. */
    private static LowRank withGroups(LowRank lowRank, LowRankBlock block, List<String> keys) {
        Set<String> names = new TreeSet<>(lowRank.weights());
        for (String weight : lowRank.weights()) {
            int own = weight.lastIndexOf('.') + 1;
            block.groups(weight.substring(0, own)).stream()
                    .map(group -> weight.substring(0, own) + group + weight.substring(own))
                    .filter(keys::contains)
                    .forEach(names::add);
        }
        return new LowRank(lowRank.rank(), lowRank.alpha(), lowRank.dropout(), names);
    }

    /**
     * Returns a copy of a net with the updates added to the weights, {@code W + (α/r) A B}: its outputs are the net's, but for rounding, and it needs no more operations than before.
     *
     * @throws IllegalArgumentException if no block has updates
     */
    public static ComputationGraph merge(ComputationGraph net) {
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(net.getConfiguration().toJson());
        boolean any = false;
        for (LowRankBlock block : blocks(conf)) {
            any |= block.getLowRank() != null;
            block.setLowRank(null);
        }
        if (!any) {
            throw new IllegalArgumentException("the net must have updates of low rank; layers=" + net.getNumLayers());
        }
        ComputationGraph merged = copy(net, conf);
        for (Layer layer : net.getLayers()) {
            if (layer.conf().getLayer() instanceof LowRankBlock block && block.getLowRank() != null) {
                Map<String, INDArray> to =
                        merged.getLayer(block.layer().getLayerName()).paramTable();
                block.getLowRank().weights().forEach(w -> add(block.getLowRank(), w, layer.paramTable(), to));
            }
        }
        return merged;
    }

    /** Returns whether a net's blocks have updates. */
    public static boolean attached(ComputationGraph net) {
        for (LowRankBlock block : blocks(net.getConfiguration())) {
            if (block.getLowRank() != null) {
                return true;
            }
        }
        return false;
    }

    /** Returns ρ of the heads whose weight this is; null for a weight that no temperature multiplies. */
    private static INDArray temperatures(String weight, Map<String, INDArray> from) {
        return weight.endsWith("Wq") || weight.endsWith("Wk")
                ? from.get(weight.substring(0, weight.length() - "Wq".length()) + AttentionPart.TEMPERATURE)
                : null;
    }

    /** Returns an update that a head's temperature will multiply by e^{ρ/2} once it is part of the weight. */
    private static INDArray unscaled(INDArray update, INDArray rho) {
        if (rho != null) {
            long size = update.size(1) / rho.length();
            for (long j = 0; j < update.size(1); j++) {
                update.getColumn(j).muli(Math.exp(-rho.getDouble(j / size) / 2));
            }
        }
        return update;
    }

    private static void add(LowRank lowRank, String weight, Map<String, INDArray> from, Map<String, INDArray> to) {
        INDArray a = from.get(LowRank.first(weight));
        if (a != null) {
            INDArray b = from.get(LowRank.second(weight));
            INDArray w = to.get(weight);
            INDArray update =
                    a.castTo(w.dataType()).mmul(b.castTo(w.dataType())).muli(lowRank.scale());
            w.addi(unscaled(update, temperatures(weight, from)));
        }
    }

    static List<LowRankBlock> blocks(ComputationGraphConfiguration conf) {
        return conf.getVertices().values().stream()
                .filter(LayerVertex.class::isInstance)
                .map(vertex -> ((LayerVertex) vertex).getLayerConf().getLayer())
                .filter(LowRankBlock.class::isInstance)
                .map(LowRankBlock.class::cast)
                .toList();
    }

    static ComputationGraph copy(ComputationGraph net, ComputationGraphConfiguration conf) {
        ComputationGraph copy = new ComputationGraph(conf);
        copy.init();
        for (GraphVertex vertex : net.getVertices()) {
            Map<String, INDArray> from = vertex.paramTable(false);
            if (from != null) {
                Map<String, INDArray> to =
                        copy.getVertex(vertex.getVertexName()).paramTable(false);
                from.forEach((name, array) -> {
                    if (to.containsKey(name)) {
                        to.get(name).assign(array);
                    }
                });
            }
        }
        return copy;
    }
}
