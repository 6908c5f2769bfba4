package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.Frame;
import io.github.performer4j.core.feature.FramedFeatures;
import io.github.performer4j.core.feature.Moments;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Chooses the {@link Frame} of each batch item and head from scaled queries and keys, in double arithmetic. */
final class FrameOperation extends HostOperation {
    private final FramedFeatures map;

    /** The frames of all batch items and heads: rows [BH,M,D], constants [BH,1,M], coordinates [BH,D,D] or null. */
    record Frames(SDVariable w, SDVariable constants, SDVariable queries, SDVariable keys) {}

    private FrameOperation(AttentionInput in, FramedFeatures map, SDVariable[] inputs, long[][] shapes) {
        super(in.sd(), inputs, in.type(), shapes);
        this.map = map;
    }

    /**
     * Adds the operation.
     *
     * @param q scaled queries, [BH,T,D]
     * @param k scaled keys, [BH,T,D]
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
        SDVariable[] out =
                new FrameOperation(in, map, rows(in, q, k, w), shapes.toArray(long[][]::new)).outputVariables();
        boolean own = map.ownCoordinates();
        return new Frames(out[0], out[1], own ? out[2] : null, own ? out[3] : null);
    }

    @Override
    public void compute(INDArray[] inputs, INDArray[] outputs) {
        double[][] w = inputs[2].toDoubleMatrix();
        int d = w[0].length;
        for (int i = 0; i < inputs[0].size(0); i++) {
            Moments queries = map.looksAhead() ? moments(visible(inputs, 0, i), d) : Moments.none(d);
            Moments keys = map.looksAhead() ? moments(visible(inputs, 1, i), d) : Moments.none(d);
            Frame frame = map.frame(queries, keys, w);
            put(outputs[0].slice(i), Nd4j.create(frame.w()));
            put(outputs[1].slice(i), Nd4j.create(frame.constants()));
            if (outputs.length > 2) {
                coordinates(frame.queryCoordinates(), outputs[2].slice(i));
                coordinates(frame.keyCoordinates(), outputs[3].slice(i));
            }
        }
    }

    private static void coordinates(double[] s, INDArray out) {
        put(out, s == null ? Nd4j.eye(out.size(0)) : Nd4j.create(s));
    }

    private static Moments moments(double[][] rows, int size) {
        return rows.length == 0 ? Moments.none(size) : Moments.of(rows);
    }
}
