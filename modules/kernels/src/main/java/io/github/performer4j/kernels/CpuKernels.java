package io.github.performer4j.kernels;

import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.Carried;
import io.github.performer4j.kernels.attention.LinearAttentionKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.attention.MomentsKernel;
import io.github.performer4j.kernels.attention.PlainAttentionElements;
import io.github.performer4j.kernels.exact.ExactAttentionKernel;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.exact.PrefixAttentionKernel;
import io.github.performer4j.kernels.exact.PrefixAttentionSpec;
import io.github.performer4j.kernels.layer.LayerElements;
import io.github.performer4j.kernels.layer.PlainLayerElements;
import io.github.performer4j.kernels.machine.KernelProperties;
import io.github.performer4j.kernels.machine.Precision;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;
import io.github.performer4j.kernels.product.LayerProducts;
import io.github.performer4j.kernels.product.Parallel;
import io.github.performer4j.kernels.product.ProductChoice;
import io.github.performer4j.kernels.product.ProductLibrary;
import io.github.performer4j.kernels.product.RowWeights;
import io.github.performer4j.kernels.product.Transposes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/**
 * {@link Kernels} on the processor: single-threaded products and vector code inside own worker threads.
 *
 * <p>Work is cut so that what a task touches stays in its core's cache. Where several threads call at once (a trainer with replicas), each
 * works on its own thread only.
 */
public final class CpuKernels implements Kernels, AutoCloseable {
    private static final int SMALLEST_BLOCK = 64;
    private static final int LARGEST_BLOCK = 512;
    /** Blocks that rows are cut into while they are few. */
    private static final int BLOCKS = 8;

    private final Parallel parallel;
    private final LayerElements elements;
    private final LinearAttentionKernel linear;
    private final ExactAttentionKernel exact;
    private final PrefixAttentionKernel prefix;
    private final MomentsKernel moments;
    private final WeightGradients gradients;
    private final LayerProducts products;
    private final CpuKernels inFloat32; // null for itself

    /**
     * Starts the worker threads; products are in float32.
     *
     * @param threads positive
     */
    public CpuKernels(int threads) {
        this(threads, Precision.FLOAT32);
    }

    /**
     * Starts the worker threads.
     *
     * @param threads positive
     * @param precision of products with weights
     * @throws IllegalArgumentException if the precision cannot be had here
     */
    public CpuKernels(int threads, Precision precision) {
        this(LayerProducts.of(precision), precision == Precision.FLOAT32 ? null : new CpuKernels(threads), threads);
    }

    /**
     * Makes kernels beside those in float32, on the same threads, or the first.
     *
     * @param inFloat32 null for the first
     */
    private CpuKernels(LayerProducts products, CpuKernels inFloat32, int threads) {
        this.inFloat32 = inFloat32;
        this.products = products;
        parallel = inFloat32 == null ? new Parallel(threads) : inFloat32.parallel;
        elements = Simd.choose(LayerElements.class, new PlainLayerElements(), "VectorLayerElements");
        AttentionElements attention =
                Simd.choose(AttentionElements.class, new PlainAttentionElements(), "VectorAttentionElements");
        linear = new LinearAttentionKernel(parallel, attention);
        exact = new ExactAttentionKernel(parallel, attention);
        prefix = new PrefixAttentionKernel(parallel, attention, linear);
        moments = new MomentsKernel(parallel, attention);
        gradients = new WeightGradients(parallel, products, products.slowWhereLeftIsWide());
    }

    /**
     * The kernels of the process; not made in a class's initialiser, where a bad property would become another class's
     * missing definition.
     */
    private static volatile CpuKernels shared;

    /** Beside them, on their threads, those of other precisions. */
    private static final Map<Precision, CpuKernels> OTHERS = new ConcurrentHashMap<>();

    /**
     * Returns the kernels that the layers share: {@code performer4j.threads} threads, by default one for each core, and products in {@code
     * performer4j.precision}, float32 by default.
     *
     * @throws IllegalArgumentException if a property has a bad value, see {@link KernelProperties}, or the precision cannot be had here
     */
    public static CpuKernels shared() {
        CpuKernels exact = exactShared();
        Precision precision = KernelProperties.precision();
        if (precision == Precision.FLOAT32) {
            return exact;
        }
        return OTHERS.computeIfAbsent(
                precision, wanted -> new CpuKernels(LayerProducts.of(wanted), exact, exact.threads()));
    }

    /**
     * Checks that a precision can be had here.
     *
     * @throws IllegalArgumentException if it cannot
     */
    public static void require(Precision precision) {
        LayerProducts.of(precision);
    }

    private static CpuKernels exactShared() {
        if (shared == null) {
            synchronized (CpuKernels.class) {
                if (shared == null) {
                    KernelProperties.vector(); // before Simd reads it in its initialiser
                    shared = new CpuKernels(KernelProperties.threads());
                }
            }
        }
        return shared;
    }

    /** Returns whether the Vector API is in use; else the element-wise part is plain Java. */
    public static boolean vectorized() {
        return Simd.available();
    }

    /**
     * Returns what multiplies matrices in this process.
     *
     * @throws IllegalArgumentException if {@value KernelProperties#PRODUCTS} names no library, or one that cannot be had
     */
    public static ProductLibrary products() {
        return ProductChoice.get().library();
    }

    /**
     * Sets whether the calling thread runs its kernels alone: for threads that are many already, each with a net of its own. Results are the
     * same either way, bit for bit.
     *
     * @param alone false, as every thread begins, to share the work with the workers
     */
    public static void stayOnThisThread(boolean alone) {
        Parallel.stayOnThisThread(alone);
    }

