package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.batch.BatchIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.SleepyTrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Trainer} against {@code fit}: the same graph, data and steps, and a listener that writes down what it hears and sees. */
class ListenersAsUnderFitTest {
    private static final int EPOCH = 3;
    private static final int EPOCHS = 2;
    private static final TrainingConfig CONFIG = TrainingConfig.defaults()
            .withSteps((long) EPOCH * EPOCHS)
            .withWarmupSteps(2)
            .withClipNorm(0)
            .withWeightDecay(0)
            .withSeed(5);

    /** One micro-batch a step: every call, with counters, batch sizes, inputs, masks, activations, gradients and updates, to the bit. */
    @Test
    void aListenerHearsAndSeesTheSame() throws IOException {
        List<String> fitted = new ArrayList<>();
        ComputationGraph byFit = net();
        byFit.setListeners(recorder(fitted));
        fit(byFit);
        List<String> trained = new ArrayList<>();
        ComputationGraph byTrainer = net();
        byTrainer.setListeners(recorder(trained));
        trainer(byTrainer, CONFIG).train();
        assertThat(trained).isEqualTo(fitted);
        assertThat(trained.get(1)).startsWith("forward 0@0 rows 21 [");
        assertThat(byTrainer.params()).isEqualTo(byFit.params());
    }

    /** Two micro-batches: activations follow one another in their order, whatever thread computed them. */
    @Test
    void activationsOfMicroBatchesAreOneBatch() throws IOException {
        for (int threads : new int[] {1, 2}) {
            List<Map<String, INDArray>> heard = new ArrayList<>();
            ComputationGraph net = net();
            INDArray initial = net.params().dup();
            net.setListeners(new BaseTrainingListener() {
                @Override
                public void onForwardPass(Model model, Map<String, INDArray> activations) {
                    heard.add(activations);
                }
            });
            trainer(net, CONFIG.withAccumulate(2).withSteps(1).withThreads(threads))
                    .train();
            ComputationGraph oracle = net();
            oracle.setParams(initial);
            List<Batch> batches = batches(0).subList(0, 2);
            Map<String, INDArray> expected = oracle.feedForward(
                    Toy.encoder().encode(Batch.join(batches), DataType.DOUBLE).features(), true);
            assertThat(heard).hasSize(1);
            assertThat(heard.get(0).keySet()).containsAll(List.of("block-0", "block-1"));
            heard.get(0)
                    .forEach((vertex, array) -> assertThat(array.equalsWithEps(expected.get(vertex), 1e-12))
                            .as(vertex)
                            .isTrue());
        }
    }

    /** The dashboard's listener stores under both the same scores, means of parameters, gradients, updates and activations. */
    @Test
    void theDashboardsListenerStoresTheSame() throws IOException {
        ComputationGraph byFit = net();
        InMemoryStatsStorage fitted = new InMemoryStatsStorage();
        byFit.setListeners(new StatsListener(fitted, 1), apart());
        fit(byFit);
        ComputationGraph byTrainer = net();
        InMemoryStatsStorage trained = new InMemoryStatsStorage();
        byTrainer.setListeners(new StatsListener(trained, 1), apart());
        trainer(byTrainer, CONFIG).train();
        assertThat(reports(trained)).hasSize(EPOCH * EPOCHS).isEqualTo(reports(fitted));
        assertThat(reports(trained).get(1)).contains("Activations=", "Gradients=", "Updates=", "block-1_W");
    }

    /** Updates are stored by the millisecond. */
    private static TrainingListener apart() {
        return SleepyTrainingListener.builder().timerIteration(3).build();
    }

    private static List<String> reports(InMemoryStatsStorage storage) {
        List<String> lines = new ArrayList<>();
        String session = storage.listSessionIDs().get(0);
        String worker = storage.listWorkerIDsForSession(session).get(0);
        List<Persistable> updates =
                new ArrayList<>(storage.getAllUpdatesAfter(session, StatsListener.TYPE_ID, worker, 0));
        updates.sort(Comparator.comparingInt(update -> ((StatsReport) update).getIterationCount()));
        for (Persistable update : updates) {
            StatsReport report = (StatsReport) update;
            StringBuilder line = new StringBuilder(report.getIterationCount() + " " + report.getScore() + " "
                    + report.getTotalExamples() + " " + report.getTotalMinibatches());
            for (StatsType type : StatsType.values()) {
                line.append(' ').append(type).append('=');
                if (report.getMeanMagnitudes(type) != null) {
                    line.append(new TreeMap<>(report.getMeanMagnitudes(type)));
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static TrainingListener recorder(List<String> calls) {
        return new BaseTrainingListener() {
            @Override
            public void onEpochStart(Model model) {
                calls.add("epoch start " + at(model));
            }

            @Override
            public void onEpochEnd(Model model) {
                calls.add("epoch end " + at(model));
            }

            @Override
            public void onForwardPass(Model model, Map<String, INDArray> activations) {
                calls.add("forward " + at(model) + seen(model) + " " + new TreeMap<>(activations));
            }

            @Override
            public void onGradientCalculation(Model model) {
                calls.add("gradient " + at(model) + seen(model) + " "
                        + new TreeMap<>(model.gradient().gradientForVariable()));
            }

            @Override
            public void onBackwardPass(Model model) {
                calls.add("backward " + at(model) + seen(model) + " " + model.score());
            }

            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                calls.add("done " + iteration + "@" + epoch + " " + at(model) + seen(model) + " " + model.score() + " "
                        + new TreeMap<>(model.gradient().gradientForVariable()) + model.params());
            }
        };
    }

    private static String at(Model model) {
        ComputationGraph net = (ComputationGraph) model;
        return net.getIterationCount() + "@" + net.getEpochCount();
    }

    private static String seen(Model model) {
        ComputationGraph net = (ComputationGraph) model;
        return " rows " + model.batchSize() + " " + Arrays.toString(net.getInputs())
                + Arrays.toString(net.getInputMaskArrays()) + Arrays.toString(net.getLabelMaskArrays());
    }

    private static ComputationGraph net() {
        return Toy.net(CONFIG.updater(), 0, DataType.DOUBLE);
    }

    private static void fit(ComputationGraph net) {
        BatchSource source = (seed, epoch) -> Toy.stream(batches(epoch));
        net.fit(
                BatchIterator.training(source, CONFIG.seed())
                        .withEncoder(Toy.encoder())
                        .withType(DataType.DOUBLE),
                EPOCHS);
    }

    private static Trainer trainer(ComputationGraph net, TrainingConfig config) {
        BatchSource source = (seed, epoch) -> Toy.stream(batches(epoch));
        return new Trainer(net, config, source, Toy.encoder());
    }

    private static List<Batch> batches(long epoch) {
        return IntStream.range(0, EPOCH)
                .mapToObj(b -> Toy.batch(CounterRandom.of(5, epoch, b), 0.9))
                .toList();
    }
}
