package io.github.performer4j.checkpoint;

import java.util.Arrays;
import java.util.List;

/**
 * What a head on whole sequences says: for an input of windows w with n_w tokens, the frame's included, and outputs
 * p_w,
 *
 * <pre>p = Σ_w n_w p_w / Σ_w n_w</pre>
 *
 * <p>as evaluation weighs them.
 */
final class PooledHead {
    private final WindowBatches batches;

    PooledHead(WindowBatches batches) {
        this.batches = batches;
    }

    /**
     * A pooled output.
     *
     * @param values p [C]
     * @param windows in which the input was seen
     */
    record Pooled(double[] values, int windows) {}

    /**
     * Computes.
     *
     * @return for each input in its place
     * @throws IllegalArgumentException if an input has no token
     */
    List<Pooled> of(List<ModelInput> inputs) {
        Requests.requireTokens(inputs);
        double[][][] outputs = new double[inputs.size()][][];
        int[][] weights = new int[inputs.size()][];
        for (int i = 0; i < outputs.length; i++) {
            int windows = batches.windows(inputs.get(i));
            outputs[i] = new double[windows][];
            weights[i] = new int[windows];
        }
        batches.run(inputs, (place, values) -> {
            outputs[place.input()][place.index()] = values;
            weights[place.input()][place.index()] = place.tokens();
        });
        Pooled[] pooled = new Pooled[inputs.size()];
        Arrays.setAll(pooled, i -> new Pooled(mean(outputs[i], weights[i]), weights[i].length));
        return List.of(pooled);
    }

    private static double[] mean(double[][] outputs, int... weights) {
        if (outputs.length == 1) {
            return outputs[0];
        }
        double[] mean = new double[outputs[0].length];
        double tokens = Arrays.stream(weights).sum();
        for (int w = 0; w < outputs.length; w++) { // in the order of the text, so that sums have one order
            for (int c = 0; c < mean.length; c++) {
                mean[c] += weights[w] / tokens * outputs[w][c];
            }
        }
        return mean;
    }
}
