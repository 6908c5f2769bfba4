package io.github.performer4j.kernels.product;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.OPENBLAS_VERSION;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import io.github.performer4j.kernels.machine.BlasThreads;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * Products by OpenBLAS, or by what {@code org.bytedeco.openblas.load} puts in its place: on every platform that ND4J
 * runs on.
 */
final class OpenBlas implements Products {
    private final ProductLibrary library;

    OpenBlas() {
        String core = BlasThreads.core();
        library = core == null
                ? new ProductLibrary(System.getProperty("org.bytedeco.openblas.load", "BLAS"), "unknown", "unknown")
                : new ProductLibrary(
                        "OpenBLAS", OPENBLAS_VERSION.replace("OpenBLAS", "").strip(), core);
    }

    @Override
    public ProductLibrary library() {
        return library;
    }

    @Override
    public boolean slowWhereLeftIsWide() {
        return false;
    }

    @Override
    public int begin() {
        BlasThreads.begin();
        return 0;
    }

    @Override
    public void end(int before) {
        BlasThreads.end();
    }

    @Override
    public void multiply(
            boolean transposeA, boolean transposeB, Matrix a, Matrix b, int inner, float alpha, float beta, Matrix c) {
        cblas_sgemm(
                CblasRowMajor,
                transposeA ? CblasTrans : CblasNoTrans,
                transposeB ? CblasTrans : CblasNoTrans,
                c.rows(),
                c.columns(),
                inner,
                alpha,
                a.block().pointer(a.offset()),
                a.stride(),
                b.block().pointer(b.offset()),
                b.stride(),
                beta,
                c.block().pointer(c.offset()),
                c.stride());
    }
}
