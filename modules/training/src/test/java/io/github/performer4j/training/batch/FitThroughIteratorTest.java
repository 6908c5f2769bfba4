package io.github.performer4j.training.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.task.Classification;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** What Deeplearning4j's loops make of our batches is what fitting them one by one makes. */
class FitThroughIteratorTest {
    private static final long SEED = 3;

    private static double[] flat(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').reshape(array.length()).toDoubleVector();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threeEpochsAreThoseOfFitBatchByBatch(boolean asDataSets) {
        ComputationGraph expected = Classified.net(new Adam(1e-2), DataType.FLOAT);
        ComputationGraph net = Classified.net(new Adam(1e-2), DataType.FLOAT);
        BatchIterator batches = BatchIterator.training(Classified.source(), SEED);
        for (int epoch = 0; epoch < 3; epoch++) {
            Classified.fit(expected, Classified.epoch(SEED, epoch));
        }
        if (asDataSets) {
            net.fit(batches.asDataSets(), 3);
        } else {
            net.fit(batches, 3);
        }
        assertThat(flat(net.params())).isEqualTo(flat(expected.params()));
        assertThat(net.getEpochCount()).isEqualTo(3);
        assertThat(batches.epoch()).isEqualTo(2);
    }

    /** Continued from its number of epochs, a run is that which was never stopped. */
    @Test
    void beginsWhereANetStopped() {
        ComputationGraph expected = Classified.net(new Sgd(0.1), DataType.FLOAT);
        expected.fit(BatchIterator.training(Classified.source(), SEED), 3);
        ComputationGraph net = Classified.net(new Sgd(0.1), DataType.FLOAT);
        net.fit(BatchIterator.training(Classified.source(), SEED), 2);
        net.fit(BatchIterator.training(Classified.source(), SEED).from(net.getEpochCount()));
        assertThat(flat(net.params())).isEqualTo(flat(expected.params()));
    }

