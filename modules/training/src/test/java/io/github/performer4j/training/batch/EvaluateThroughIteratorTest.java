package io.github.performer4j.training.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.layer.MeanOutputLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.layer.TokenEmbeddingLayer;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.Column;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.regression.RegressionEvaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What Deeplearning4j's evaluations say of our batches, and which of them refuse. */
class EvaluateThroughIteratorTest {
    private static final long SEED = 3;
    private static final BatchSource DATA = Classified.source();

    /** Counts [true class][guess] of the rows that count. */
    private static int[][] counts(ComputationGraph net) {
        int[][] counts = new int[3][3];
        for (Batch batch : Classified.epoch(SEED, 0)) {
            MultiDataSet arrays = Classified.arrays(batch, DataType.FLOAT);
            INDArray p = net.output(false, arrays.getFeatures(), arrays.getFeaturesMaskArrays(), null)[0];
            boolean[] real = batch.label().mask();
            for (int row = 0; row < batch.size(); row++) {
                if (real == null || real[row]) {
                    int guess = 0;
                    for (int c = 1; c < 3; c++) {
                        guess = p.getDouble(row, c) > p.getDouble(row, guess) ? c : guess;
                    }
                    counts[batch.label().ids()[row]][guess]++;
                }
            }
        }
        return counts;
    }

    private static void check(Evaluation evaluation, int[][] counts) {
        int right = 0;
        int all = 0;
        for (int actual = 0; actual < 3; actual++) {
            for (int guess = 0; guess < 3; guess++) {
                assertThat(evaluation.getConfusionMatrix().getCount(actual, guess))
                        .as("%d taken for %d", actual, guess)
                        .isEqualTo(counts[actual][guess]);
                all += counts[actual][guess];
                right += actual == guess ? counts[actual][guess] : 0;
            }
        }
        assertThat(all).isEqualTo(5 + 3 + 1 + 1);
        assertThat(evaluation.accuracy()).isCloseTo(right / (double) all, within(1e-12));
    }

    @Test
    void confusionMatricesAreThoseCountedByHand() {
        ComputationGraph net = Classified.net(new Sgd(0.3), DataType.FLOAT);
        net.fit(BatchIterator.training(DATA, SEED), 2);
        int[][] counts = counts(net);
        BatchIterator batches = BatchIterator.evaluation(DATA, SEED).withOneHot(Classified.NAMES);
        Evaluation first = net.evaluate(batches);
        check(first, counts);
        Evaluation again = net.evaluate(batches);
        check(again, counts);
        Evaluation named = net.evaluate(batches.asDataSets());
        check(named, counts);
        assertThat(named.getLabelsList()).isEqualTo(Classified.NAMES);
        check(net.doEvaluation(batches, new Evaluation(3))[0], counts);
    }

    @Test
    void multiLayerNetworks() {
        MultiLayerNetwork net = list();
        MultiLayerNetwork expected = list();
        BatchIterator batches = BatchIterator.training(DATA, SEED);
        net.fit(batches.asDataSets(), 2);
        for (int epoch = 0; epoch < 2; epoch++) {
            for (Batch batch : Classified.epoch(SEED, epoch)) {
                MultiDataSet a = Classified.arrays(batch, DataType.FLOAT);
                expected.fit(a.getFeatures(0), a.getLabels(0), a.getFeaturesMaskArray(0), a.getLabelsMaskArray(0));
            }
        }
        assertThat(net.params().toFloatVector()).isEqualTo(expected.params().toFloatVector());
        Evaluation evaluation = net.evaluate(BatchIterator.evaluation(DATA, SEED)
                .withOneHot(Classified.NAMES)
                .asDataSets());
        assertThat(evaluation.getConfusionMatrix().getActualTotal(0)
                        + evaluation.getConfusionMatrix().getActualTotal(1)
                        + evaluation.getConfusionMatrix().getActualTotal(2))
                .isEqualTo(10);
        assertThat(evaluation.getLabelsList()).isEqualTo(Classified.NAMES);
    }

