package io.github.performer4j.gpu.program;

import io.github.performer4j.core.engine.Stepper.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A device's share of a step's micro-batches, as one block of words: sequences in a row, of each micro-batch as many as of its neighbours or one more; none where there are fewer sequences than
 * devices.
 *
 * <p>A part is ids [N], labels [N], places and starts of {@link IdOrder}, and the mask [N] where there is one. What is launched for a block depends on its {@link #shape} alone.
 */
final class StepBlock {
    /**
     * Sequences of a micro-batch, and where their words begin in the block.
     *
     * @param number of the micro-batch
     * @param firstRow number of its first row in the whole micro-batch
     * @param mask -1 if all tokens are real
     */
    record Part(
            int number,
            int batch,
            int tokens,
            int firstRow,
            int ids,
            int labels,
            int places,
            int starts,
            int groups,
            int mask) {
        int rows() {
            return batch * tokens;
        }
    }

    private final List<Part> parts = new ArrayList<>();
    private int[] words = {};
    private int length;

    /**
     * Lays out.
     *
     * @param share number of the device, below {@code of}
     * @param of devices
     */
    StepBlock(List<Rows> batches, int vocabulary, int share, int of) {
        for (int i = 0; i < batches.size(); i++) {
            Rows rows = batches.get(i);
            int from = (int) ((long) rows.batch() * share / of);
            int to = (int) ((long) rows.batch() * (share + 1) / of);
            if (to > from) {
                parts.add(part(rows, i, from, to, vocabulary));
            }
        }
    }

    private Part part(Rows rows, int number, int from, int to, int vocabulary) {
        int first = from * rows.tokens();
        int end = to * rows.tokens();
        int[] own = Arrays.copyOfRange(rows.ids(), first, end);
        IdOrder order = IdOrder.of(own, vocabulary);
        return new Part(
                number,
                to - from,
                rows.tokens(),
                first,
                add(own),
                add(Arrays.copyOfRange(rows.labels(), first, end)),
                add(order.places()),
                add(order.starts()),
                order.groups(),
                rows.mask() == null ? -1 : add(bits(rows.mask(), first, end)));
    }

    private static int[] bits(float[] values, int from, int to) {
        int[] bits = new int[to - from];
        for (int i = from; i < to; i++) {
            bits[i - from] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    private int add(int... more) {
        int at = length;
        length += more.length;
        if (length > words.length) {
            words = Arrays.copyOf(words, Math.max(length, 2 * words.length));
        }
        System.arraycopy(more, 0, words, at, more.length);
        return at;
    }

    /** Returns the micro-batches of which this has sequences. */
    List<Part> parts() {
        return parts;
    }

    /** Returns what is sent to the device. */
    int[] words() {
        return Arrays.copyOf(words, length);
    }

    /** Returns how many words that are. */
    int length() {
        return length;
    }

    /** Returns how many rows all parts have. */
    int rows() {
        return parts.stream().mapToInt(Part::rows).sum();
    }

    /** Returns what a step's launches depend on. */
    Object shape() {
        return List.copyOf(parts);
    }
}
