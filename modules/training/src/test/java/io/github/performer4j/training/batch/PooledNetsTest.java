package io.github.performer4j.training.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.layer.MeanOutputLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.training.step.Toy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.listeners.CollectScoresListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Nets that compare sequences, and nets that pool by the last token, in Deeplearning4j's own loops and tools. */
class PooledNetsTest {
    private static final int WIDTH = 14;

    /** What the net predicts, and how it pools. */
    enum Kind {
        PAIRS("mean"),
        PAIRS_LAST("last"),
        CLASSES_LAST("last");

        private final String pooling;

        Kind(String pooling) {
            this.pooling = pooling;
        }

        private boolean pairs() {
            return this != CLASSES_LAST;
        }

        ComputationGraph net(IUpdater updater) {
            PerformerConfig config = PerformerConfig.defaults()
                    .withCausal(pooling.equals("last"))
                    .withVocabulary(Classified.VOCABULARY)
                    .with("maxTokens", 13)
                    .with("attention.heads", 2)
                    .with("width", WIDTH)
                    .with("layers", 1)
                    .with("feedForward.hidden", 17)
                    .with("attention.features", 6)
                    .with("attention.redrawInterval", 0)
                    .with("head.pooling", pooling)
                    .with("dropout", 0);
            Task task = pairs() ? new Similarity(0.5) : new Classification().with(Classified.NAMES, null);
            ComputationGraph net = new ComputationGraph(config.graph(task, updater, 0, 29, DataType.FLOAT));
            net.init();
            return net;
        }

        /** Returns a batch of an even number of rows; where nothing is to be learnt, all labels are hidden. */
        Batch batch(long seed, int rows, boolean learnt) {
            Batch classes = Classified.batch(seed, rows, 0);
            if (!pairs()) {
                boolean[] none = new boolean[rows];
                Column labels = Column.ids(classes.label().ids(), learnt ? null : none, 0, rows, 1);
                return Batch.of(classes.input(), labels, rows);
            }
            int[] labels = IntStream.range(0, 3 * rows)
                    .map(at -> at % 3 == 0 ? (learnt ? at / 3 ^ 1 : Batch.IGNORED) : at % 3 == 1 ? at / 6 : at / 3 % 2)
                    .toArray();
            return Batch.of(classes.input(), Column.ids(labels, null, Batch.IGNORED, rows, 3), rows);
        }

        List<Batch> epoch(long seed, long epoch) {
            long first = 100 * seed + 10 * epoch;
            return List.of(batch(first, 4, true), batch(first + 1, 6, true), batch(first + 2, 4, true));
        }
    }

    private static double[] flat(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').reshape(array.length()).toDoubleVector();
    }

