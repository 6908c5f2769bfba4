package io.github.performer4j.core;

import io.github.performer4j.kernels.math.CounterRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Inputs of tests as functions of a seed. */
public final class Samples {
    private Samples() {}

    /** Returns normal numbers of a given standard deviation. */
    public static INDArray gaussian(DataType type, long seed, double deviation, long... shape) {
        CounterRandom random = CounterRandom.of(seed);
        double[] values = new double[size(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation * random.nextGaussian();
        }
        return array(type, values, shape);
    }

    /** Returns uniform ids in [0, bound). */
    public static INDArray ids(DataType type, long seed, int bound, long... shape) {
        CounterRandom random = CounterRandom.of(seed);
        double[] values = new double[size(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(bound);
        }
        return array(type, values, shape);
    }

    /** Returns a mask [B,T]: row b is written as a string of 1 (real) and 0 (padding). */
    public static INDArray mask(DataType type, String... rows) {
        double[] values = new double[rows.length * rows[0].length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows[i / rows[0].length()].charAt(i % rows[0].length()) - '0';
        }
        return array(type, values, rows.length, rows[0].length());
    }

    /** Returns an array of the given numbers in row-major order. */
    public static INDArray array(DataType type, double[] values, long... shape) {
        return Nd4j.create(values, shape, 'c').castTo(type);
    }

    private static int size(long... shape) {
        int n = 1;
        for (long d : shape) {
            n = Math.toIntExact(n * d);
        }
        return n;
    }
}
