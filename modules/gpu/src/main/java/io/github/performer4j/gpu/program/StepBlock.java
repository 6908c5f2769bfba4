package io.github.performer4j.gpu.program;

import io.github.performer4j.core.engine.Stepper.Rows;
import io.github.performer4j.core.program.Segments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A device's share of a step's micro-batches, as one block of words: sequences in a row, of each micro-batch as many as of its neighbours or one more; none where there are fewer sequences than
 * devices.
 *
 * <p>A part is ids [N], labels [N], places and starts of {@link IdOrder}, and the mask [N] where there is one; of packed rows also the places of tokens in their sequences, and tokens in the order of these. What is launched for a block depends on its {@link #shape} alone.
 */
final class StepBlock {
    /**
     * Sequences of a micro-batch, and where their words begin in the block.
     *
     * @param number of the micro-batch
     * @param firstRow number of its first row in the whole micro-batch
     * @param mask -1 if all tokens are real
     * @param packed null where there is a sequence in each row
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
            int mask,
            Packed packed) {
        int rows() {
            return batch * tokens;
        }

        /** Returns the number of tokens that decides whether attention is exact. */
        int longest() {
            return packed == null ? tokens : packed.longest();
        }
    }

    /**
     * Where the words of packed rows begin.
     *
     * @param places of tokens in their sequences
     * @param order tokens in the order of their places
     * @param starts of places in that order
     * @param longest stands for the number of tokens of the longest sequence, see {@link PackedNet#standing}
     */
    record Packed(int places, int order, int starts, int longest) {}

    private final List<Part> parts = new ArrayList<>();
    private final PackedNet net;
    private int[] words = {};
    private int length;

    /**
     * Lays out.
     *
     * @param net that takes them
     * @throws IllegalArgumentException for packed rows of a net that does not take them
     * @param share number of the device, below {@code of}
     * @param of devices
     */
    StepBlock(List<Rows> batches, int vocabulary, PackedNet net, int share, int of) {
        this.net = net;
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
                rows.mask() == null ? -1 : add(bits(rows.mask(), first, end)),
                rows.mask() == null ? null : packed(rows, first, end));
    }

    private Packed packed(Rows rows, int first, int end) {
        double[] numbers = new double[end - first];
        Arrays.setAll(numbers, i -> rows.mask()[first + i]);
        int tokens = rows.tokens();
        Segments segments = Segments.of(numbers, numbers.length / tokens, tokens, "of a step");
        if (segments == null) {
            return null;
        }
        if (!net.packs()) {
            throw new IllegalArgumentException(
                    "steps on a device take packed rows where no features are fitted to each sequence; rows="
                            + rows.batch() + ", longest sequence=" + segments.longest());
        }
        int[] places = PackedPlaces.of(segments);
        IdOrder order = IdOrder.of(places, tokens);
        return new Packed(
                add(places), add(order.places()), add(order.starts()), net.standing(segments.longest(), tokens));
    }

    private static int[] bits(float[] values, int from, int to) {
        int[] bits = new int[to - from];
        for (int i = from; i < to; i++) {
            bits[i - from] = Float.floatToRawIntBits(values[i] > 0 ? 1 : 0);
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
