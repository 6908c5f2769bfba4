package io.github.performer4j.benchmarks;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The yardsticks of the machine: the product of two float32 matrices [1024,1024] on one thread, forward by OpenBLAS,
 * and backward, as it were, by the library that our kernels have chosen.
 */
final class Sgemm implements EngineWork {
    private static final int SIZE = 1024;
    private static final double MS_PER_SECOND = 1e3;
    private static final double GIGA = 1e9;

    private final FloatPointer a = filled(0.5f);
    private final FloatPointer b = filled(0.25f);
    private final FloatPointer c = filled(0);
    private final Matrix left = matrix(a);
    private final Matrix right = matrix(b);
    private final Matrix out = matrix(c);
    private final CpuKernels kernels = CpuKernels.shared();

    Sgemm() {
        blas_set_num_threads(1);
    }

    /** Returns the rate of one product in GFLOP/s. */
    static double rate(double milliseconds) {
        return 2.0 * SIZE * SIZE * SIZE / GIGA / (milliseconds / MS_PER_SECOND);
    }

    private static FloatPointer filled(float value) {
        FloatPointer pointer = new FloatPointer((long) SIZE * SIZE);
        for (long i = 0; i < (long) SIZE * SIZE; i++) {
            pointer.put(i, value);
        }
        return pointer;
    }

    private static Matrix matrix(FloatPointer values) {
        return Matrix.of(FloatBlock.wrap(values, (long) SIZE * SIZE), SIZE, SIZE);
    }

    @Override
    public void forward() {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1, a, SIZE, b, SIZE, 0, c, SIZE);
    }

    @Override
    public void backward() {
        kernels.multiply(left, right, 1, 0, out);
    }

    @Override
    public void check(Path folder) {
        throw new UnsupportedOperationException("a product has nothing to compare");
    }
}