    /** Runs work whose kernels the calling thread runs alone, as {@link #stayOnThisThread} says, and then as before: for work too small to share. */
    public static void onThisThread(Runnable work) {
        boolean before = Parallel.staysOnThisThread();
        Parallel.stayOnThisThread(true);
        try {
            Blas.alone(work);
        } finally {
            Parallel.stayOnThisThread(before);
        }
    }

    @Override
    public Kernels exact() {
        return inFloat32 == null ? this : inFloat32;
    }

    @Override
    public int threads() {
        return parallel.threads();
    }

    @Override
    public LayerElements elements() {
        return elements;
    }

    @Override
    public int blocks(int rows) {
        int size = size(rows);
        return (rows + size - 1) / size;
    }

    /** The smallest blocks up to {@value #BLOCKS} of them, then as many until the largest blocks are more. */
    @Override
    public int mostBlocks(int rows) {
        int small = (rows + SMALLEST_BLOCK - 1) / SMALLEST_BLOCK;
        int large = (rows + LARGEST_BLOCK - 1) / LARGEST_BLOCK;
        return Math.max(Math.min(BLOCKS, small), large);
    }

    private static int size(int rows) {
        int even = (rows + BLOCKS - 1) / BLOCKS;
        int rounded = (even + SMALLEST_BLOCK - 1) / SMALLEST_BLOCK * SMALLEST_BLOCK;
        return Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, rounded));
    }

    @Override
    public void rows(int rows, RowTask task) {
        int size = size(rows);
        parallel.run(blocks(rows), (i, scratch) -> task.run(i, i * size, Math.min(rows, (i + 1) * size)));
    }

    @Override
    public void tasks(int n, IntConsumer task) {
        parallel.run(n, (i, scratch) -> task.accept(i));
    }

    @Override
    public void multiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        products.multiply(a, b, alpha, beta, c);
    }

    @Override
    public void multiplyTransposed(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        products.multiplyTransposed(a, b, alpha, beta, c);
    }

    @Override
    public void transposedMultiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        products.transposedMultiply(a, b, alpha, beta, c);
    }

    @Override
    public long packedLength(int rows, int columns) {
        return products.packedLength(rows, columns);
    }

    @Override
    public RowWeights rows(Matrix w) {
        return products.rows(w);
    }

    @Override
    public void pack(List<Factor> factors) {
        parallel.run(factors.size(), (i, scratch) -> {
            Factor factor = factors.get(i);
            products.pack(factor.w(), factor.transposed(), factor.packed());
        });
    }

    @Override
    public void multiply(Matrix a, Factor b, float beta, Matrix c) {
        if (b.rows() != null && a.rows() == 1) {
            products.multiply(a, b.rows(), beta, c);
        } else if (b.packed() != null) {
            products.multiplyPacked(a, b.w(), b.transposed(), b.packed(), beta, c);
        } else if (b.transposed()) {
            multiplyTransposed(a, b.w(), 1, beta, c);
        } else {
            multiply(a, b.w(), 1, beta, c);
        }
    }

    @Override
    public void weightGradients(List<WeightGradient> products) {
        gradients.compute(products);
    }

    @Override
    public void transpose(List<Transpose> matrices) {
        List<Transpose> parts = new ArrayList<>(); // of TILE columns
        for (Transpose whole : matrices) {
            whole.out().require("out", whole.x().columns(), whole.x().rows());
            for (int from = 0; from < whole.x().columns(); from += Transposes.TILE) {
                int to = Math.min(whole.x().columns(), from + Transposes.TILE);
                parts.add(new Transpose(whole.x().columns(from, to), whole.out().rows(from, to)));
            }
        }
        parallel.run(
                parts.size(),
                (i, scratch) ->
                        Transposes.transpose(parts.get(i).x(), parts.get(i).out(), scratch));
    }

    @Override
    public void moments(Heads x, FloatBlock mask, Matrix out) {
        moments.moments(x, mask, out);
    }

    @Override
    public long saved(LinearAttentionSpec spec) {
        return linear.saved(spec);
    }

    @Override
    public long attend(LinearAttentionSpec spec, Carried carried, Heads out, FloatBlock saved) {
        return linear.forward(spec, carried, out, saved);
    }

    @Override
    public void attendBackward(
            LinearAttentionSpec spec,
            Carried carried,
            Heads out,
            FloatBlock saved,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw,
            Heads da) {
        linear.backward(spec, carried, out, saved, error, dq, dk, dv, dw, da);
    }

    @Override
    public long saved(ExactAttentionSpec spec) {
        return exact.saved(spec);
    }

    @Override
    public void attend(ExactAttentionSpec spec, Heads out, FloatBlock saved) {
        exact.forward(spec, out, saved);
    }

    @Override
    public void attendBackward(
            ExactAttentionSpec spec, Heads out, FloatBlock saved, Heads error, Heads dq, Heads dk, Heads dv) {
        exact.backward(spec, out, saved, error, dq, dk, dv);
    }

    @Override
    public long saved(PrefixAttentionSpec spec) {
        return prefix.saved(spec);
    }

    @Override
    public long attend(PrefixAttentionSpec spec, Heads out, FloatBlock saved) {
        return prefix.forward(spec, out, saved);
    }

    @Override
    public void attendBackward(
            PrefixAttentionSpec spec,
            Heads out,
            FloatBlock saved,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw) {
        prefix.backward(spec, out, saved, error, dq, dk, dv, dw);
    }

    /** Ends the worker threads. */
    @Override
    public void close() {
        parallel.close();
    }
}
