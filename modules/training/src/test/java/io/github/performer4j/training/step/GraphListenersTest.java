package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.batch.BatchEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.InvocationType;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.optimize.listeners.CollectScoresListener;
import org.deeplearning4j.optimize.listeners.EvaluativeListener;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.deeplearning4j.optimize.listeners.SleepyTrainingListener;
import org.deeplearning4j.optimize.listeners.TimeIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;

/** Deeplearning4j's own listeners under {@link Trainer}: epochs of three batches unless it says otherwise. */
class GraphListenersTest {
    private static final TrainingConfig CONFIG = TrainingConfig.defaults()
            .withSteps(7)
            .withWarmupSteps(2)
            .withAccumulate(1)
            .withSeed(7);

    @TempDir
    Path folder;

    @Test
    void deeplearning4jsListenersRun() throws IOException {
        ComputationGraph net = Toy.net(CONFIG);
        CollectScoresListener scores = new CollectScoresListener(1);
        net.setListeners(
                new PerformanceListener(1, true),
                new ScoreIterationListener(1),
                new TimeIterationListener(7),
                new SleepyTrainingListener(),
                scores);
        train(net, CONFIG.withAccumulate(2), 3);
        assertThat(scores.getListIteration().toArray()).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void anEvaluationAtTheEndOfAnEpochComesAtTheEndOfAnEpoch() throws IOException {
        ComputationGraph net = Toy.net(CONFIG);
        BatchEncoder.Arrays arrays = Toy.encoder()
                .encode(Toy.batch(CounterRandom.of(1), 1), net.params().dataType());
        DataSet held = new DataSet(arrays.features()[0], arrays.labels()[0]);
        EvaluativeListener ends =
                new EvaluativeListener(held, 1, InvocationType.EPOCH_END, new Evaluation(Toy.VOCABULARY));
        EvaluativeListener starts =
                new EvaluativeListener(held, 1, InvocationType.EPOCH_START, new Evaluation(Toy.VOCABULARY));
        List<String> calls = new ArrayList<>();
        ends.setCallback((listener, model, count, evaluations) -> calls.add("end " + at(model)));
        starts.setCallback((listener, model, count, evaluations) -> calls.add("start " + at(model)));
        net.setListeners(starts, ends);
        train(net, CONFIG, 3);
        assertThat(calls)
                .containsExactly(
                        "start epoch 0, iteration 0",
                        "end epoch 0, iteration 3",
                        "start epoch 1, iteration 3",
                        "end epoch 1, iteration 6",
                        "start epoch 2, iteration 6");
    }

    @Test
    void checkpointsByEpochAreThoseOfTheData() throws IOException {
        ComputationGraph net = Toy.net(CONFIG);
        CheckpointListener checkpoints = new CheckpointListener.Builder(folder.toFile())
                .keepAll()
                .saveEveryNEpochs(1)
                .logSaving(false)
                .build();
        net.setListeners(checkpoints);
        train(net, CONFIG, 3);
        assertThat(checkpoints.availableCheckpoints())
                .extracting(checkpoint -> checkpoint.getEpoch() + " " + checkpoint.getIteration())
                .containsExactly("0 3", "1 6");
        assertThat(CheckpointListener.loadCheckpointCG(folder.toFile(), 1).getIterationCount())
                .isEqualTo(6);
    }

    /** Of two micro-batches, three or seven a step, out of epochs of three: steps across an end, and several ends in a step. */
    @Test
    void aStepBelongsToTheEpochOfItsFirstMicroBatch() throws IOException {
        assertThat(events(2, 4))
                .containsExactly("start 0", "0@0", "1@0", "end 0", "start 1", "2@1", "end 1", "start 2", "3@2");
        assertThat(events(3, 3))
                .containsExactly("start 0", "0@0", "end 0", "start 1", "1@1", "end 1", "start 2", "2@2", "end 2");
        assertThat(events(7, 2))
                .containsExactly(
                        "start 0", "0@0", "end 0", "start 1", "end 1", "start 2", "1@2", "end 2", "start 3", "end 3",
                        "start 4");
    }

    /** Stopped after each step in turn: the listener that hears both parts hears what it hears of the whole. */
    @Test
    void stoppingAndGoingOnNeitherRepeatsNorDropsAnEpoch() throws IOException {
        for (int accumulate : new int[] {1, 2, 7}) {
            TrainingConfig config = CONFIG.withAccumulate(accumulate);
            List<String> whole = new ArrayList<>();
            ComputationGraph straight = Toy.net(config);
            straight.setListeners(log(whole));
            train(straight, config, 3);
            for (long at = 1; at < 7; at++) {
                List<String> parts = new ArrayList<>();
                Toy.Memory memory = new Toy.Memory();
                ComputationGraph first = Toy.net(config);
                first.setListeners(log(parts));
                Trainer trainer = trainer(first, config, 3).store(memory);
                trainer.listener(stopAt(trainer, at));
                assertThat(trainer.train()).isEqualTo(Outcome.STOPPED);
                ComputationGraph second = Toy.net(config);
                second.setListeners(log(parts));
                Trainer resumed = trainer(second, config, 3);
                resumed.restore(memory.net, memory.state);
                resumed.train();
                assertThat(parts)
                        .as("accumulate=%d, stopped after %d", accumulate, at)
                        .isEqualTo(whole);
                assertThat(second.params()).isEqualTo(straight.params());
                assertThat(second.getEpochCount()).isEqualTo(straight.getEpochCount());
            }
        }
    }

    @Test
    void theGraphShowsAllRowsOfTheStep() throws IOException {
        List<Long> rows = new ArrayList<>();
        ComputationGraph net = Toy.net(CONFIG);
        net.setListeners(new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model model) {
                rows.add(((ComputationGraph) model).getInput(0).size(0));
            }

            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                rows.add((long) model.batchSize());
            }
        });
        train(net, CONFIG.withAccumulate(3).withSteps(1), 3);
        long all = 3L * Toy.ROWS * Toy.LENGTH;
        assertThat(rows).containsExactly(all, all);
    }

    @Test
    void rowsOfUnequalLengthArePadded() {
        Batch longer = Toy.batch(
                1, 3, new int[] {5, 6, 7}, new boolean[] {true, true, true}, new int[] {-1, 8, -1}, new int[] {-1, 5, -1
                });
        Batch shorter = Toy.batch(
                2,
                2,
                new int[] {9, 10, 11, 12},
                new boolean[] {true, true, true, false},
                new int[] {7, -1, -1, 6},
                new int[] {2, -1, -1, 11});
        assertThat(Batch.join(List.of(shorter, longer)))
                .isEqualTo(Toy.batch(
                        3,
                        3,
                        new int[] {9, 10, 0, 11, 12, 0, 5, 6, 7},
                        new boolean[] {true, true, false, true, false, false, true, true, true},
                        new int[] {7, -1, -1, -1, 6, -1, -1, 8, -1},
                        new int[] {2, -1, -1, -1, 11, -1, -1, 5, -1}));
    }

    private static List<String> events(int accumulate, int steps) throws IOException {
        TrainingConfig config = CONFIG.withAccumulate(accumulate).withSteps(steps);
        List<String> events = new ArrayList<>();
        ComputationGraph net = Toy.net(config);
        net.setListeners(log(events));
        train(net, config, 3);
        return events;
    }

    private static TrainingListener log(List<String> events) {
        return new BaseTrainingListener() {
            @Override
            public void onEpochStart(Model model) {
                events.add("start " + ((ComputationGraph) model).getEpochCount());
            }

            @Override
            public void onEpochEnd(Model model) {
                events.add("end " + ((ComputationGraph) model).getEpochCount());
            }

            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                events.add(iteration + "@" + epoch);
            }
        };
    }

    private static RunListener stopAt(Trainer trainer, long step) {
        return new RunListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == step) {
                    trainer.requestStop();
                }
            }
        };
    }

    private static void train(ComputationGraph net, TrainingConfig config, int epoch) throws IOException {
        trainer(net, config, epoch).train();
    }

    private static Trainer trainer(ComputationGraph net, TrainingConfig config, int epoch) {
        BatchSource source = (seed, number) -> Toy.stream(IntStream.range(0, epoch)
                .mapToObj(b -> Toy.batch(CounterRandom.of(seed, number, b), 0.9))
                .toList());
        return new Trainer(net, config, source, Toy.encoder());
    }

    private static String at(Model model) {
        ComputationGraph net = (ComputationGraph) model;
        return "epoch " + net.getEpochCount() + ", iteration " + net.getIterationCount();
    }
}
