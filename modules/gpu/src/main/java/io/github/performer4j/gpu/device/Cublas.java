package io.github.performer4j.gpu.device;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.FloatByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * cuBLAS: products on one stream. It counts columns first, so that C = A B by rows is Cᵀ = Bᵀ Aᵀ there. Its memory is given to it once, so that products are the same bits each time and can be recorded
 * in graphs.
 */
final class Cublas implements AutoCloseable {
    private static final int FLOAT = 0; // CUDA_R_32F
    private static final int DEFAULT = -1; // CUBLAS_GEMM_DEFAULT
    /** Bytes that it works in: what it would take by itself on compute capability 9.0, the most of all. */
    static final long WORKSPACE = 32L << 20;

    private final NativeLibrary library;
    private final Pointer handle;
    private final Precision precision;

    /**
     * Begins.
     *
     * @param workspace address of {@link #WORKSPACE} bytes
     */
    Cublas(NativeLibrary library, Pointer stream, Precision precision, long workspace) {
        this.library = library;
        this.precision = precision;
        PointerByReference made = new PointerByReference();
        check(call("cublasCreate_v2", made), "cublasCreate");
        handle = made.getValue();
        check(call("cublasSetStream_v2", handle, stream), "cublasSetStream");
        check(call("cublasSetWorkspace_v2", handle, workspace, WORKSPACE), "cublasSetWorkspace");
    }

    private int call(String function, Object... arguments) {
        return library.getFunction(function).invokeInt(arguments);
    }

    private static void check(int status, String function) {
        if (status != 0) {
            throw new DeviceException("cuBLAS fails; call=" + function + ", status=" + status);
        }
    }

    void multiply(Product p) {
        int status = call(
                "cublasGemmStridedBatchedEx",
                handle,
                p.transposeB() ? 1 : 0,
                p.transposeA() ? 1 : 0,
                p.n(),
                p.m(),
                p.k(),
                new FloatByReference(p.alpha()),
                p.b(),
                FLOAT,
                p.strideOfRowsB(),
                p.strideB(),
                p.a(),
                FLOAT,
                p.strideOfRowsA(),
                p.strideA(),
                new FloatByReference(p.beta()),
                p.c(),
                FLOAT,
                p.strideOfRowsC(),
                p.strideC(),
                p.count(),
                precision.computeType(),
                DEFAULT);
        if (status != 0) {
            throw new DeviceException("cuBLAS fails; status=" + status + ", product=" + p);
        }
    }

    @Override
    public void close() {
        check(call("cublasDestroy_v2", handle), "cublasDestroy");
    }
}
