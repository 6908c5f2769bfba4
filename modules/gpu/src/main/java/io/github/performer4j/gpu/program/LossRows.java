package io.github.performer4j.gpu.program;

import java.util.List;
import java.util.Set;

/**
 * Logits of rows, their softmax, and the cross-entropy of labels: in chunks of rows, so that logits take {@value #CHUNK} values at most (and {@value #ROWS} rows at least), however many
 * tokens and ids there are. Losses of rows are float32, their sum float64.
 */
public final class LossRows {
    private static final int CHUNK = 1 << 24;
    private static final int ROWS = 128;

    private final DeviceMemory memory;
    private final DeviceProgram program;
    private final int columns;
    private final int vocabulary;
    private int largest = CHUNK;

    /** A program whose output are logits. */
    public LossRows(DeviceMemory memory, DeviceProgram program) {
        this.memory = memory;
        this.program = program;
        columns = program.program().inputs().get(0).columns();
        vocabulary = program.program().output().columns();
    }

    /** Sets the number of logits in a chunk. */
    void limit(int values) {
        largest = values;
    }

    /** Makes a pass one of some rows. */
    @FunctionalInterface
    public interface Parts {
        DevicePass of(int first, int n);
    }

    /** Does something with some rows. */
    @FunctionalInterface
    public interface Chunk {
        void run(int first, int n);
    }

    /**
     * What a pass reads.
     *
     * @param parts of the pass
     * @param x address of rows, [N,n]
     * @param labels address of ids below V, negative = ignored, [N]
     */
    public record Pass(Parts parts, long x, long labels) {}

    /** Cuts rows into chunks. */
    public void chunks(int rows, Chunk chunk) {
        int most = Math.min(rows, Math.max(ROWS, largest / vocabulary));
        for (int first = 0; first < rows; first += most) {
            chunk.run(first, Math.min(most, rows - first));
        }
    }

    /** Returns softmax of the logits of some rows, [n,V]. */
    public long softmax(DevicePass part, long x, int first, int n) {
        long logits = logits(part, x, first, n);
        new Launches(memory.device()).rows("softmax", n, logits, vocabulary);
        return logits;
    }

    private long logits(DevicePass part, long x, int first, int n) {
        long logits = memory.scratch().room("logits", (long) n * vocabulary);
        program.forward(part, List.of(at(x, first)), logits);
        return logits;
    }

    private long at(long x, int row) {
        return x + (long) row * columns * Float.BYTES;
    }

    /** Returns the sum of the losses of rows that have a label. */
    public double loss(Pass pass, int rows) {
        long losses = losses(rows);
        chunks(rows, (first, n) -> {
            long logits = logits(pass.parts().of(first, n), pass.x(), first, n);
            entropy(pass, logits, first, n, 0, losses);
        });
        return sum(losses, rows);
    }

    private long losses(int rows) {
        return memory.scratch().room("losses", rows);
    }

    private void entropy(Pass pass, long logits, int first, int n, long weight, long losses) {
        new Launches(memory.device())
                .rows(
                        "cross_entropy",
                        n,
                        logits,
                        pass.labels() + (long) first * Integer.BYTES,
                        vocabulary,
                        weight,
                        losses + (long) first * Float.BYTES);
    }

    private double sum(long losses, int rows) {
        float[] all = new float[rows];
        memory.device().read(losses, all, 0, rows);
        double sum = 0;
        for (float loss : all) {
            sum += loss;
        }
        return sum;
    }

    /**
     * Computes the loss and the gradients of weight · its sum.
     *
     * @param dx address of the gradient with respect to x, written
     * @param begun names of parameters whose gradients hold a sum to which is added
     * @return the unweighted sum
     */
    public double differentiate(Pass pass, int rows, float weight, long dx, Set<Object> begun) {
        long losses = losses(rows);
        long at = memory.scratch().room("weight of losses", 2);
        memory.device().write(at, StepNumbers.words(Double.doubleToRawLongBits(weight)));
        differentiate(pass, rows, at, losses, dx, begun);
        return sum(losses, rows);
    }

    /**
     * Asks for the same, and waits for nothing.
     *
     * @param weight its address, float64
     * @param losses address of the loss of each row, written; 0 without a label
     */
    void differentiate(Pass pass, int rows, long weight, long losses, long dx, Set<Object> begun) {
        chunks(rows, (first, n) -> {
            DevicePass part = pass.parts().of(first, n);
            long logits = logits(part, pass.x(), first, n);
            entropy(pass, logits, first, n, weight, losses);
            boolean last = first + n == rows;
            program.backward(part, List.of(at(pass.x(), first)), logits, logits, List.of(at(dx, first)), begun, last);
        });
    }
}
