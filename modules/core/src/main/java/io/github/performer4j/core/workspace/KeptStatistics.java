package io.github.performer4j.core.workspace;

import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.program.Op;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The parameters in which attention keeps moments of its queries and keys, one for each scope of a layer's program, [H,2(1+D+D²)]: per head what {@link Moments#ofSums} reads, of queries and then of keys,
 * divided by the rows' number, or a moving average of that.
 *
 * <p>With running statistics the gradient of it is {@code (1 − β)(θ − s)}, s those of the batch, and the updater does nothing, so that a step makes {@code θ ← βθ + (1−β)s}.
 * Those of micro-batches are averaged as all gradients are, weighted by predicted tokens and in their order; so runs are the same for any number of threads.
 */
public final class KeptStatistics {
    /** Name of the parameter, behind the scope of its attention. */
    public static final String NAME = Op.Attend.STATISTICS;

    private final Map<String, double[][]> batch =
            new HashMap<>(); // sums of the last forward pass, until their gradient is taken
    private BiConsumer<String, double[][]> collector; // receives the sums of each forward pass, or null

    /** Returns the number of values per head. */
    public static int length(int headSize) {
        return 2 * Moments.sumsLength(headSize);
    }

    /** Hands the sums of each forward pass to a collector; null for none. */
    public void collect(BiConsumer<String, double[][]> value) {
        collector = value;
    }

    /** Returns whether sums are wanted of each forward pass. */
    public boolean collecting() {
        return collector != null;
    }

    /** Begins a forward pass: what an earlier one left no longer counts. */
    public void begin() {
        batch.clear();
    }

    /**
     * Receives the sums of a forward pass, of queries and keys of each head: for the collector, or else for the gradient.
     *
     * @param sums by name of the parameter
     */
    public void receive(Map<String, double[][]> sums) {
        if (collector != null) {
            sums.forEach(collector);
        } else {
            batch.putAll(sums);
        }
    }

    /** Adds sums to others, and returns these. */
    public static double[][] add(double[][] total, double[][] sums) {
        for (int h = 0; h < total.length; h++) {
            for (int i = 0; i < total[h].length; i++) {
                total[h][i] += sums[h][i];
            }
        }
        return total;
    }

    /**
     * Writes what goes through the net as the gradient; 0 if the last forward pass left no sums, as with fixed statistics.
     *
     * @param name of the parameter
     * @param kept θ
     * @param gradient written
     */
    public void differentiate(String name, INDArray kept, INDArray gradient) {
        double[][] sums = batch.remove(name);
        if (sums == null) {
            gradient.assign(0);
            return;
        }
        double[][] theta = kept.toDoubleMatrix();
        for (int h = 0; h < theta.length; h++) {
            gradient(sums[h], theta[h]);
        }
        gradient.assign(Nd4j.create(sums).castTo(gradient.dataType()));
    }

    /** Turns the sums of a head into the gradient, in place; 0 where there are no rows. */
    private static void gradient(double[] sums, double[] kept) {
        normalize(sums);
        int half = sums.length / 2;
        for (int at = 0; at < sums.length; at += half) {
            boolean empty = !(sums[at] > 0);
            for (int i = at; i < at + half; i++) {
                sums[i] = empty ? 0 : (1 - Statistics.DECAY) * (kept[i] - sums[i]);
            }
        }
    }

    /** Divides the sums over queries and those over keys by their weight, in place. */
    public static void normalize(double[] sums) {
        int half = sums.length / 2;
        for (int at = 0; at < sums.length; at += half) {
            double weight = sums[at];
            for (int i = at; i < at + half && weight > 0; i++) {
                sums[i] /= weight;
            }
        }
    }
}