    /** Another task on a body that has been trained: the body stays, bit for bit, and the new head learns at the new rate. */
    @ParameterizedTest
    @EnumSource
    void aNewHeadOnAFrozenBody(Kind kind) {
        ComputationGraph net = kind.net(new Adam(1e-2));
        Classified.fit(net, kind.epoch(1, 0));
        String last = kind.pairs() ? "contrast" : "pool";
        ComputationGraph tuned = new TransferLearning.GraphBuilder(net)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Sgd(0.5))
                        .miniBatch(false)
                        .build())
                .setFeatureExtractor("final-norm")
                .removeVertexAndConnections("head")
                .removeVertexAndConnections(last)
                .addLayer("last", new SequencePoolingLayer(SequencePoolingLayer.Kind.LAST), "final-norm")
                .addLayer(
                        "classes",
                        new MeanOutputLayer.Builder(LossFunction.SPARSE_MCXENT)
                                .activation(Activation.SOFTMAX)
                                .nIn(WIDTH)
                                .nOut(Classified.NAMES.size())
                                .build(),
                        "last")
                .setOutputs("classes")
                .build();
        assertThat(tuned.getLearningRate("classes")).isEqualTo(0.5);
        Batch batch = Classified.batch(3, 8, 2);
        INDArray body = tuned.getParam("block-0_Wq").dup();
        assertThat(flat(body)).isEqualTo(flat(net.getParam("block-0_Wq")));
        double before = tuned.score(Classified.arrays(batch, DataType.FLOAT));
        for (int step = 0; step < 30; step++) {
            tuned.fit(Classified.arrays(batch, DataType.FLOAT));
        }
        assertThat(tuned.score(Classified.arrays(batch, DataType.FLOAT))).isLessThan(0.8 * before);
        for (String name : net.paramTable().keySet()) {
            if (tuned.paramTable().containsKey(name)) {
                assertThat(flat(tuned.getParam(name))).as(name).isEqualTo(flat(net.getParam(name)));
            }
        }
        assertThat(tuned.paramTable()).containsKey("block-0_Wq");
    }

    /**
     * The whole net, at another rate: the next step of plain descent is that much longer. Deeplearning4j M2.1 takes
     * miniBatch for true where a FineTuneConfiguration does not say it, divides by B, and tells no layer: so it must be
     * said, as docs/tasks.md does.
     */
    @ParameterizedTest
    @EnumSource
    void fineTuneConfigurationsReachIt(Kind kind) {
        int rows = 6;
        double[] step = step(kind, kind.net(new Sgd(1e-3)), rows);
        double[] longer = Arrays.stream(step).map(x -> 10 * x).toArray();
        double[] divided = Arrays.stream(longer).map(x -> x / rows).toArray();
        double largest = Arrays.stream(longer).map(Math::abs).max().orElseThrow();
        assertThat(largest).isGreaterThan(1e-4);
        FineTuneConfiguration.Builder rate = new FineTuneConfiguration.Builder().updater(new Sgd(1e-2));
        assertThat(step(kind, tuned(kind, rate), rows)).containsExactly(divided, within(1e-3 * largest));
        assertThat(step(kind, tuned(kind, rate.miniBatch(false)), rows))
                .containsExactly(longer, within(1e-3 * largest));
    }

    private static ComputationGraph tuned(Kind kind, FineTuneConfiguration.Builder configuration) {
        return new TransferLearning.GraphBuilder(kind.net(new Sgd(1e-3)))
                .fineTuneConfiguration(configuration.build())
                .build();
    }

    private static double[] step(Kind kind, ComputationGraph net, int rows) {
        INDArray start = net.params().dup();
        net.fit(Classified.arrays(kind.batch(5, rows, true), DataType.FLOAT));
        return flat(net.params().sub(start));
    }

    /** Two workers that average: the mean of two nets that saw one batch each; see {@link FitThroughIteratorTest}. */
    @ParameterizedTest
    @EnumSource
    void parallelWrapper(Kind kind) throws Exception {
        ComputationGraph net = kind.net(new Sgd(0.1));
        INDArray start = net.params().dup();
        INDArray mean = start.mul(0);
        List<Batch> batches = new ArrayList<>();
        for (long seed : new long[] {1, 2}) {
            ComputationGraph alone = kind.net(new Sgd(0.1));
            Batch batch = kind.batch(seed, 4, true);
            alone.fit(Classified.arrays(batch, DataType.FLOAT));
            mean.addi(alone.params().mul(0.5));
            batches.add(batch);
            batches.add(0, kind.batch(seed + 7, 4, false));
        }
        try (ParallelWrapper wrapper = new ParallelWrapper.Builder<>(net)
                .workers(2)
                .prefetchBuffer(2)
                .averagingFrequency(1)
                .reportScoreAfterAveraging(false)
                .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
                .build()) {
            wrapper.fit(BatchIterator.training(Classified.source(batches.toArray(Batch[]::new)), 3));
        }
        assertThat(flat(net.params())).containsExactly(flat(mean), within(1e-6));
        assertThat(mean.sub(start).amaxNumber().doubleValue()).isGreaterThan(1e-3);
    }

    /** Listeners hear the scores, and early stopping measures the held-out side after each epoch. */
    @ParameterizedTest
    @EnumSource
    void listenersAndEarlyStopping(Kind kind) {
        ComputationGraph expected = kind.net(new Adam(1e-2));
        List<Batch> heldOut = kind.epoch(7, 0);
        List<Double> scores = new ArrayList<>();
        List<Double> held = new ArrayList<>();
        for (int epoch = 0; epoch < 3; epoch++) {
            for (Batch batch : kind.epoch(3, epoch)) {
                expected.fit(Classified.arrays(batch, DataType.FLOAT));
                scores.add(expected.score());
            }
            double sum = 0;
            int rows = 0;
            for (Batch batch : heldOut) {
                sum += batch.size() * expected.score(Classified.arrays(batch, DataType.FLOAT));
                rows += batch.size();
            }
            held.add(sum / rows);
        }
        ComputationGraph net = kind.net(new Adam(1e-2));
        CollectScoresListener listener = new CollectScoresListener(1);
        net.setListeners(listener);
        EarlyStoppingConfiguration<ComputationGraph> stopping = new EarlyStoppingConfiguration.Builder<
                        ComputationGraph>()
                .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
                .scoreCalculator(new DataSetLossCalculator(
                        BatchIterator.evaluation((seed, epoch) -> Toy.stream(kind.epoch(seed, 0)), 7), true))
                .modelSaver(new InMemoryModelSaver<>())
                .build();
        EarlyStoppingResult<ComputationGraph> result = new EarlyStoppingGraphTrainer(
                        stopping,
                        net,
                        BatchIterator.training((seed, epoch) -> Toy.stream(kind.epoch(seed, epoch)), 3),
                        null)
                .fit();
        assertThat(listener.getListScore().toDoubleArray())
                .containsExactly(scores.stream().mapToDouble(score -> score).toArray(), within(1e-12));
        for (int epoch = 0; epoch < 3; epoch++) {
            assertThat(result.getScoreVsEpoch().get(epoch)).isCloseTo(held.get(epoch), within(1e-12));
        }
    }
}
