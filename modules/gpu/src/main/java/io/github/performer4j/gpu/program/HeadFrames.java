package io.github.performer4j.gpu.program;

import io.github.performer4j.core.feature.Choice;
import io.github.performer4j.core.feature.FittedFeatures;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.feature.Seen;
import io.github.performer4j.core.feature.Sight;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.workspace.DoubleRows;
import io.github.performer4j.gpu.device.Product;
import io.github.performer4j.kernels.attention.ClusterFrames;
import io.github.performer4j.kernels.attention.CountFrames;
import io.github.performer4j.kernels.attention.FeatureFrames;
import io.github.performer4j.kernels.attention.Frames;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The frames of a fitted map on a device: chosen on the host in the forward pass, in double arithmetic, from rows or from moments that the device sums, and kept for the backward one. One for each
 * batch item and head; for each head, from moments that the layer keeps; or one for all.
 */
final class HeadFrames {
    private final DeviceRun run;
    private final Op.Attend op;
    private final HeadShape shape;
    private final FittedFeatures map;
    private final int sets;
    private final long length;

    HeadFrames(DeviceRun run, Op.Attend op, HeadShape shape, FittedFeatures map) {
        this.run = run;
        this.op = op;
        this.shape = shape;
        this.map = map;
        length = length(map, shape.draws(), shape.size());
        sets = map.sight() == Sight.NOTHING ? 1 : op.options().keepsStatistics() ? shape.heads() : shape.all();
    }

    private static long length(FittedFeatures map, int columns, int size) {
        return map.parts(columns, size).stream()
                .mapToLong(part -> (long) part[0] * part[1])
                .sum();
    }

    /** Returns what kind of frames a map has, for rows of one column; empty if the device does not know it. */
    static Optional<Frames> layout(FittedFeatures map, int columns) {
        FloatBlock marks = map.marks() ? FloatBlock.allocate(1) : null;
        FloatBlock block = FloatBlock.allocate(length(map, columns, 1));
        Frames frames = map.frames(new FittedFeatures.Memory(block, 1, marks, marks), columns, 1);
        boolean known =
                frames instanceof FeatureFrames || frames instanceof CountFrames || frames instanceof ClusterFrames;
        return known ? Optional.of(frames) : Optional.empty();
    }

    /** Returns what kind of frames they are. */
    Frames layout() {
        return layout(map, shape.draws()).orElseThrow();
    }

    /** Returns how many there are: B·H, H or 1. */
    int sets() {
        return sets;
    }

    /** Returns the number of values of each. */
    long length() {
        return length;
    }

    /** Returns where they lie, one behind the other. */
    long block() {
        return run.kept.room(List.of("frames", op.writes().id()), sets * length);
    }

    /** Returns where the numbers lie that the map gave queries, or keys, int32 [B·H,padded]. */
    long marks(boolean queries) {
        return run.kept.room(List.of("marks", queries, op.writes().id()), (long) shape.all() * padded(queries));
    }

    private int padded(boolean queries) {
        return queries ? shape.paddedQueries() : shape.paddedKeys();
    }

    /**
     * Multiplies rows of all heads with a matrix of their frames.
     *
     * @param a [B·H,m,k]
     * @param offset of the matrix in a frame, [k,n], or [n,k] if transposed
     * @param c written, [B·H,m,n]
     */
    void multiply(int m, int n, int k, long a, long offset, boolean transposed, long c) {
        int each = sets == 1 ? shape.all() : sets;
        for (int first = 0; first < shape.all(); first += each) {
            Product all = Product.of(
                    m,
                    n,
                    k,
                    a + (long) first * m * k * Float.BYTES,
                    block() + offset * Float.BYTES,
                    c + (long) first * m * n * Float.BYTES,
                    each);
            all = transposed ? all.transposingB() : all;
            run.launches.multiply(all.strides((long) m * k, sets == 1 ? 0 : length, (long) m * n));
        }
    }

    /** Chooses frames and writes them to the device. */
    void choose() {
        double[][] w = run.pass.drawn(op);
        IntFunction<Seen> queries = seen(op.q(), 0);
        IntFunction<Seen> keys = seen(op.k(), 1);
        float[] frames = new float[Math.toIntExact(Math.multiplyExact(sets, length))];
        int[] queryMarks = new int[map.marks() ? shape.all() * padded(true) : 0];
        int[] keyMarks = new int[map.marks() ? shape.all() * padded(false) : 0];
        HostRows q = map.marks() ? HostRows.of(run, op.q(), shape.heads()) : null;
        HostRows k = map.marks() ? HostRows.of(run, op.k(), shape.heads()) : null;
        IntStream.range(0, sets).parallel().forEach(i -> {
            Choice choice = map.choose(queries.apply(i), keys.apply(i), w).checked(map, shape.draws(), shape.size());
            int at = Math.toIntExact(i * length);
            for (double[] part : choice.parts()) {
                for (double value : part) {
                    frames[at++] = (float) value;
                }
            }
            if (map.marks()) {
                mark(q, choice.queryMark(), queryMarks, i, padded(true));
                mark(k, choice.keyMark(), keyMarks, i, padded(false));
            }
        });
        run.device.write(block(), frames, 0, frames.length);
        if (map.marks()) {
            run.device.write(marks(true), queryMarks);
            run.device.write(marks(false), keyMarks);
        }
    }

    private void mark(HostRows rows, ToIntFunction<double[]> mark, int[] out, int index, int padded) {
        for (int t = 0; t < rows.tokens(); t++) {
            if (rows.real(index, t)) {
                out[index * padded + t] =
                        mark.applyAsInt(rows.row(index, t, shape.features().scale()));
            }
        }
    }

    /** Returns what is seen of a set's queries (which = 0) or keys (1), by its number. */
    private IntFunction<Seen> seen(Value value, int which) {
        int d = shape.size();
        double scale = shape.features().scale();
        if (map.sight() == Sight.NOTHING) {
            return i -> Seen.of(Moments.none(d));
        }
        if (op.options().keepsStatistics()) {
            Matrix kept = run.pass.host(op.scope() + Op.Attend.STATISTICS);
            int at = which * Moments.sumsLength(d);
            return head -> Seen.of(Moments.ofSums(DoubleRows.row(kept, head), at, d, scale));
        }
        if (map.sight() == Sight.ROWS) {
            HostRows rows = HostRows.of(run, value, shape.heads());
            return i -> Seen.of(rows.visible(i, scale), d);
        }
        double[][] sums = HeadMoments.of(run, value, shape.heads());
        return i -> Seen.of(Moments.ofSums(sums[i], 0, d, scale));
    }
}
