package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.Choice;
import io.github.performer4j.core.feature.FittedFeatures;
import io.github.performer4j.core.feature.FittedRows;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.feature.Seen;
import io.github.performer4j.core.feature.Sight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.nd4j.autodiff.samediff.SDVariable;

/** Lets a fitted map choose its frames from scaled queries and keys, or from what the layer keeps of earlier ones, in double arithmetic. */
final class FitOperation extends HeadsOperation {
    private final FittedFeatures map;
    private final double scale;
    private final boolean kept;

    /** Queries and keys with their frames. */
    record Sides(FittedRows queries, FittedRows keys) {}

    private FitOperation(AttentionInput in, FittedFeatures map, int columns, SDVariable[] inputs, long[][] shapes) {
        super(in, inputs, shapes);
        this.map = map;
        this.scale = map.inputScale(in.headSize(), columns);
        this.kept = in.statistics() != null;
    }

    /**
     * Adds the operation.
     *
     * @param columns M
     * @param q scaled queries, [BH,Tq,D]
     * @param k scaled keys, [BH,Tk,D]
     * @param w projection, [M,D]
     */
    static Sides define(AttentionInput in, FittedFeatures map, int columns, SDVariable q, SDVariable k, SDVariable w) {
        long n = in.batchHeads();
        List<long[]> shapes = new ArrayList<>();
        map.parts(columns, in.headSize()).forEach(part -> shapes.add(new long[] {n, part[0], part[1]}));
        int parts = shapes.size();
        if (map.marks()) {
            shapes.addAll(List.of(new long[] {n, in.tokens(), 1}, new long[] {n, in.keyTokens(), 1}));
        }
        SDVariable[] inputs = map.sight() == Sight.NOTHING
                ? new SDVariable[] {w}
                : in.statistics() == null ? withMasks(in, w, q, k) : new SDVariable[] {w, in.statistics()};
        SDVariable[] out = new FitOperation(in, map, columns, inputs, shapes.toArray(long[][]::new)).outputVariables();
        List<SDVariable> frames = List.of(Arrays.copyOf(out, parts));
        FittedRows queries = new FittedRows(
                in.sd(), q, w, frames, map.marks() ? out[parts] : null, true, n, in.tokens(), in.headSize(), columns);
        return new Sides(queries, queries.keys(k, map.marks() ? out[parts + 1] : null, in.keyTokens()));
    }

    @Override
    protected void compute(double[][] inputs, double[][] outputs) {
        double[][] w = matrix(inputs[0], size);
        int sets = map.sight() == Sight.NOTHING
                ? 1
                : kept ? inputs[1].length / (2 * Moments.sumsLength(size)) : batchHeads;
        Choice[] choices = new Choice[sets]; // of all, of heads, or of batch items and heads
        for (int i = 0; i < sets; i++) {
            choices[i] = map.choose(seen(inputs, 0, i), seen(inputs, 1, i), w).checked(map, w.length, size);
        }
        for (int i = 0; i < batchHeads; i++) {
            Choice choice = choices[i % sets];
            int parts = choice.parts().size();
            for (int p = 0; p < parts; p++) {
                double[] part = choice.parts().get(p);
                System.arraycopy(part, 0, outputs[p], i * part.length, part.length);
            }
            if (map.marks()) {
                mark(queries(inputs, 1), choice.queryMark(), i, outputs[parts]);
                mark(keys(inputs, 2), choice.keyMark(), i, outputs[parts + 1]);
            }
        }
    }

    /** Returns what is seen of queries (which = 0) or keys (1). */
    private Seen seen(double[][] inputs, int which, int index) {
        if (map.sight() == Sight.NOTHING) {
            return Seen.of(Moments.none(size));
        }
        if (kept) {
            int half = Moments.sumsLength(size);
            return Seen.of(Moments.ofSums(inputs[1], (2 * index + which) * half, size, scale));
        }
        HeadRows rows = which == 0 ? queries(inputs, 1) : keys(inputs, 2);
        return Seen.of(rows.visible(index), size);
    }

    private static void mark(HeadRows rows, ToIntFunction<double[]> mark, int index, double[] out) {
        for (int t = 0; t < rows.tokens(); t++) {
            if (rows.real(index, t)) {
                out[index * rows.tokens() + t] = mark.applyAsInt(rows.row(index, t));
            }
        }
    }
}
