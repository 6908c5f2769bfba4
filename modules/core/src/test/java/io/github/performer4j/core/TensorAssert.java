package io.github.performer4j.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Comparisons of arrays with one tolerance per type: |actual − expected| ≤ tolerance · max(1, |expected|), entry by entry. */
public final class TensorAssert {
    /** Tolerance of float64. */
    public static final double DOUBLE = 1e-10;
    /** Tolerance of float32. */
    public static final double FLOAT = 1e-4;

    private TensorAssert() {}

    /** Returns the tolerance of a type. */
    public static double tolerance(DataType type) {
        return type == DataType.DOUBLE ? DOUBLE : FLOAT;
    }

    /** Asserts that two arrays of equal shape are close by the tolerance of the first one's type. */
    public static void assertClose(String what, INDArray actual, INDArray expected) {
        assertThat(actual.shape()).as("shape of " + what).isEqualTo(expected.shape());
        assertClose(what, actual, flat(expected));
    }

    /** Asserts that an array is close to numbers in row-major order. */
    public static void assertClose(String what, INDArray actual, double[] expected) {
        double[] a = flat(actual);
        assertThat(a).as("size of " + what).hasSameSizeAs(expected);
        double tolerance = tolerance(actual.dataType());
        int worst = -1;
        double error = 0;
        for (int i = 0; i < a.length; i++) {
            double e = Math.abs(a[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
            if (!(e <= error)) {
                error = e;
                worst = i;
            }
            if (Double.isNaN(e)) {
                break;
            }
        }
        if (!(error <= tolerance)) {
            throw new AssertionError(what + " must be close; tolerance=" + tolerance + ", error=" + error + ", shape="
                    + Arrays.toString(actual.shape()) + ", index=" + worst + ", actual=" + a[worst] + ", expected="
                    + expected[worst]);
        }
    }

    /** Asserts that two arrays are equal bit for bit. */
    public static void assertIdentical(String what, INDArray actual, INDArray expected) {
        assertThat(actual.shape()).as("shape of " + what).isEqualTo(expected.shape());
        double[] a = flat(actual);
        double[] e = flat(expected);
        for (int i = 0; i < a.length; i++) {
            if (Double.doubleToRawLongBits(a[i]) != Double.doubleToRawLongBits(e[i])) {
                throw new AssertionError(
                        what + " must be identical; index=" + i + ", actual=" + a[i] + ", expected=" + e[i]);
            }
        }
    }

    /** Asserts that all entries are finite. */
    public static void assertFinite(String what, INDArray actual) {
        for (double value : flat(actual)) {
            assertThat(Double.isFinite(value))
                    .as(what + " must be finite; value=" + value)
                    .isTrue();
        }
    }

    /** Returns the entries in row-major order. */
    public static double[] flat(INDArray x) {
        return x.isEmpty()
                ? new double[0]
                : x.dup('c').reshape(x.length()).castTo(DataType.DOUBLE).toDoubleVector();
    }
}
