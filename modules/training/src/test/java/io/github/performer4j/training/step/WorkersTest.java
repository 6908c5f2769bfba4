package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.kernels.machine.WorkerException;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.batch.BatchEncoder;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

/** Workers read the parameters and write to the gradient of their caller's graph: however a call ends, none of them runs any more. */
@Timeout(30)
class WorkersTest {
    private static final List<Integer> ITEMS = IntStream.range(0, 40).boxed().toList();

    private final ComputationGraph net = Toy.net(new Sgd(1), 0, DataType.FLOAT);
    private final CountDownLatch back = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();

    @AfterEach
    void noInterruptIsLeft() {
        back.countDown();
        Thread.interrupted();
    }

    /** Runs until the caller is back, or for 100 ms. */
    private void work() {
        begun.incrementAndGet();
        running.incrementAndGet();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
        while (back.getCount() > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        running.decrementAndGet();
    }

    @Test
    void anInterruptedCallerComesBackWhenNoItemIsWorkedOn() {
        Thread caller = Thread.currentThread();
        try (Workers workers = new Workers(net, Toy.encoder(), 2)) {
            assertThatThrownBy(() -> workers.map(ITEMS, (graph, item) -> {
                        caller.interrupt();
                        work();
                        return item;
                    }))
                    .isInstanceOf(WorkerException.class);
            assertThat(running).hasValue(0);
            assertThat(begun.get()).isLessThan(ITEMS.size());
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        }
    }

    @Test
    void aFailureComesWhenNoOtherItemIsWorkedOn() {
        CountDownLatch otherBegan = new CountDownLatch(1);
        try (Workers workers = new Workers(net, Toy.encoder(), 2)) {
            assertThatThrownBy(() -> workers.map(ITEMS, (graph, item) -> {
                        if (item == 0) {
                            await(otherBegan);
                            throw new IllegalStateException("item 0");
                        }
                        otherBegan.countDown();
                        work();
                        return item;
                    }))
                    .hasMessage("item 0");
            assertThat(running).hasValue(0);
            assertThat(begun.get()).isLessThan(ITEMS.size() - 1);
        }
    }

    @Test
    void anInterruptedStepLeavesTheGradientAlone() {
        Thread caller = Thread.currentThread();
        BatchEncoder slow = (batch, type) -> {
            caller.interrupt();
            work();
            return Toy.encoder().encode(batch, type);
        };
        List<Batch> batches = IntStream.range(0, 8)
                .mapToObj(i -> Toy.batch(CounterRandom.of(i), 0.9))
                .toList();
        try (Workers workers = new Workers(net, slow, 2)) {
            Workers.Pending pending = workers.start(batches, 0, 0, null);
            assertThatThrownBy(pending::await).isInstanceOf(WorkerException.class);
            assertThat(running).hasValue(0);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** A step that nobody waited for, because reading the next one ran out of memory. */
    @Test
    void closingWaitsForWhatHasBegun() {
        CountDownLatch itBegan = new CountDownLatch(1);
        BatchEncoder slow = (batch, type) -> {
            itBegan.countDown();
            work();
            return Toy.encoder().encode(batch, type);
        };
        try (Workers workers = new Workers(net, slow, 1)) {
            workers.start(List.of(Toy.batch(CounterRandom.of(1), 0.9)), 0, 0, null);
            await(itBegan);
        }
        assertThat(begun).hasValue(1);
        assertThat(running).hasValue(0);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
