package io.github.performer4j.core.state;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * ND4J's arrays as the kernels see them, without a copy.
 *
 * <p>Whoever wraps an array keeps it reachable as long as the wrapper is in use.
 */
public final class NativeArrays {
    private NativeArrays() {}

    /** Returns whether an array is float32, row-major and without gaps. */
    public static boolean plain(INDArray x) {
        if (x.dataType() != DataType.FLOAT || x.isEmpty()) {
            return false;
        }
        long stride = 1;
        for (int i = x.rank() - 1; i >= 0; i--) {
            if (x.size(i) != 1 && x.stride(i) != stride) {
                return false;
            }
            stride *= x.size(i);
        }
        return true;
    }

    /** Returns the address of the first value. */
    public static long address(INDArray x) {
        return x.data().addressPointer().address();
    }

    /**
     * Wraps an array.
     *
     * @throws IllegalArgumentException if it is not float32, row-major and without gaps
     */
    public static FloatBlock block(INDArray x) {
        if (!plain(x)) {
            throw new IllegalArgumentException("array must be float32, row-major and without gaps; type=" + x.dataType()
                    + ", shape=" + Arrays.toString(x.shape()) + ", strides=" + Arrays.toString(x.stride()));
        }
        FloatPointer pointer = new FloatPointer(new Address(address(x)));
        pointer.capacity(x.length()).limit(x.length());
        return FloatBlock.wrap(pointer, x.length());
    }

    /** Wraps an array as rows of its last dimension; a vector is one row. */
    public static Matrix matrix(INDArray x) {
        int columns = Math.toIntExact(x.size(-1));
        return Matrix.of(block(x), Math.toIntExact(x.length() / columns), columns);
    }

    /** A place in memory that something else owns. */
    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
