package io.github.performer4j.training.convert;

import io.github.performer4j.core.net.AttentionTransfer;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.batch.BatchEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What came of fitting features to a model's attention: the relative squared error of each block, {@code Σ |out' − out|² / Σ |out|²}, over batches of held-out texts.
 *
 * @param before as the features were drawn
 * @param after fitted
 * @param steps updates
 */
public record FeatureFit(Map<String, Double> before, Map<String, Double> after, long steps) {
    /** Adam's rate at first; it falls to 0 evenly. */
    static final double RATE = 0.02;

    private static final int MEASURED = 8; // batches

    /** Hears of steps. */
    @FunctionalInterface
    public interface Listener {
        /** Is told a step from 1 on and the mean error of its batch over the blocks, and returns whether to go on. */
        boolean step(long step, double error);
    }

    /**
     * Fits, epoch after epoch.
     *
     * @param held what errors are measured on
     * @param texts what features are fitted to
     */
    static FeatureFit run(
            AttentionTransfer transfer,
            BatchSource held,
            BatchSource texts,
            long seed,
            long steps,
            DataType type,
            Listener progress)
            throws IOException {
        List<Batch> measured = new ArrayList<>();
        try (BatchStream stream = held.open(seed, 0)) {
            while (stream.hasNext() && measured.size() < MEASURED) {
                measured.add(stream.next());
            }
        }
        if (measured.isEmpty()) {
            throw new IllegalArgumentException(
                    "held-out data must have a sequence with a token, for errors to be measured");
        }
        Map<String, Double> before = measure(transfer, measured, type);
        long step = 0;
        boolean goesOn = true;
        for (int epoch = 0; goesOn && step < steps; epoch++) {
            long began = step;
            try (BatchStream stream = texts.open(seed, epoch)) {
                while (goesOn && stream.hasNext() && step < steps) {
                    double rate = RATE * (1 - (double) step / steps);
                    step++;
                    goesOn = progress.step(step, mean(step(transfer, rate, stream.next(), type)));
                }
            }
            if (step == began) {
                throw new IllegalArgumentException(
                        "the data must have a sequence with a token, for features to be fitted");
            }
        }
        return new FeatureFit(before, measure(transfer, measured, type), step);
    }

    private static Map<String, Double> measure(AttentionTransfer transfer, List<Batch> batches, DataType type) {
        Map<String, Double> sums = new LinkedHashMap<>();
        for (Batch batch : batches) {
            step(transfer, 0, batch, type).forEach((layer, error) -> sums.merge(layer, error, Double::sum));
        }
        sums.replaceAll((layer, sum) -> sum / batches.size());
        return sums;
    }

    private static Map<String, Double> step(AttentionTransfer transfer, double rate, Batch batch, DataType type) {
        BatchEncoder.Arrays arrays = BatchEncoder.columns().encode(batch, type);
        return transfer.step(rate, arrays.features(), arrays.featureMasks());
    }

    private static double mean(Map<String, Double> errors) {
        return errors.values().stream().mapToDouble(e -> e).average().orElse(Double.NaN);
    }

    /** Returns the mean over the blocks as drawn, and fitted. */
    public double[] means() {
        return new double[] {mean(before), mean(after)};
    }
}
