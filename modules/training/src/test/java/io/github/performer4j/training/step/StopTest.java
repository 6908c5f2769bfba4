package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.compare.ComparedRun;
import io.github.performer4j.training.compare.Comparison;
import io.github.performer4j.training.run.ShortRuns;
import io.github.performer4j.training.run.TrainingRun;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop is heard whatever the run is at, and leaves what the run that goes on needs. */
class StopTest {
    private static final TrainingConfig CONFIG = TrainingConfig.defaults()
            .withSteps(6)
            .withWarmupSteps(2)
            .withEvalEvery(2)
            .withSeed(7);

    @TempDir
    Path folder;

    @Test
    void aStopBeforeTheDataIsReadLeavesNothing() throws IOException {
        Path data = ShortRuns.text(folder.resolve("data.txt"), 1);
        TrainingRun run = TrainingRun.of(ShortRuns.CONFIG, data, folder.resolve("out"));
        run.requestStop();
        TrainingRun.Result result = run.execute();
        assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(result.folder()).isNull();
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(Thread.interrupted()).as("the caller's own thread").isFalse();
    }

    @Test
    void aStopBeforeTheDataIsReadLeavesARunAsItWas() throws IOException {
        Path data = ShortRuns.text(folder.resolve("data.txt"), 1);
        TrainingRun.of(ShortRuns.steps(2), data, folder.resolve("out")).execute();
        TrainingRun run =
                TrainingRun.of(ShortRuns.steps(4), data, folder.resolve("out")).resume(true);
        run.requestStop();
        TrainingRun.Result result = run.execute();
        assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(result.folder().savedStep()).isEqualTo(2);
        assertThat(result.folder().config()).isEqualTo(ShortRuns.steps(2));
        assertThat(result.model()).exists();
    }

    @Test
    void aStopBeforeAComparisonReadsLeavesNothing() throws IOException {
        Path data = ShortRuns.text(folder.resolve("data.txt"), 1);
        Comparison comparison =
                Comparison.of(List.of(new ComparedRun("one", 1, ShortRuns.CONFIG)), data, folder.resolve("out"));
        comparison.requestStop();
        assertThat(comparison.execute()).isEmpty();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** Someone else's interrupt is no stop: it is told, and stays. */
    @Test
    void anInterruptOfTheCallerIsTold() throws IOException {
        Path data = ShortRuns.text(folder.resolve("data.txt"), 1);
        TrainingRun run = TrainingRun.of(ShortRuns.CONFIG, data, folder.resolve("out"));
        Thread.currentThread().interrupt();
        assertThatThrownBy(run::execute).isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** Of three evaluations, each in turn is given up at its second batch, the last one of the run included. */
    @Test
    void anEvaluationUnderWayIsGivenUpAndMadeUpFor() throws IOException {
        Toy.Memory whole = new Toy.Memory();
        ComputationGraph straight = Toy.net(CONFIG);
        Toy.trainer(straight, CONFIG)
                .evaluator(evaluator(Toy.source(5)))
                .store(whole)
                .train();
        assertThat(whole.evaluations).containsExactly(2L, 4L, 6L);
        for (int evaluation = 1; evaluation <= 3; evaluation++) {
            Toy.Memory memory = new Toy.Memory();
            Trainer[] trainer = {Toy.trainer(Toy.net(CONFIG), CONFIG)};
            int nth = evaluation;
            AtomicInteger opened = new AtomicInteger();
            BatchSource stopping = (seed, epoch) -> {
                boolean now = opened.incrementAndGet() == nth;
                return before(Toy.source(5).open(seed, epoch), 2, () -> {
                    if (now) {
                        trainer[0].requestStop();
                    }
                });
            };
            trainer[0].evaluator(evaluator(stopping)).store(memory);
            assertThat(trainer[0].train()).isEqualTo(Outcome.STOPPED);
            assertThat(memory.evaluations).hasSize(nth - 1);
            assertThat(memory.state.step()).isEqualTo(2L * nth);

            ComputationGraph net = Toy.net(CONFIG);
            Trainer resumed =
                    Toy.trainer(net, CONFIG).evaluator(evaluator(Toy.source(5))).store(memory);
            resumed.restore(memory.net, memory.state);
            assertThat(resumed.train()).isEqualTo(Outcome.FINISHED);
            assertThat(memory.evaluations).isEqualTo(whole.evaluations);
            assertThat(memory.state.bestFigure()).isEqualTo(whole.state.bestFigure());
            assertThat(net.params()).isEqualTo(straight.params());
        }
    }

    /** A run far into an epoch of a corpus on disk reads for long before its first step. */
    @Test
    void passingOverBatchesHearsAStop() throws IOException {
        AtomicInteger passed = new AtomicInteger();
        BatchSource endless = (seed, epoch) -> new BatchStream() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Batch next() {
                throw new AssertionError("read after a stop");
            }

            @Override
            public long skip(long batches) {
                passed.addAndGet((int) batches);
                return batches;
            }

            @Override
            public void close() {}
        };
        try (BatchFeed feed = new BatchFeed(endless, 1, 1, 0, 1_000_000_000_000L, () -> passed.get() >= 1000)) {
            assertThat(passed.get()).isBetween(1000, 2000);
        }
    }

    private static Evaluator evaluator(BatchSource source) {
        return new Evaluator(source, Toy.scorer(), 99, 1000, Toy.encoder());
    }

    /** Acts before a batch of a stream is given out, counted from 1. */
    private static BatchStream before(BatchStream stream, int batch, Runnable act) {
        int[] given = new int[1];
        return new BatchStream() {
            @Override
            public boolean hasNext() {
                return stream.hasNext();
            }

            @Override
            public Batch next() {
                if (++given[0] == batch) {
                    act.run();
                }
                return stream.next();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }
}