    /**
     * Its losses are those of the held-out batches, weighed by rows, after each epoch of training; none is lost to
     * the reset it begins with.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void earlyStopping(boolean asDataSets) {
        List<Batch> heldOut = Classified.epoch(7, 0);
        BatchIterator valid = BatchIterator.evaluation(Classified.source(), 7);
        BatchIterator train = BatchIterator.training(Classified.source(), SEED);
        ComputationGraph net = Classified.net(new Adam(1e-2), DataType.FLOAT);
        EarlyStoppingConfiguration<ComputationGraph> stopping = new EarlyStoppingConfiguration.Builder<
                        ComputationGraph>()
                .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
                .scoreCalculator(
                        asDataSets
                                ? new DataSetLossCalculator(valid.asDataSets(), true)
                                : new DataSetLossCalculator(valid, true))
                .modelSaver(new InMemoryModelSaver<>())
                .build();
        EarlyStoppingResult<ComputationGraph> result = (asDataSets
                        ? new EarlyStoppingGraphTrainer(stopping, net, train.asDataSets())
                        : new EarlyStoppingGraphTrainer(stopping, net, train, null))
                .fit();
        ComputationGraph expected = Classified.net(new Adam(1e-2), DataType.FLOAT);
        Map<Integer, Double> scores = result.getScoreVsEpoch();
        assertThat(scores).hasSize(3);
        for (int epoch = 0; epoch < 3; epoch++) {
            Classified.fit(expected, Classified.epoch(SEED, epoch));
            double sum = 0;
            int rows = 0;
            for (Batch batch : heldOut) {
                sum += batch.size() * expected.score(Classified.arrays(batch, DataType.FLOAT));
                rows += batch.size();
            }
            assertThat(scores.get(epoch)).isCloseTo(sum / rows, within(1e-12));
        }
    }

    /**
     * Two workers that average after each batch: the mean of two nets that saw one batch each. In the first round
     * there is nothing to learn, because the second worker of M2.1 copies the net while the first may be training it.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void parallelWrapper(boolean asDataSets) throws Exception {
        ComputationGraph net = Classified.net(new Sgd(0.1), DataType.FLOAT);
        INDArray start = net.params().dup();
        INDArray mean = start.mul(0);
        List<Batch> batches = new ArrayList<>();
        for (long seed : new long[] {1, 2}) {
            ComputationGraph alone = Classified.net(new Sgd(0.1), DataType.FLOAT);
            Batch batch = Classified.batch(seed, 4, 1);
            alone.fit(Classified.arrays(batch, DataType.FLOAT));
            mean.addi(alone.params().mul(0.5));
            batches.add(batch);
            Batch some = Classified.batch(seed, 2, 0);
            batches.add(
                    0, Batch.of(some.input(), Column.ids(some.label().ids(), new boolean[2], 0, 2, 1), some.weight()));
        }
        try (ParallelWrapper wrapper = new ParallelWrapper.Builder<>(net)
                .workers(2)
                .prefetchBuffer(2)
                .averagingFrequency(1)
                .reportScoreAfterAveraging(false)
                .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
                .build()) {
            BatchIterator all = BatchIterator.training(Classified.source(batches.toArray(Batch[]::new)), SEED);
            if (asDataSets) {
                wrapper.fit(all.asDataSets());
            } else {
                wrapper.fit(all);
            }
        }
        assertThat(flat(net.params())).containsExactly(flat(mean), within(1e-6));
        assertThat(mean.sub(start).amaxNumber().doubleValue()).isGreaterThan(1e-3);
    }

    private static double[] step(boolean miniBatch, Batch batch) {
        ComputationGraph net = Classified.net(
                new Classification().with(Classified.NAMES, null), new Sgd(0.5), DataType.DOUBLE, miniBatch);
        INDArray start = net.params().dup();
        net.fit(BatchIterator.training(Classified.source(batch), SEED).withType(DataType.DOUBLE));
        return flat(net.params().sub(start));
    }

    /**
     * A step is that of the mean over the rows that count: of one row, of the row eight times, of the row and seven
     * that fill up the batch.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aStepDependsNeitherOnMiniBatchNorOnTheBatchesSize(long seed) {
        Batch one = Classified.batch(seed, 1, 0);
        double[] expected = step(false, one);
        assertThat(Arrays.stream(expected)).allMatch(Double::isFinite).anyMatch(x -> Math.abs(x) > 1e-2);
        Batch eight = Batch.join(Collections.nCopies(8, one));
        assertThat(eight.size()).isEqualTo(8);
        for (boolean miniBatch : new boolean[] {false, true}) {
            for (Batch batch : List.of(one, eight, Classified.batch(seed, 1, 7))) {
                assertThat(step(miniBatch, batch))
                        .as("miniBatch=%s, %s", miniBatch, batch)
                        .containsExactly(expected, within(1e-12));
            }
        }
    }

    /** Eight rows: the mean of the eight steps. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStepIsTheMeanOfItsRows(boolean miniBatch) {
        Batch batch = Classified.batch(5, 8, 3);
        double[] mean = new double[0];
        for (int row = 0; row < 8; row++) {
            int[] ids = Arrays.copyOfRange(batch.input().ids(), row * Classified.LENGTH, (row + 1) * Classified.LENGTH);
            boolean[] mask =
                    Arrays.copyOfRange(batch.input().mask(), row * Classified.LENGTH, (row + 1) * Classified.LENGTH);
            Batch one = Batch.of(
                    Column.ids(ids, mask, 0, 1, Classified.LENGTH),
                    Column.ids(new int[] {batch.label().ids()[row]}, null, 0, 1, 1),
                    1);
            double[] step = step(miniBatch, one);
            mean = row == 0 ? new double[step.length] : mean;
            for (int i = 0; i < step.length; i++) {
                mean[i] += step[i] / 8;
            }
        }
        assertThat(step(miniBatch, batch)).containsExactly(mean, within(1e-12));
    }

    /** Masks as Deeplearning4j wants them. */
    @Test
    void masks() {
        BatchIterator batches = BatchIterator.training(Classified.source(), SEED);
        MultiDataSet plain = batches.next();
        assertThat(plain.getFeaturesMaskArray(0).shape()).containsExactly(5, Classified.LENGTH);
        assertThat(plain.getLabels(0).shape()).containsExactly(5, 1);
        assertThat(plain.getLabelsMaskArrays()).isNull();
        assertThat(flat(batches.next().getLabelsMaskArray(0))).containsExactly(1, 1, 1, 0, 0);
        batches.next();
        assertThat(batches.next().getLabelsMaskArrays()).isNull(); // a mask that hides nothing
        assertThat(batches.hasNext()).isFalse();
    }
}
