package io.github.performer4j.core.cpu;

import io.github.performer4j.core.feature.Choice;
import io.github.performer4j.core.feature.FittedFeatures;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.feature.Seen;
import io.github.performer4j.core.feature.Sight;
import io.github.performer4j.core.workspace.DoubleRows;
import io.github.performer4j.core.workspace.FusedMemory.Part;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.attention.Frames;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * The frames of a fitted map in a pass, chosen in double arithmetic in the forward pass and kept in the layer's memory for the backward one: one for each batch item and head, from rows or from moments that
 * kernels take; one for each head, from moments that the layer keeps; or one for all.
 */
final class FusedFit {
    private final FusedPass pass;
    private final FittedFeatures map;
    private final Heads q;
    private final Heads k;
    private final double scale;
    private final Matrix kept;

    /**
     * Makes it for a pass.
     *
     * @param scale of queries and keys
     * @param kept moments that the layer keeps, [H,2(1+D+D²)]; null for those of the sequence
     */
    FusedFit(FusedPass pass, FittedFeatures map, Heads q, Heads k, double scale, Matrix kept) {
        this.pass = pass;
        this.map = map;
        this.q = q;
        this.k = k;
        this.scale = scale;
        this.kept = kept;
    }

    private int sets() {
        return map.sight() == Sight.NOTHING ? 1 : kept != null ? q.heads() : q.batch() * q.heads();
    }

    /**
     * Returns the frames as they are in the layer's memory.
     *
     * @param columns M
     */
    Frames last(int columns) {
        long each = map.parts(columns, q.size()).stream()
                .mapToLong(part -> (long) part[0] * part[1])
                .sum();
        FloatBlock block = pass.block(Part.FRAMES, each * sets());
        var memory = new FittedFeatures.Memory(block, sets(), marks(Part.QUERY_MARKS, q), marks(Part.KEY_MARKS, k));
        Frames frames = map.frames(memory, columns, q.size());
        if (frames.setLength() != each) {
            throw new IllegalStateException("a set of frames must be its map's parts; featureMap=" + map + ", parts="
                    + each + ", set=" + frames.setLength());
        }
        return frames;
    }

    private FloatBlock marks(Part part, Heads x) {
        return map.marks() ? pass.block(part, (long) x.batch() * x.heads() * x.tokens()) : null;
    }

    /**
     * Chooses frames and writes them into the layer's memory.
     *
     * @param w projection, [M,D]
     */
    void choose(Matrix w) {
        Frames frames = last(w.rows());
        double[][] rows = DoubleRows.of(w);
        IntFunction<Seen> queries = seen(pass.queries(), q, Part.MOMENTS_Q, 0);
        IntFunction<Seen> keys = seen(pass, k, Part.MOMENTS_K, 1);
        FloatBlock queryMarks = marks(Part.QUERY_MARKS, q);
        FloatBlock keyMarks = marks(Part.KEY_MARKS, k);
        pass.kernels.tasks(sets(), i -> {
            Seen query = queries.apply(i);
            Seen key = keys.apply(i);
            Choice choice = map.choose(query, key, rows).checked(map, w.rows(), q.size());
            long at = i * frames.setLength();
            for (double[] part : choice.parts()) {
                DoubleRows.write(part, frames.block(), at);
                at += part.length;
            }
            if (map.marks()) {
                mark(pass.queries(), q, query, choice.queryMark(), queryMarks, i);
                mark(pass, k, key, choice.keyMark(), keyMarks, i);
            }
        });
    }

    /** Returns what is seen of a batch item and head, or of a head, by its number. */
    private IntFunction<Seen> seen(FusedPass side, Heads x, Part part, int which) {
        int d = x.size();
        if (map.sight() == Sight.ROWS) {
            return i -> Seen.of(DoubleRows.visible(x, side.mask, i, scale), d);
        }
        if (map.sight() == Sight.NOTHING) {
            return i -> Seen.of(Moments.none(d));
        }
        if (kept != null) {
            int at = which * Moments.sumsLength(d);
            return head -> Seen.of(Moments.ofSums(DoubleRows.row(kept, head), at, d, scale));
        }
        FusedMoments moments = FusedMoments.of(side, part, x);
        return i -> Seen.of(Moments.ofSums(moments.row(i), 0, d, scale));
    }

    /** Writes the number of each token; 0 for padding. */
    private static void mark(
            FusedPass side, Heads x, Seen seen, ToIntFunction<double[]> mark, FloatBlock out, int index) {
        int next = 0;
        for (int t = 0; t < x.tokens(); t++) {
            boolean real = DoubleRows.real(x, side.mask, index, t);
            out.set((long) index * x.tokens() + t, real ? mark.applyAsInt(seen.rows()[next++]) : 0);
        }
    }
}
