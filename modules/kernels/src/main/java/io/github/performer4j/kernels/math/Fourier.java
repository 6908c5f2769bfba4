package io.github.performer4j.kernels.math;

import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * Discrete Fourier transforms of complex arrays of one or more dimensions, whose sizes are powers of two, in place, on the calling thread, by Commons Math. Arrays are [2][Π P_l], real and
 * imaginary part, row-major.
 */
public final class Fourier {
    private Fourier() {}

    /**
     * Returns the least power of two that is not less than a number.
     *
     * @throws IllegalArgumentException if the number is not from 1 to 2^30
     */
    public static int powerOfTwo(int least) {
        if (least < 1 || least > 1 << 30) {
            throw new IllegalArgumentException("a size must be from 1 to 2^30; size=" + least);
        }
        return least == 1 ? 1 : Integer.highestOneBit(least - 1) << 1;
    }

    /** Transforms: {@code X_k = Σ_j x_j e^{−2πi jk/P}} along each dimension. */
    public static void forward(double[][] x, int... sizes) {
        transform(x, TransformType.FORWARD, sizes);
    }

    /** Undoes {@link #forward}. */
    public static void inverse(double[][] x, int... sizes) {
        transform(x, TransformType.INVERSE, sizes);
    }

    private static void transform(double[][] x, TransformType type, int... sizes) {
        int total = x[0].length;
        int stride = 1;
        for (int l = sizes.length - 1; l >= 0; l--) {
            int size = sizes[l];
            if (size == total) {
                FastFourierTransformer.transformInPlace(x, DftNormalization.STANDARD, type);
            } else if (size > 1) {
                lines(x, size, stride, type);
            }
            stride *= size;
        }
    }

    private static void lines(double[][] x, int size, int stride, TransformType type) {
        double[][] line = new double[2][size];
        for (int block = 0; block < x[0].length; block += size * stride) {
            for (int first = block; first < block + stride; first++) {
                for (int i = 0; i < size; i++) {
                    line[0][i] = x[0][first + i * stride];
                    line[1][i] = x[1][first + i * stride];
                }
                FastFourierTransformer.transformInPlace(line, DftNormalization.STANDARD, type);
                for (int i = 0; i < size; i++) {
                    x[0][first + i * stride] = line[0][i];
                    x[1][first + i * stride] = line[1][i];
                }
            }
        }
    }

    /** Multiplies x by y, or by its conjugate, element by element. */
    public static void multiply(double[][] x, double[][] y, boolean conjugate) {
        double sign = conjugate ? -1 : 1;
        for (int i = 0; i < x[0].length; i++) {
            double re = x[0][i];
            double im = x[1][i];
            x[0][i] = re * y[0][i] - sign * im * y[1][i];
            x[1][i] = sign * re * y[1][i] + im * y[0][i];
        }
    }

    /** Adds {@code x·conj(y)} to sums, element by element: the transform of {@code Σ_j x_{j+δ} conj(y_j)}. */
    public static void addCorrelation(double[][] x, double[][] y, double[]... sums) {
        for (int i = 0; i < x[0].length; i++) {
            sums[0][i] += x[0][i] * y[0][i] + x[1][i] * y[1][i];
            sums[1][i] += x[1][i] * y[0][i] - x[0][i] * y[1][i];
        }
    }
}
