package io.github.performer4j.kernels.vector;

import io.github.performer4j.kernels.memory.FloatBlock;
import jdk.incubator.vector.FloatVector;

/** Loads, computes and stores once, so that a JDK whose Vector API differs is found at start and not in training. */
public final class VectorProbe {
    public VectorProbe() {
        FloatBlock block = FloatBlock.allocate(NativeVectors.LANES);
        block.fill(0, NativeVectors.LANES, 1);
        FloatVector v = NativeVectors.load(block.view(0), block.byteIndex(0));
        NativeVectors.store(NativeVectors.exp(v), block.view(0), block.byteIndex(0));
        float last = block.get(NativeVectors.LANES - 1L);
        if (Math.abs(last - Math.E) > 1e-5) {
            throw new IllegalStateException("exp(1) is wrong; value=" + last);
        }
    }

    @Override
    public String toString() {
        return Integer.toString(NativeVectors.LANES);
    }
}
