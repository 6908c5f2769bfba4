package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.machine.WorkerPool;
import io.github.performer4j.kernels.memory.Scratch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs the tasks of a kernel on a pool, or on the calling thread where other callers keep the cores busy already.
 *
 * <p>How the work is cut into tasks depends on shapes only, so results do not depend on the number of threads, bit for bit.
 */
public final class Parallel implements AutoCloseable {
    /** Whether the calling thread does all of its work itself, because it is one of several that share the cores. */
    private static final ThreadLocal<Boolean> ALONE = ThreadLocal.withInitial(() -> false);

    private final WorkerPool pool;
    private final AtomicInteger callers = new AtomicInteger();

    public Parallel(int threads) {
        pool = new WorkerPool("performer4j-kernel", threads);
    }

    /** Sets whether the calling thread runs all tasks of its kernels itself. */
    public static void stayOnThisThread(boolean alone) {
        ALONE.set(alone);
    }

    public static boolean staysOnThisThread() {
        return ALONE.get();
    }

    /** One task of a kernel. */
    @FunctionalInterface
    public interface Task {
        void run(int index, Scratch scratch);
    }

    public int threads() {
        return pool.threads();
    }

    /** Runs tasks 0 … n − 1, each once, in any order, and waits for all of them. */
    public void run(int n, Task task) {
        boolean only = callers.incrementAndGet() == 1;
        try {
            if (n < 2 || pool.threads() == 1 || !only || ALONE.get()) {
                Scratch scratch = Scratch.mine();
                Blas.alone(() -> {
                    for (int i = 0; i < n; i++) {
                        task.run(i, scratch);
                    }
                });
                return;
            }
            AtomicInteger next = new AtomicInteger();
            pool.forEach(Math.min(n, pool.threads()), worker -> {
                Scratch scratch = Scratch.mine();
                Blas.alone(() -> {
                    for (int i = next.getAndIncrement(); i < n; i = next.getAndIncrement()) {
                        task.run(i, scratch);
                    }
                });
                return null;
            });
        } finally {
            callers.decrementAndGet();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
