package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.machine.WorkerException;
import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks of kernels on threads: each once, failures reach the caller, results do not depend on the number of threads. */
@Timeout(30)
class ParallelTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void eachTaskRunsOnceAndRowsAreCoveredOnce(int threads) {
        try (CpuKernels kernels = new CpuKernels(threads)) {
            for (int n : new int[] {0, 1, 2, 63, 1000}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(n + 1);
                kernels.tasks(n, runs::incrementAndGet);
                for (int i = 0; i < n; i++) {
                    assertThat(runs.get(i)).isEqualTo(1);
                }
                AtomicIntegerArray rows = new AtomicIntegerArray(n + 1);
                kernels.rows(n, (block, from, to) -> {
                    assertThat(block).isLessThan(kernels.blocks(n));
                    for (int r = from; r < to; r++) {
                        rows.incrementAndGet(r);
                    }
                });
                for (int r = 0; r < n; r++) {
                    assertThat(rows.get(r)).isEqualTo(1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aFailureReachesTheCallerAndTheNextCallWorks(int threads) {
        try (CpuKernels kernels = new CpuKernels(threads)) {
            IllegalArgumentException failure = new IllegalArgumentException("rule; value=7");
            for (int times = 0; times < 20; times++) {
                assertThatThrownBy(() -> kernels.tasks(40, i -> {
                            if (i == 7) {
                                throw failure;
                            }
                        }))
                        .isSameAs(failure);
                AtomicIntegerArray runs = new AtomicIntegerArray(9);
                kernels.tasks(9, runs::incrementAndGet);
                assertThat(runs.toString()).isEqualTo("[1, 1, 1, 1, 1, 1, 1, 1, 1]");
            }
            assertThatThrownBy(() -> kernels.tasks(3, i -> {
                        throw new AssertionError("error " + i);
                    }))
                    .isInstanceOf(AssertionError.class);
        }
    }

    /** What a kernel wrote to stays as it is once the caller is back, which may use or free it. */
    @Test
    void nothingIsWrittenAfterAnInterruptedCallerIsBack() {
        try (CpuKernels kernels = new CpuKernels(2)) {
            Thread caller = Thread.currentThread();
            AtomicBoolean back = new AtomicBoolean();
            AtomicInteger late = new AtomicInteger();
            assertThatThrownBy(() -> kernels.tasks(2, i -> {
                        caller.interrupt();
                        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
                        while (!back.get() && System.nanoTime() < end) {
                            Thread.onSpinWait();
                        }
                        late.addAndGet(back.get() ? 1 : 0); // stands for a write
                    }))
                    .isInstanceOf(WorkerException.class);
            back.set(true);
            assertThat(Thread.interrupted()).isTrue();
            kernels.tasks(2, i -> {}); // behind those that may run
            assertThat(late).hasValue(0);
        }
    }

    /** A kernel inside a task would wait for its own thread if it asked for workers. */
    @Test
    void tasksInsideTasksRunOnTheirThread() {
        try (CpuKernels kernels = new CpuKernels(2)) {
            AtomicIntegerArray runs = new AtomicIntegerArray(8 * 8);
            kernels.tasks(8, i -> kernels.tasks(8, j -> runs.incrementAndGet(i * 8 + j)));
            for (int i = 0; i < 64; i++) {
                assertThat(runs.get(i)).isEqualTo(1);
            }
        }
    }

    @Test
    void resultsDoNotDependOnThreadsBitForBit() {
        List<double[][]> results = new ArrayList<>();
        for (int threads : new int[] {1, 2, 3}) {
            try (CpuKernels kernels = new CpuKernels(threads)) {
                Matrix x = Grid.normal(1, 701, 131, 1);
                Matrix w = Grid.normal(2, 131, 67, 1);
                Matrix y = Grid.poisoned(701, 67);
                kernels.rows(701, (block, from, to) -> {
                    kernels.multiply(x.rows(from, to), w, 1, 0, y.rows(from, to));
                    kernels.elements().activate(Activation.GELU, y.rows(from, to), y.rows(from, to));
                    kernels.elements().dropout(y.rows(from, to), from, 0.1, 7);
                });
                Matrix dw = Grid.poisoned(131, 67);
                kernels.weightGradients(List.of(new Kernels.WeightGradient(x, y, dw)));
                results.add(Grid.values(dw));
            }
        }
        assertThat(results.get(1)).isDeepEqualTo(results.get(0));
        assertThat(results.get(2)).isDeepEqualTo(results.get(0));
    }
}
