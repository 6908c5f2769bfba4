package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.DiscreteFeatures;
import io.github.performer4j.core.feature.DiscreteFrame;
import io.github.performer4j.core.feature.Features;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Chooses the {@link DiscreteFrame} of each batch item and head from scaled queries and keys, in double arithmetic. */
final class CountOperation extends HostOperation {
    /** Under the logarithm of padded rows, which may lie below the shift; its reciprocal is finite in float32. */
    private static final double SMALLEST = 1e-30;

    private final DiscreteFeatures map;

    /** The frames of all batch items and heads: counts [BH,M,D], constants [BH,1,M], shift c [BH,1,D], unit s as 1/s [BH,1,1]. */
    record Counts(SDVariable w, SDVariable constants, SDVariable shift, SDVariable inverseUnit) {

        /** Defines the features of scaled rows x, [BH,T,D]: {@code W log((x − c)/s) + const + c·x}. */
        Features features(SameDiff sd, DiscreteFeatures map, SDVariable x) {
            SDVariable positive = sd.nn().relu(x.sub(shift).mul(inverseUnit), 0).add(SMALLEST); // [BH,T,D]
            SDVariable powers = sd.mmul(sd.math().log(positive), w, false, true, false); // [BH,T,M]
            SDVariable shifted = sd.mmul(x, shift, false, true, false); // [BH,T,1]
            return map.define(sd, x, powers.add(constants).add(shifted));
        }
    }

    private CountOperation(AttentionInput in, DiscreteFeatures map, SDVariable[] inputs, long[][] shapes) {
        super(in, inputs, shapes);
        this.map = map;
    }

    /**
     * Adds the operation.
     *
     * @param q scaled queries, [BH,Tq,D]
     * @param k scaled keys, [BH,Tk,D]
     * @param w uniform numbers, [M,D]
     */
    static Counts define(
            AttentionInput in, DiscreteFeatures map, int features, SDVariable q, SDVariable k, SDVariable w) {
        long n = in.batchHeads();
        long d = in.headSize();
        long[][] shapes = {{n, features, d}, {n, 1, features}, {n, 1, d}, {n, 1, 1}};
        SDVariable[] out = new CountOperation(in, map, withMasks(in, q, k, w), shapes).outputVariables();
        return new Counts(out[0], out[1], out[2], out[3]);
    }

    @Override
    protected void compute(double[][] inputs, double[][] outputs) {
        double[][] w = matrix(inputs[2], size);
        HeadRows queries = queries(inputs, 0);
        HeadRows keys = keys(inputs, 1);
        for (int i = 0; i < batchHeads; i++) {
            DiscreteFrame frame = map.frame(queries.visible(i), keys.visible(i), w);
            for (int m = 0; m < w.length; m++) {
                System.arraycopy(frame.counts()[m], 0, outputs[0], (i * w.length + m) * size, size);
            }
            System.arraycopy(frame.constants(), 0, outputs[1], i * w.length, w.length);
            System.arraycopy(frame.shift(), 0, outputs[2], i * size, size);
            outputs[3][i] = 1 / frame.unit();
        }
    }
}
