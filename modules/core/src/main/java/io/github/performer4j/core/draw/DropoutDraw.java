package io.github.performer4j.core.draw;

import io.github.performer4j.kernels.math.CounterRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Inverted dropout as a mask to multiply with: 0 with probability p, else 1/(1 − p).
 *
 * @param site tells this mask from the layer's others
 * @param probability p, the share of entries that are dropped
 * @param dims shape of the mask
 */
public record DropoutDraw(int site, double probability, long... dims) implements Draw {
    private static final double UNIT = 0x1.0p-32;

    @Override
    public long[] shape() {
        return dims.clone();
    }

    @Override
    public INDArray draw(Key key, DataType type) {
        CounterRandom random = CounterRandom.of(key.seed(), key.layer(), key.iteration(), key.microBatch(), site);
        int length = 1;
        for (long d : dims) {
            length = Math.toIntExact(length * d);
        }
        float kept = (float) (1 / (1 - probability));
        float[] mask = new float[length];
        for (int i = 0; i < length; i += 2) { // two entries of 32 bits from each draw
            long bits = random.nextLong();
            mask[i] = (bits >>> 32) * UNIT < probability ? 0 : kept;
            if (i + 1 < length) {
                mask[i + 1] = (bits & 0xFFFFFFFFL) * UNIT < probability ? 0 : kept;
            }
        }
        return Nd4j.create(mask, dims, 'c').castTo(type);
    }
}
