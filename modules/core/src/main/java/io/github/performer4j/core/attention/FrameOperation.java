package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.Frame;
import io.github.performer4j.core.feature.FramedFeatures;
import io.github.performer4j.core.feature.Moments;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** Chooses the {@link Frame} of each batch item and head from scaled queries and keys, or from what the layer keeps of earlier ones, in double arithmetic. */
final class FrameOperation extends HostOperation {
    private final FramedFeatures map;
    private final double scale;
    private final boolean kept;

    /** The frames of all batch items and heads: rows [BH,M,D], constants [BH,1,M], coordinates [BH,D,D] or null. */
    record Frames(SDVariable w, SDVariable constants, SDVariable queries, SDVariable keys) {}

    private FrameOperation(AttentionInput in, FramedFeatures map, SDVariable[] inputs, long[][] shapes) {
        super(in, inputs, shapes);
        this.map = map;
        this.scale = map.inputScale(in.headSize(), (int) shapes[0][1]);
        this.kept = in.statistics() != null;
    }

    /**
     * Adds the operation.
     *
     * @param q scaled queries, [BH,Tq,D]
     * @param k scaled keys, [BH,Tk,D]
     * @param w projection, [M,D]
     */
    static Frames define(
            AttentionInput in, FramedFeatures map, int features, SDVariable q, SDVariable k, SDVariable w) {
        long n = in.batchHeads();
        long d = in.headSize();
        List<long[]> shapes = new ArrayList<>(List.of(new long[] {n, features, d}, new long[] {n, 1, features}));
        if (map.ownCoordinates()) {
            shapes.add(new long[] {n, d, d});
            shapes.add(new long[] {n, d, d});
        }
        SDVariable[] inputs = !map.looksAhead()
                ? new SDVariable[] {w}
                : in.statistics() == null ? withMasks(in, w, q, k) : new SDVariable[] {w, in.statistics()};
        SDVariable[] out = new FrameOperation(in, map, inputs, shapes.toArray(long[][]::new)).outputVariables();
        boolean own = map.ownCoordinates();
        return new Frames(out[0], out[1], own ? out[2] : null, own ? out[3] : null);
    }

    @Override
    protected void compute(double[][] inputs, double[][] outputs) {
        double[][] w = matrix(inputs[0], size);
        int sets = !map.looksAhead() ? 1 : kept ? inputs[1].length / (2 * Moments.sumsLength(size)) : batchHeads;
        Frame[] frames = new Frame[sets]; // of batch items and heads, or of heads
        for (int i = 0; i < sets; i++) {
            frames[i] = map.frame(moments(inputs, 0, i), moments(inputs, 1, i), w);
        }
        for (int i = 0; i < batchHeads; i++) {
            Frame frame = frames[i % sets];
            for (int m = 0; m < w.length; m++) {
                System.arraycopy(frame.w()[m], 0, outputs[0], (i * w.length + m) * size, size);
            }
            System.arraycopy(frame.constants(), 0, outputs[1], i * w.length, w.length);
            if (outputs.length > 2) {
                coordinates(frame.queryCoordinates(), outputs[2], i);
                coordinates(frame.keyCoordinates(), outputs[3], i);
            }
        }
    }

    /** Returns the moments of queries (which = 0) or keys (1). */
    private Moments moments(double[][] inputs, int which, int index) {
        if (!map.looksAhead()) {
            return Moments.none(size);
        }
        if (kept) {
            int half = Moments.sumsLength(size);
            return Moments.ofSums(inputs[1], (2 * index + which) * half, size, scale);
        }
        HeadRows all = which == 0 ? queries(inputs, 1) : keys(inputs, 2);
        double[][] rows = all.visible(index);
        return rows.length == 0 ? Moments.none(size) : Moments.of(rows);
    }

    private void coordinates(double[] s, double[] out, int index) {
        for (int l = 0; l < size * size; l++) {
            out[index * size * size + l] = s == null ? (l % (size + 1) == 0 ? 1 : 0) : s[l];
        }
    }
}
