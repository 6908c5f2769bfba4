package io.github.performer4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.DivergedException;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds of local steps in this process: {@code local[64]}. */
class SparkTrainingTest {
    private static final int VALUES = 50_000;

    @TempDir
    static Path folder;

    private static JavaSparkContext spark;
    private static Path proteins;

    @BeforeAll
    static void start() throws IOException {
        spark = Runs.local("local[64]");
        proteins = Runs.proteins(folder.resolve("proteins.fasta"), 100);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** Parameters, updater state and counters; rounds of a length that does not divide the run's. */
    @Test
    void oneWorkerIsAPlainRunBitForBit() throws IOException {
        ComputationGraph plain =
                last(Runs.run(Runs.config(8), proteins, folder.resolve("plain")).execute());
        ComputationGraph rounds = last(run("one", 1, 3).execute());
        assertThat(rounds.params()).isEqualTo(plain.params());
        assertThat(rounds.getUpdater().getStateViewArray())
                .isEqualTo(plain.getUpdater().getStateViewArray());
        assertThat(rounds.getIterationCount()).isEqualTo(plain.getIterationCount());
        assertThat(rounds.getConfiguration().toJson())
                .isEqualTo(plain.getConfiguration().toJson());
        assertThat(RunFolder.open(folder.resolve("one")).metrics().read("evaluation"))
                .extracting(event -> event.path("figures").path("loss").asDouble())
                .last()
                .isEqualTo(RunFolder.open(folder.resolve("plain")).metrics().read("evaluation").stream()
                        .map(event -> event.path("figures").path("loss").asDouble())
                        .reduce((a, b) -> b)
                        .orElseThrow());
    }

    /** Five workers, so that the tree has two levels; the second time stopped after each round. */
    @Test
    void equalNumbersOfWorkersGiveEqualBitsHoweverOftenStopped() throws IOException {
        ComputationGraph whole = last(run("five", 5, 4).execute());
        Path parts = folder.resolve("parts");
        Outcome outcome = Outcome.STOPPED;
        int sessions = 0;
        while (outcome == Outcome.STOPPED) {
            TrainingRun run =
                    Runs.run(Runs.config(8), proteins, parts).resume(true).rounds(new SparkTraining(spark, 5, 4));
            outcome = run.listener(new RunListener() {
                        @Override
                        public void step(Progress progress) {
                            run.requestStop();
                        }
                    })
                    .execute()
                    .outcome();
            sessions++;
        }
        assertThat(sessions).isEqualTo(3); // the last one makes the evaluation that the stop in the last round gave up
        assertThat(RunFolder.open(parts).metrics().read("evaluation"))
                .extracting(event -> event.path("step").asLong())
                .last()
                .isEqualTo(8L);
        ComputationGraph again = last(RunFolder.open(parts));
        assertThat(again.params()).isEqualTo(whole.params());
        assertThat(again.getUpdater().getStateViewArray())
                .isEqualTo(whole.getUpdater().getStateViewArray());
        assertThatThrownBy(() -> Runs.run(Runs.config(8), proteins, parts)
                        .resume(true)
                        .rounds(new SparkTraining(spark, 6, 4))
                        .execute())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a run goes on with the rounds it was begun with; workers=6, checkpoint=5");
    }

    /** The mean of what two workers come to by themselves. */
    @Test
    void aRoundIsTheMeanOfItsWorkers() throws IOException {
        ComputationGraph mean = last(run("mean", 2, 8).execute());
        assertThat(mean.params().isNaN().any()).isFalse();
        ComputationGraph first = alone(0);
        ComputationGraph second = alone(1);
        assertThat(first.params()).isNotEqualTo(second.params());
        assertThat(mean.params()).isEqualTo(first.params().add(second.params()).div(2));
        assertThat(mean.getUpdater().getStateViewArray())
                .isEqualTo(first.getUpdater()
                        .getStateViewArray()
                        .add(second.getUpdater().getStateViewArray())
                        .div(2));
    }

    private ComputationGraph alone(int worker) throws IOException {
        Path path = folder.resolve("alone-" + worker);
        ComputationGraph[] end = new ComputationGraph[1];
        Runs.run(Runs.config(8), proteins, path)
                .rounds(setting -> {
                    WorkerData data = new WorkerData(
                            setting.config().toJson(),
                            proteins.toString(),
                            null,
                            setting.validFraction(),
                            new com.fasterxml.jackson.databind.ObjectMapper()
                                    .writeValueAsString(io.github.performer4j.data.token.TokenizerJson.write(
                                            setting.info().tokenizer())));
                    end[0] = new LocalSteps(data, 2, setting.rates())
                            .run(
                                    worker,
                                    NetState.of(setting.net()),
                                    setting.state().toBytes(),
                                    8)
                            .sum()
                            .net();
                    setting.folder().checkpoint(end[0], setting.state());
                    return new io.github.performer4j.training.run.RoundTraining.Ended(Outcome.STOPPED, setting.state());
                })
                .execute();
        return end[0];
    }

    /** What a worker refuses is told once, in its line, and no task fails. */
    @Test
    void aWorkersFaultIsToldOnce() {
        AtomicInteger failed = new AtomicInteger();
        SparkListener listener = new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                failed.addAndGet(end.taskInfo().successful() ? 0 : 1);
            }
        };
        spark.sc().addSparkListener(listener);
        try {
            assertThatThrownBy(() -> Runs.run(
                                    Runs.config(8)
                                            .withOverride("training.learningRate", "1e30")
                                            .withOverride("training.clipNorm", "0"),
                                    proteins,
                                    folder.resolve("diverging"))
                            .rounds(new SparkTraining(spark, 2, 4))
                            .execute())
                    .isInstanceOf(DivergedException.class)
                    .hasMessageStartingWith("worker 0: step ")
                    .hasMessageNotContaining("\n");
        } finally {
            spark.sc().removeSparkListener(listener);
        }
        assertThat(failed).hasValue(0);
    }

    /**
     * Tasks are killed in the second round: one when it begins, or those that still compute when the first of them has ended. The round is made again, and the run ends as if nothing had been.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRoundThatLosesAWorkerIsRepeated(boolean behindAnother) throws IOException {
        ComputationGraph whole = last(run("calm-" + behindAnother, 3, 4, 24).execute());
        Killer killer = new Killer(behindAnother);
        spark.sc().addSparkListener(killer);
        try {
            ComputationGraph disturbed =
                    last(run("disturbed-" + behindAnother, 3, 4, 24).execute());
            assertThat(disturbed.params()).isEqualTo(whole.params());
        } finally {
            spark.sc().removeSparkListener(killer);
        }
        assertThat(killer.killed).isPositive();
        assertThat(killer.failed).isPositive();
        assertThat(killer.rounds).isGreaterThan(2);
    }

    /** Kills tasks of stages of three workers from the second one on, until one was hit; a task may end first. */
    private static final class Killer extends SparkListener {
        private final boolean behindAnother;
        private final Set<Long> running = new HashSet<>(); // tasks of the stage
        private volatile int rounds;
        private volatile int killed;
        private volatile int failed;
        private int stage = -1;

        Killer(boolean behindAnother) {
            this.behindAnother = behindAnother;
        }

        @Override
        public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
            running.clear();
            stage = submitted.stageInfo().numTasks() == 3
                    ? submitted.stageInfo().stageId()
                    : -1; // else one task that adds
            rounds += stage < 0 ? 0 : 1;
        }

        @Override
        public void onTaskStart(SparkListenerTaskStart start) {
            if (start.stageId() == stage) {
                running.add(start.taskInfo().taskId());
                if (!behindAnother && start.taskInfo().index() == 2) {
                    kill(start.taskInfo().taskId());
                }
            }
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            running.remove(end.taskInfo().taskId());
            if (!end.taskInfo().successful()) {
                failed++;
            } else if (behindAnother && end.stageId() == stage) {
                running.forEach(this::kill);
            }
        }

        private void kill(long task) {
            if (rounds >= 2 && failed == 0) {
                killed++;
                spark.sc().killTaskAttempt(task, true, "test");
            }
        }
    }

    /** What comes back to the driver of a round: one net, whether two workers or 64 trained; and the sum is that of all. */
    @Test
    void theDriversShareDoesNotGrowWithTheWorkers() {
        long two = toDriver(2);
        long many = toDriver(64);
        assertThat(two).isGreaterThan(VALUES * 3L * Float.BYTES);
        assertThat(many - two).as("two=%d, 64=%d", two, many).isBetween(0L, 64 * 200L);
    }

    private static long toDriver(int workers) {
        AtomicLong largest = new AtomicLong();
        AtomicLong sum = new AtomicLong();
        Set<Object> stages = ConcurrentHashMap.newKeySet(); // tasks of an earlier job may be told late
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                start.stageIds().foreach(id -> stages.add(id));
            }

            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                if (end.taskType().equals("ResultTask") && stages.contains(end.stageId())) {
                    largest.accumulateAndGet(end.taskMetrics().resultSize(), Math::max);
                    sum.addAndGet(end.taskMetrics().resultSize());
                }
            }
        };
        spark.sc().addSparkListener(listener);
        try {
            Share all = TreeSum.of(
                    spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers)
                            .map(SparkTrainingTest::share),
                    workers);
            assertThat(all.ends())
                    .extracting(WorkerEnd::batches)
                    .containsExactlyElementsOf(
                            LongStream.range(0, workers).boxed().toList());
            all.sum().divide(workers);
            assertThat(all.sum().mean()).isEqualTo((workers - 1) / 2.0);
            for (int i = 0; i < 100 && sum.get() == 0; i++) {
                pause();
            }
        } finally {
            spark.sc().removeSparkListener(listener);
        }
        assertThat(sum.get()).isEqualTo(largest.get());
        return sum.get();
    }

    /** Parameters and updater state are all the worker's number. */
    private static Share share(int worker) {
        float[] parameters = new float[VALUES];
        float[] updater = new float[2 * VALUES];
        Arrays.fill(parameters, worker);
        Arrays.fill(updater, worker);
        return new Share(
                worker, new NetState("{}", parameters, updater), List.of(new WorkerEnd(0, worker, 10, 5, 1, 1, 1e-3)));
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new SparkTraining(spark, 0, 1))
                .hasMessage("workers and localSteps must be at least 1; workers=0, localSteps=1");
        assertThatThrownBy(() -> run("starved", 60, 1).execute())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("every worker must have a batch of an epoch; workers=60, batches=");
        SparkRules.check();
        for (int java : List.of(11, 24, 25)) {
            assertThatThrownBy(() -> SparkRules.check(java, SparkRules.LINE + ".9", true))
                    .hasMessage("Spark " + SparkRules.LINE + " runs on Java 17 to 23; found=Java " + java);
        }
        assertThatThrownBy(() -> SparkRules.check(17, "3.4.1", true))
                .hasMessage("this build is for Spark " + SparkRules.LINE + " with Scala " + SparkRules.SCALA
                        + "; found=Spark 3.4.1");
        assertThatThrownBy(() -> SparkRules.check(17, null, true)).hasMessageContaining("SPARK_HOME");
        assertThatThrownBy(() -> SparkRules.check(17, SparkRules.LINE + ".0", false))
                .hasMessageContaining("--add-opens");
    }

    private static TrainingRun run(String name, int workers, long localSteps) {
        return run(name, workers, localSteps, 8);
    }

    private static TrainingRun run(String name, int workers, long localSteps, int steps) {
        return Runs.run(Runs.config(steps), proteins, folder.resolve(name))
                .rounds(new SparkTraining(spark, workers, localSteps));
    }

    private static ComputationGraph last(TrainingRun.Result result) throws IOException {
        return last(result.folder());
    }

    private static ComputationGraph last(RunFolder run) throws IOException {
        List<Path> checkpoints = run.checkpoints();
        return ModelFile.load(checkpoints.get(checkpoints.size() - 1)).net();
    }
}
