package io.github.performer4j.gpu.program;

import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.engine.NetProgram.Draws;
import io.github.performer4j.core.engine.NetProgram.Stretch;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What changes from step to step beside the batches, as kernels read it from memory, 8 bytes each: float64, but for the keys of dropout, which are int64.
 *
 * <pre>
 * 0            weight of a row's loss: 1 over the rows that have a label
 * 1            the largest norm of the gradient; 0 = none
 * 2            the rate
 * 3 + 3 s      of stretch s: ε/√(1 − β₂ᵗ), 1 − β₁ᵗ, 1 − β₂ᵗ
 * then         the keys of all dropouts of the first micro-batch, of the second, …
 * </pre>
 */
final class StepNumbers {
    /** Bytes of a number. */
    static final int BYTES = Long.BYTES;

    private static final int WEIGHT = 0;
    private static final int MOST = 1;
    private static final int RATE = 2;
    private static final int STRETCHES = 3;
    private static final int OF_STRETCH = 3;

    /**
     * A dropout.
     *
     * @param stage its number; that of the head is behind the last
     */
    private record Dropout(int stage, Op.Drop op) {}

    private final NetProgram net;
    private final Map<Dropout, Integer> dropouts = new HashMap<>();

    StepNumbers(NetProgram net) {
        this.net = net;
        for (int i = 0; i < net.stages().size(); i++) {
            add(i, net.stages().get(i).program());
        }
        add(net.stages().size(), net.head().program().logits());
    }

    private void add(int stage, LayerProgram program) {
        for (Op op : program.ops()) {
            if (op instanceof Op.Drop drop) {
                dropouts.put(new Dropout(stage, drop), dropouts.size());
            }
        }
    }

    /** Returns how many numbers a step of some micro-batches has. */
    int length(int microBatches) {
        return keys() + microBatches * dropouts.size();
    }

    private int keys() {
        return STRETCHES + OF_STRETCH * net.stretches().size();
    }

    static long weight(long numbers) {
        return numbers + WEIGHT * BYTES;
    }

    static long most(long numbers) {
        return numbers + MOST * BYTES;
    }

    static long rate(long numbers) {
        return numbers + RATE * BYTES;
    }

    static long stretch(long numbers, int number) {
        return numbers + (STRETCHES + (long) OF_STRETCH * number) * BYTES;
    }

    /** Returns where the key of a dropout lies. */
    long key(long numbers, int stage, Op.Drop op, int microBatch) {
        int place = dropouts.get(new Dropout(stage, op));
        return numbers + (keys() + (long) microBatch * dropouts.size() + place) * BYTES;
    }

    /**
     * Returns the numbers of a step, as pairs of words, the lower one first.
     *
     * @param predicted rows that have a label
     * @param iteration updates done before
     */
    int[] words(int microBatches, long predicted, double most, long iteration, double rate) {
        long[] all = new long[length(microBatches)];
        all[WEIGHT] = Double.doubleToRawLongBits(1.0 / predicted);
        all[MOST] = Double.doubleToRawLongBits(most);
        all[RATE] = Double.doubleToRawLongBits(rate);
        List<Stretch> stretches = net.stretches();
        for (int s = 0; s < stretches.size(); s++) {
            Stretch stretch = stretches.get(s);
            double second = 1 - Math.pow(stretch.beta2(), iteration + 1.0);
            int at = STRETCHES + OF_STRETCH * s;
            all[at] = Double.doubleToRawLongBits(stretch.epsilon() / Math.sqrt(second));
            all[at + 1] = Double.doubleToRawLongBits(1 - Math.pow(stretch.beta1(), iteration + 1.0));
            all[at + 2] = Double.doubleToRawLongBits(second);
        }
        for (int i = 0; i < microBatches; i++) {
            int first = keys() + i * dropouts.size();
            int number = i;
            dropouts.forEach((dropout, place) ->
                    all[first + place] = draws(dropout.stage()).dropoutKey(dropout.op(), number));
        }
        return words(all);
    }

    private Draws draws(int stage) {
        return stage < net.stages().size()
                ? net.stages().get(stage).draws()
                : net.head().draws();
    }

    /** Returns 64-bit numbers as words. */
    static int[] words(long... all) {
        int[] words = new int[2 * all.length];
        for (int i = 0; i < all.length; i++) {
            words[2 * i] = (int) all[i];
            words[2 * i + 1] = (int) (all[i] >>> Integer.SIZE);
        }
        return words;
    }
}
