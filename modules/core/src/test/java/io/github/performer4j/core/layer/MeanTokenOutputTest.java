package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** A loss on numbers of tokens is the mean over those that count, score and step alike, whatever batch, lengths and miniBatch are. */
class MeanTokenOutputTest {
    private static final DataType TYPE = DataType.DOUBLE;
    private static final int B = 3;
    private static final int T = 5;
    private static final int C = 2;
    private static final double RATE = 0.5;
    private static final INDArray LABELLED = Samples.mask(TYPE, "01110", "01000", "01011");

    /** Numbers for each token. */
    private record Numbers() implements Task {
        @Override
        public String purpose() {
            return "estimates numbers of tokens";
        }

        @Override
        public void head(HeadPlace place) {
            place.perToken(new MeanTokenOutputLayer.Builder(new LossMSE())
                    .activation(Activation.TANH)
                    .nIn(place.width())
                    .nOut(C)
                    .build());
        }
    }

    private static ComputationGraph net(boolean miniBatch) {
        PerformerConfig config = Nets.config().with("layers", 1);
        ComputationGraphConfiguration graph = config.graph(new Numbers(), new Sgd(RATE), 0, 29, TYPE);
        graph.getDefaultConfiguration().setMiniBatch(miniBatch);
        ComputationGraph net = new ComputationGraph(graph);
        net.init();
        for (org.deeplearning4j.nn.api.Layer layer : net.getLayers()) {
            layer.conf().setMiniBatch(miniBatch);
        }
        return Nets.roughen(net);
    }

    private static INDArray ids() {
        return Samples.ids(TYPE, 3, Nets.VOCABULARY, B, T);
    }

    private static INDArray numbers() {
        return Samples.gaussian(TYPE, 5, 1, B, T, C);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theScoreIsTheMeanOverLabelledTokens(boolean miniBatch) {
        ComputationGraph net = net(miniBatch);
        INDArray y = numbers();
        INDArray p = net.outputSingle(ids());
        double sum = 0;
        int tokens = 0;
        for (int b = 0; b < B; b++) {
            for (int t = 0; t < T; t++) {
                if (LABELLED.getDouble(b, t) == 1) {
                    tokens++;
                    for (int c = 0; c < C; c++) {
                        sum += Math.pow(p.getDouble(b, t, c) - y.getDouble(b, t, c), 2) / C;
                    }
                }
            }
        }
        assertThat(net.score(new DataSet(ids(), y, null, LABELLED))).isCloseTo(sum / tokens, within(1e-12));
    }

    @Test
    void gradientsAreThoseOfTheScore() {
        ComputationGraph net = net(false);
        new GradientCheck(net, Nets.feed(net, ids(), numbers(), null, LABELLED), 1).directions(7);
        ComputationGraph divided = net(true); // the updater divides by B what the layer multiplies
        new GradientCheck(divided, Nets.feed(divided, ids(), numbers(), null, LABELLED), B).directions(7);
        ComputationGraph all = net(false);
        INDArray mask = Samples.mask(TYPE, "11111", "11100", "11110");
        new GradientCheck(all, Nets.feed(all, ids(), numbers(), mask, null), 1).directions(11);
    }

    /** Twice the batch is the same step, and so is one among sequences that only fill it up, NaN as labels. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStepDoesNotDependOnTheBatch(boolean miniBatch) {
        ComputationGraph once = net(miniBatch);
        once.fit(new DataSet(ids(), numbers(), null, LABELLED));
        ComputationGraph twice = net(miniBatch);
        twice.fit(new DataSet(
                Nd4j.concat(0, ids(), ids()),
                Nd4j.concat(0, numbers(), numbers()),
                null,
                Nd4j.concat(0, LABELLED, LABELLED)));
        assertThat(twice.score()).isCloseTo(once.score(), within(1e-12));
        TensorAssert.assertClose("twice", twice.params(), once.params());
        ComputationGraph filled = net(miniBatch);
        filled.fit(new DataSet(
                Nd4j.concat(0, ids(), ids()),
                Nd4j.concat(0, numbers(), Nd4j.valueArrayOf(new long[] {B, T, C}, Double.NaN, TYPE)),
                null,
                Nd4j.concat(0, LABELLED, Nd4j.zeros(TYPE, B, T))));
        assertThat(filled.score()).isCloseTo(once.score(), within(1e-12));
        TensorAssert.assertClose("filled", filled.params(), once.params());
    }

    /** Every setting of Deeplearning4j's builder, as JSON, the class's name left out. */
    private static String settings(RnnOutputLayer.Builder builder) {
        builder.name("out")
                .nIn(3)
                .nOut(2)
                .hasBias(false)
                .activation(Activation.TANH)
                .weightInit(WeightInit.RELU)
                .biasInit(0.25)
                .gainInit(0.75)
                .l2(0.5)
                .l2Bias(0.125)
                .updater(new Sgd(0.01))
                .biasUpdater(new Sgd(0.02))
                .weightNoise(new DropConnect(0.5))
                .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                .gradientNormalizationThreshold(3)
                .dropOut(0.9)
                .constrainWeights(new NonNegativeConstraint());
        try {
            return NeuralNetConfiguration.mapper()
                    .writeValueAsString(builder.build())
                    .replaceAll("\"@class\" *: *\"[^\"]*OutputLayer\"", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void jsonKeepsItAndCopiesGoOn() {
        ComputationGraph net = net(false);
        ComputationGraph again = new ComputationGraph(
                ComputationGraphConfiguration.fromJson(net.getConfiguration().toJson()));
        again.init(net.params().dup(), false);
        ComputationGraph copy = net.clone();
        DataSet data = new DataSet(ids(), numbers(), null, LABELLED);
        for (ComputationGraph each : new ComputationGraph[] {net, again, copy}) {
            each.fit(data);
        }
        TensorAssert.assertIdentical("of the JSON", again.params(), net.params());
        TensorAssert.assertIdentical("of the copy", copy.params(), net.params());
        assertThat(settings(new MeanTokenOutputLayer.Builder(new LossMSE())))
                .isEqualTo(settings(new RnnOutputLayer.Builder(new LossMSE()).dataFormat(RNNFormat.NWC)));
        assertThatThrownBy(() -> new MeanTokenOutputLayer.Builder(new LossSparseMCXENT())
                        .nIn(3)
                        .nOut(2)
                        .build())
                .hasMessageContaining("classes of tokens by their ids are LanguageModelHeadLayer's");
        assertThat(new MeanTokenOutputLayer.Builder(LossFunction.MSE)
                        .nIn(3)
                        .nOut(2)
                        .build()
                        .getLossFn())
                .isEqualTo(new LossMSE());
    }
}
