package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.PositionLayer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trained nets that read longer sequences, with the same weights: what was learned for n places is stretched over m ≥ n
 * of them, both ends kept (position interpolation, arXiv 2306.15595, of a table in place of angles),
 *
 * <pre>
 * P'_t = (1 − w) P_i + w P_{i+1}        i + w = t (n − 1)/(m − 1),  0 ≤ t < m
 * </pre>
 *
 * <p>Of axial positions the rows' table is stretched, and the columns' stays. Sinusoidal ones are defined at any place.
 */
public final class LongerPositions {
    private LongerPositions() {}

    /**
     * Copies a net.
     *
     * @param net initialised; not changed
     * @param reach tokens up to which training has learned positions: n
     * @param tokens the longest sequence that the copy reads: m
     * @return a net of its own
     * @throws IllegalArgumentException if the net has no layer of positions that ends, or does not reach further then
     */
    public static ComputationGraph of(ComputationGraph net, int reach, int tokens) {
        Require.that(
                reach >= 1 && tokens > reach,
                "positions must reach further than before; tokens=" + tokens + ", reach=" + reach);
        ComputationGraphConfiguration configuration = net.getConfiguration().clone();
        Map<String, Integer> learned = new LinkedHashMap<>(); // layer → n
        int changed = 0;
        for (Map.Entry<String, GraphVertex> entry : configuration.getVertices().entrySet()) {
            if (entry.getValue() instanceof LayerVertex v
                    && NetCopy.unwrapped(v.getLayerConf().getLayer()) instanceof PositionLayer positions
                    && positions.getKind() != PositionLayer.Kind.NONE) {
                learned.put(entry.getKey(), rows(positions, reach));
                positions.setTokens(tokens);
                positions.getLayerParams(); // defined anew
                changed++;
            }
        }
        Require.that(changed > 0, "the net must have positions that end; layers=" + net.getNumLayers());
        return NetCopy.of(net, configuration, (layer, parameter, value, own) -> {
            boolean table = learned.containsKey(layer) && (parameter.equals("P") || parameter.equals("R"));
            own.assign(table ? stretched(value, learned.get(layer), (int) own.size(0)) : value);
        });
    }

    private static int rows(PositionLayer positions, int reach) {
        return positions.getKind() == PositionLayer.Kind.AXIAL
                ? (reach + positions.getRowLength() - 1) / positions.getRowLength()
                : reach;
    }

    /** Returns the first n rows of a table stretched over m. */
    static INDArray stretched(INDArray table, int n, int m) {
        INDArray result = Nd4j.create(table.dataType(), m, table.size(1));
        for (int t = 0; t < m; t++) {
            double place = m == 1 ? 0 : (double) t * (n - 1) / (m - 1);
            int i = Math.min((int) place, Math.max(0, n - 2));
            double w = place - i;
            INDArray row = table.getRow(i).mul(1 - w);
            result.putRow(t, w > 0 ? row.addi(table.getRow(i + 1L).mul(w)) : row);
        }
        return result;
    }
}
