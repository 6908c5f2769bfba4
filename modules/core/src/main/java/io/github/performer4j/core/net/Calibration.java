package io.github.performer4j.core.net;

import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.workspace.KeptStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fills the statistics that attention layers keep ({@link io.github.performer4j.core.feature.Statistics}) from a sample: forward passes for inference, between
 * {@link #of} and {@link #apply}, count.
 *
 * <pre>{@code
 * try (Calibration calibration = Calibration.of(net)) {
 *     net.output(ids); // any number of batches
 *     calibration.apply();
 * }
 * }</pre>
 *
 * <p>Features are then fitted to all unpadded queries and keys of the sample, per layer and head. During the passes the statistics are those from before. Not thread-safe; the net belongs to it
 * until it is closed.
 */
public final class Calibration implements AutoCloseable {
    private record Kept(GraphRuntime runtime, Map<String, double[][]> sums) {}

    private final List<Kept> layers = new ArrayList<>();

    private Calibration(Layer[] all) {
        for (Layer layer : all) {
            GraphRuntime runtime = GraphRuntime.of(layer).orElse(null);
            if (runtime != null && !runtime.keptStatistics().isEmpty()) {
                Kept each = new Kept(runtime, new LinkedHashMap<>());
                for (String name : runtime.keptStatistics()) {
                    INDArray kept = runtime.getParam(name);
                    each.sums().put(name, new double[(int) kept.size(0)][(int) kept.size(1)]);
                }
                runtime.statistics()
                        .collect((name, sums) -> KeptStatistics.add(each.sums().get(name), sums));
                layers.add(each);
            }
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException(
                    "the net must have a layer that keeps statistics (running or fixed); layers=" + all.length);
        }
    }

    /**
     * Begins.
     *
     * @throws IllegalArgumentException if no layer of the net keeps statistics
     */
    public static Calibration of(ComputationGraph net) {
        return new Calibration(net.getLayers());
    }

    /** The same for a net of layers. */
    public static Calibration of(MultiLayerNetwork net) {
        return new Calibration(net.getLayers());
    }

    /** Returns the number of rows seen so far, queries of one head. */
    public long rows() {
        return Math.round(layers.get(0).sums().values().iterator().next()[0][0]);
    }

    /**
     * Gives the layers the statistics of the sample.
     *
     * @throws IllegalStateException if there was no row
     */
    public void apply() {
        if (rows() == 0) {
            throw new IllegalStateException(
                    "calibration needs at least one forward pass with an unpadded token; rows=0");
        }
        for (Kept layer : layers) {
            layer.sums().forEach((name, sums) -> {
                double[][] values = new double[sums.length][];
                for (int h = 0; h < values.length; h++) {
                    values[h] = sums[h].clone();
                    KeptStatistics.normalize(values[h]);
                }
                INDArray kept = layer.runtime().getParam(name);
                kept.assign(Nd4j.create(values).castTo(kept.dataType()));
            });
        }
    }

    /** Gives the net back. */
    @Override
    public void close() {
        layers.forEach(layer -> layer.runtime().statistics().collect(null));
    }
}