    private static MultiLayerNetwork list() {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .updater(new Sgd(0.5))
                .list()
                .layer(new TokenEmbeddingLayer.Builder()
                        .vocabulary(Classified.VOCABULARY)
                        .width(6)
                        .build())
                .layer(new SequencePoolingLayer(SequencePoolingLayer.Kind.MEAN))
                .layer(new MeanOutputLayer.Builder(LossFunction.SPARSE_MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(1, Classified.LENGTH, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }

    /** Mean squares by hand; rows that fill up do not count. */
    @Test
    void regressions() {
        ComputationGraph net =
                Classified.net(new Regression().plain(List.of("x", "y")), new Sgd(0.1), DataType.FLOAT, false);
        Batch rows = Classified.batch(5, 3, 1);
        float[] values = {1, 2, 3, 4, 5, 6, 999, 999};
        Batch batch = Batch.of(rows.input(), Column.floats(values, rows.label().mask(), 4, 2), 3);
        MultiDataSet arrays = Classified.arrays(batch, DataType.FLOAT);
        INDArray found = net.output(false, arrays.getFeatures(), arrays.getFeaturesMaskArrays(), null)[0];
        RegressionEvaluation evaluation =
                net.evaluateRegression(BatchIterator.evaluation(Classified.source(batch), SEED));
        for (int column = 0; column < 2; column++) {
            double squares = 0;
            for (int row = 0; row < 3; row++) {
                squares += Math.pow(found.getDouble(row, column) - values[2 * row + column], 2) / 3;
            }
            assertThat(evaluation.meanSquaredError(column)).isCloseTo(squares, within(1e-4));
        }
    }

    @Test
    void sparseLabelsAreRefusedByEvaluations() {
        ComputationGraph net = Classified.net(new Sgd(0.3), DataType.FLOAT);
        assertThatThrownBy(() -> net.evaluate(BatchIterator.evaluation(DATA, SEED)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Predictions and labels arrays are not same shape");
    }

    @Test
    void oneHotLabelsAreRefusedByLosses() {
        ComputationGraph net = Classified.net(new Sgd(0.3), DataType.FLOAT);
        assertThatThrownBy(() -> net.fit(BatchIterator.training(DATA, SEED).withOneHot(Classified.NAMES)))
                .hasMessageStartingWith("labels must be class ids [B,1]");
    }

    /** Why labels of tokens do not become one-hot: with a mask M2.1 takes [B,T,C] for [B,C,T], whatever the axis. */
    @Test
    void evaluationOfMaskedTokensForgetsItsAxis() {
        INDArray guesses = Nd4j.createFromArray(new float[][][] {{{.1f, .8f, .1f}, {.1f, .1f, .8f}}}); // [1,2,3]
        INDArray labels = Nd4j.createFromArray(new float[][][] {{{0, 1, 0}, {0, 0, 1}}});
        Evaluation all = new Evaluation(3);
        all.setAxis(2);
        all.eval(labels, guesses);
        assertThat(all.getConfusionMatrix().getCount(1, 1)).isEqualTo(1);
        assertThat(all.getConfusionMatrix().getCount(2, 2)).isEqualTo(1);
        Evaluation second = new Evaluation(3);
        second.setAxis(2);
        second.eval(labels, guesses, Nd4j.createFromArray(new float[][] {{0, 1}}));
        assertThat(second.getConfusionMatrix().getCount(2, 2)).isZero(); // the second token, lost
    }

    /** Language models train and score; their labels fit no evaluation of M2.1. */
    @Test
    void languageModels() {
        Batch rows = Classified.batch(5, 4, 0);
        int[] labels = rows.input().ids().clone();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = rows.input().mask()[i] && i % 2 == 0 ? labels[i] : Batch.IGNORED;
        }
        long predicted = java.util.Arrays.stream(labels).filter(id -> id >= 0).count();
        Batch batch = Batch.of(rows.input(), Column.ids(labels, null, Batch.IGNORED, 4, Classified.LENGTH), predicted);
        BatchSource source = Classified.source(batch);
        ComputationGraph net = Classified.net(new MaskedLanguageModel(), new Sgd(0.3), DataType.FLOAT, false);
        ComputationGraph expected = Classified.net(new MaskedLanguageModel(), new Sgd(0.3), DataType.FLOAT, false);
        net.fit(BatchIterator.training(source, SEED));
        expected.fit(Classified.arrays(batch, DataType.FLOAT));
        assertThat(net.params().toFloatVector()).isEqualTo(expected.params().toFloatVector());
        assertThat(net.score(BatchIterator.evaluation(source, SEED).next()))
                .isEqualTo(expected.score(Classified.arrays(batch, DataType.FLOAT)));
        assertThatThrownBy(() -> net.evaluate(BatchIterator.evaluation(source, SEED)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Predictions and labels arrays are not same shape");
        assertThatThrownBy(() ->
                        net.evaluate(BatchIterator.evaluation(source, SEED).withOneHot(Classified.NAMES)))
                .hasMessageStartingWith(
                        "labels must be class ids [B,1] to become one-hot; for labels of tokens there is"
                                + " the task's scorer; labels=ids[4, 7]");
    }
}
