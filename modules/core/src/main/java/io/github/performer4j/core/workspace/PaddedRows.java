package io.github.performer4j.core.workspace;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Replaces padded tokens by 0; multiplication would not do, because 0 · NaN is NaN. */
public final class PaddedRows {
    private PaddedRows() {}

    /** Returns whether a mask [B,T] hides any token. */
    public static boolean any(INDArray mask) {
        return mask.minNumber().doubleValue() < 0.5;
    }

    /**
     * Writes zeros into the padded tokens of x.
     *
     * @param x [B,T,E] or [B,T], changed in place
     * @param mask 1 for a real token, 0 for padding, [B,T]
     */
    public static void zero(INDArray x, INDArray mask) {
        long tokens = x.size(1);
        double[] real = mask.ravel().toDoubleVector();
        for (long b = 0; b < x.size(0); b++) {
            long from = -1;
            for (long t = 0; t <= tokens; t++) {
                boolean padded = t < tokens && real[Math.toIntExact(b * tokens + t)] < 0.5;
                if (padded && from < 0) {
                    from = t;
                } else if (!padded && from >= 0) {
                    INDArrayIndex[] run = x.rank() == 3
                            ? new INDArrayIndex[] {
                                NDArrayIndex.point(b), NDArrayIndex.interval(from, t), NDArrayIndex.all()
                            }
                            : new INDArrayIndex[] {NDArrayIndex.point(b), NDArrayIndex.interval(from, t)};
                    x.get(run).assign(0);
                    from = -1;
                }
            }
        }
    }
}
