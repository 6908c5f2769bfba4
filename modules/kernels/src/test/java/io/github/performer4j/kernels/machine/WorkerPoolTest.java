package io.github.performer4j.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.AbstractList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class WorkerPoolTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void resultsComeInTheOrderOfTheTasks(int threads) {
        try (WorkerPool pool = new WorkerPool("test", threads)) {
            CountDownLatch lastIsDone = new CountDownLatch(threads == 1 ? 0 : 1);
            List<Integer> results = pool.forEach(2, i -> {
                if (i == 0) {
                    await(lastIsDone); // the first task ends last
                } else {
                    lastIsDone.countDown();
                }
                return i;
            });
            assertThat(results).containsExactly(0, 1);
            assertThat(pool.forEach(97, i -> i * i))
                    .isEqualTo(IntStream.range(0, 97).mapToObj(i -> i * i).toList());
            assertThat(pool.<Integer>forEach(0, i -> i)).isEmpty();
            assertThat(pool.<String>forEach(1, i -> null)).containsExactly((String) null);
        }
    }

    @Test
    void threadsAreDaemonsWorkAtTheSameTimeAndAreNoMoreThanAsked() {
        try (WorkerPool pool = new WorkerPool("kernel", 3)) {
            CyclicBarrier together = new CyclicBarrier(3);
            Set<String> names = ConcurrentHashMap.newKeySet();
            List<Boolean> daemons = pool.forEach(30, i -> {
                if (i < 3) {
                    meet(together); // passes only if three tasks run at once
                }
                names.add(Thread.currentThread().getName());
                return Thread.currentThread().isDaemon();
            });
            assertThat(daemons).containsOnly(true);
            assertThat(names).isSubsetOf("kernel-0", "kernel-1", "kernel-2");
            assertThat(pool.threads()).isEqualTo(3);
        }
    }

    @Test
    void aPoolOfOneRunsInTheCallersThread() {
        try (WorkerPool pool = new WorkerPool("test", 1)) {
            assertThat(pool.forEach(5, i -> Thread.currentThread())).containsOnly(Thread.currentThread());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theExceptionOfTheFirstTaskThatFailsReachesTheCaller(int threads) {
        try (WorkerPool pool = new WorkerPool("test", threads)) {
            assertThatThrownBy(() -> pool.forEach(10, i -> {
                        if (i == 3) {
                            throw new IllegalArgumentException("task must not fail; task=" + i);
                        }
                        return i;
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("task must not fail; task=3");
            assertThatThrownBy(() -> pool.forEach(2, i -> {
                        throw new StackOverflowError("deep");
                    }))
                    .isInstanceOf(StackOverflowError.class);
            Callable<String> checked = () -> {
                throw new IOException("disk is full");
            };
            assertThatThrownBy(() -> pool.run(List.of(checked)))
                    .isInstanceOf(WorkerException.class)
                    .hasMessageContaining("disk is full")
                    .hasCauseInstanceOf(IOException.class);
            assertThat(pool.forEach(3, i -> i)).as("the pool lives on").containsExactly(0, 1, 2);
        }
    }

    @RepeatedTest(5)
    void aFailureIsReportedOnlyAfterTasksThatHaveBegunHaveEnded() {
        try (WorkerPool pool = new WorkerPool("test", 2)) {
            CountDownLatch slowBegan = new CountDownLatch(1);
            AtomicInteger ended = new AtomicInteger();
            assertThatThrownBy(() -> pool.forEach(2, i -> {
                        if (i == 0) {
                            await(slowBegan);
                            throw new IllegalStateException("first");
                        }
                        slowBegan.countDown();
                        pause();
                        return ended.incrementAndGet();
                    }))
                    .hasMessage("first");
            assertThat(ended).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aClosedPoolRefusesTasksAndEndsItsThreads(int threads) throws InterruptedException {
        WorkerPool pool = new WorkerPool("closing", threads);
        List<Thread> used = pool.forEach(4, i -> Thread.currentThread());
        pool.close();
        pool.close();
        assertThatThrownBy(() -> pool.forEach(1, i -> i)).hasMessage("the pool is closed; threads=" + threads);
        for (Thread thread : used) {
            if (thread != Thread.currentThread()) {
                thread.join(TimeUnit.SECONDS.toMillis(5));
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }

    @Test
    void anInterruptedCallerStopsWaitingAndStaysInterrupted() {
        try (WorkerPool pool = new WorkerPool("test", 2)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> pool.forEach(2, i -> {
                        pause();
                        return i;
                    }))
                    .isInstanceOf(WorkerException.class)
                    .hasMessage("interrupted while waiting for workers; tasks=2");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Tasks write to their caller's memory, so a caller must not be back while one runs. */
    @Test
    void anInterruptedCallerComesBackWhenNoTaskRuns() {
        try (WorkerPool pool = new WorkerPool("test", 2)) {
            Thread caller = Thread.currentThread();
            CyclicBarrier bothBegan = new CyclicBarrier(2, caller::interrupt);
            CountDownLatch back = new CountDownLatch(1);
            AtomicInteger begun = new AtomicInteger();
            AtomicInteger running = new AtomicInteger();
            assertThatThrownBy(() -> pool.forEach(40, i -> {
                        running.incrementAndGet();
                        if (begun.incrementAndGet() <= 2) {
                            meet(bothBegan);
                        }
                        within(back, 100);
                        return running.decrementAndGet();
                    }))
                    .isInstanceOf(WorkerException.class)
                    .hasMessage("interrupted while waiting for workers; tasks=40");
            assertThat(running).as("tasks that run").hasValue(0);
            back.countDown();
            assertThat(begun.get()).as("tasks that had not begun are left out").isBetween(2, 39);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(pool.forEach(3, i -> i)).as("the pool lives on").containsExactly(0, 1, 2);
        }
    }

    /** The failure says more than the interrupt, of which the flag tells. */
    @Test
    void aFailureReachesAnInterruptedCaller() {
        try (WorkerPool pool = new WorkerPool("test", 2)) {
            Thread caller = Thread.currentThread();
            assertThatThrownBy(() -> pool.forEach(2, i -> {
                        caller.interrupt();
                        pause();
                        throw new IllegalStateException("task");
                    }))
                    .hasMessage("task");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** A pool that another thread closes while tasks are handed out refuses the rest, and those that have begun end first. */
    @Test
    void aPoolThatIsClosedMeanwhileLeavesNoTaskRunning() {
        WorkerPool pool = new WorkerPool("test", 2);
        CountDownLatch back = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        List<Callable<Integer>> tasks = new AbstractList<>() {
            @Override
            public Callable<Integer> get(int index) {
                if (index == 1) {
                    await(began);
                    pool.close();
                }
                return () -> {
                    running.incrementAndGet();
                    began.countDown();
                    within(back, 100);
                    return running.decrementAndGet();
                };
            }

            @Override
            public int size() {
                return 2;
            }
        };
        assertThatThrownBy(() -> pool.run(tasks)).hasMessage("the pool was closed while tasks waited; threads=2");
        assertThat(running).as("tasks that run").hasValue(0);
        back.countDown();
    }

    @Test
    void wrongNumbersAreRefused() {
        assertThatThrownBy(() -> new WorkerPool("test", 0)).hasMessage("threads must be positive; threads=0");
        try (WorkerPool pool = new WorkerPool("test", 2)) {
            assertThatThrownBy(() -> pool.forEach(-1, i -> i)).hasMessage("number of tasks must not be negative; n=-1");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(5, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a latch, no longer than some milliseconds, whatever interrupts. */
    private static void within(CountDownLatch latch, long milliseconds) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        while (latch.getCount() > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
