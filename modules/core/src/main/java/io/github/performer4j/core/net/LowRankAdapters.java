package io.github.performer4j.core.net;

import io.github.performer4j.core.base.LowRankBlock;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.layer.PerformerDecoderBlockLayer;
import io.github.performer4j.core.program.LowRank;
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
 * <p>Layers that are no {@link PerformerBlockLayer} or {@link PerformerDecoderBlockLayer} are trained as before; Deeplearning4j's {@code TransferLearning} freezes them. Gains and biases of norms are trained, too. Updater state begins anew.
 */
public final class LowRankAdapters {
    private LowRankAdapters() {}

    /**
     * Returns a copy of a net whose blocks train updates of low rank; its outputs are the net's.
     *
     * @throws IllegalArgumentException if the net has no block, a block has updates already, a weight is orthogonal, or no block has a weight of a name
     */
    public static ComputationGraph attach(ComputationGraph net, LowRank lowRank) {
        Set<String> missing = new TreeSet<>(lowRank.weights());
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(net.getConfiguration().toJson());
        int blocks = 0;
        for (LowRankBlock block : blocks(conf)) {
            if (block.getLowRank() != null) {
                throw new IllegalArgumentException("a block has updates of low rank already: merge them first; layer="
                        + block.layer().getLayerName());
            }
            missing.removeAll(block.layer().getLayerParams().getWeightParameterKeys());
            block.setLowRank(lowRank);
            block.layer().getLayerParams(); // refuses what cannot be updated
            blocks++;
        }
        if (blocks == 0 || !missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "the net must have a block with each weight; blocks=" + blocks + ", missing=" + missing);
        }
        return copy(net, conf);
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

    private static void add(LowRank lowRank, String weight, Map<String, INDArray> from, Map<String, INDArray> to) {
        INDArray a = from.get(LowRank.first(weight));
        if (a != null) {
            INDArray b = from.get(LowRank.second(weight));
            INDArray w = to.get(weight);
            w.addi(a.castTo(w.dataType()).mmul(b.castTo(w.dataType())).muli(lowRank.scale()));
        }
    }

    private static Iterable<LowRankBlock> blocks(ComputationGraphConfiguration conf) {
        return conf.getVertices().values().stream()
                .filter(LayerVertex.class::isInstance)
                .map(vertex -> ((LayerVertex) vertex).getLayerConf().getLayer())
                .filter(LowRankBlock.class::isInstance)
                .map(LowRankBlock.class::cast)
                .toList();
    }

    private static ComputationGraph copy(ComputationGraph net, ComputationGraphConfiguration conf) {
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
