package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Head;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Every head's score is a mean, and the step is that of the score, whatever the batch size and whatever the net's miniBatch says. */
class MeanOutputTest {
    private static final DataType TYPE = DataType.DOUBLE;
    private static final int T = 6;
    private static final int C = 3;
    private static final double RATE = 0.5;

    static Stream<Arguments> heads() {
        return Stream.of(Head.values()).flatMap(task -> Stream.of(Arguments.of(task, true), Arguments.of(task, false)));
    }

    private static ComputationGraph net(Head task, boolean miniBatch) {
        PerformerConfig config = task.body(Nets.config().with("layers", 1));
        ComputationGraphConfiguration graph = config.graph(task.task(C), new Sgd(RATE), 0, 29, TYPE);
        graph.getDefaultConfiguration().setMiniBatch(miniBatch);
        ComputationGraph net = new ComputationGraph(graph);
        net.init();
        for (org.deeplearning4j.nn.api.Layer layer : net.getLayers()) {
            layer.conf().setMiniBatch(miniBatch);
        }
        return Nets.roughen(net);
    }

    private static INDArray ids(int batch) {
        return Samples.ids(TYPE, 3, Nets.VOCABULARY, batch, T);
    }

    private static INDArray labels(Head task, int batch) {
        return task.labels(TYPE, 5, Nets.VOCABULARY, C, batch, T);
    }

    private static DataSet repeated(Head task, int times) {
        return new DataSet(ids(1).repmat(new long[] {times, 1}), labels(task, 1).repmat(new long[] {times, 1}));
    }

    @ParameterizedTest(name = "{0}, miniBatch={1}")
    @MethodSource("heads")
    void theSameExampleEightTimesIsTheSameStep(Head task, boolean miniBatch) {
        double score = 0;
        INDArray params = null;
        for (int times : new int[] {1, 8}) {
            ComputationGraph net = net(task, miniBatch);
            INDArray start = net.params().dup();
            net.fit(repeated(task, times));
            assertThat(net.params()).isNotEqualTo(start);
            if (params != null) {
                assertThat(net.score()).isCloseTo(score, within(1e-12));
                TensorAssert.assertClose("parameters", net.params(), params);
            }
            score = net.score();
            params = net.params().dup();
        }
    }

    /** params − rate · ∇score, by central differences along the step. */
    @ParameterizedTest(name = "{0}, miniBatch={1}")
    @MethodSource("heads")
    void aStepIsThatOfTheScore(Head task, boolean miniBatch) {
        ComputationGraph net = net(task, miniBatch);
        DataSet data = new DataSet(ids(5), labels(task, 5));
        INDArray start = net.params().dup();
        net.fit(data);
        INDArray step = start.sub(net.params());
        double h = 1e-5 / step.norm2Number().doubleValue();
        net.setParams(start.add(step.mul(h)));
        double up = net.score(data, true);
        net.setParams(start.sub(step.mul(h)));
        double down = net.score(data, true);
        // ∇score · step = |step|² / rate
        double squares = Math.pow(step.norm2Number().doubleValue(), 2);
        assertThat((up - down) / (2 * h) * RATE / squares).isCloseTo(1, within(1e-5));
    }

    @ParameterizedTest(name = "{0}, miniBatch={1}")
    @MethodSource("heads")
    void hiddenExamplesDoNotCount(Head task, boolean miniBatch) {
        boolean tokens = task.perToken();
        ComputationGraph some = net(task, miniBatch);
        INDArray y = labels(task, 1);
        some.fit(new DataSet(ids(1), y));
        ComputationGraph hidden = net(task, miniBatch);
        INDArray more = labels(task, 3);
        more.getRow(0).assign(y.getRow(0));
        more.getRow(1).assign(Double.NaN);
        more.getRow(2).assign(1e6);
        INDArray mask = org.nd4j.linalg.factory.Nd4j.zeros(TYPE, 3, tokens ? T : 1);
        mask.getRow(0).assign(1);
        hidden.fit(new DataSet(ids(1).repmat(new long[] {3, 1}), more, null, mask));
        assertThat(hidden.score()).isCloseTo(some.score(), within(1e-12));
        TensorAssert.assertClose("parameters", hidden.params(), some.params());
    }

    /** One example with a mask [1,1] is one with a mask of examples, and not of outputs. */
    @ParameterizedTest(name = "{0}, miniBatch={1}")
    @MethodSource("heads")
    void aMaskThatHidesNothingChangesNothing(Head task, boolean miniBatch) {
        ComputationGraph plain = net(task, miniBatch);
        plain.fit(new DataSet(ids(1), labels(task, 1)));
        ComputationGraph masked = net(task, miniBatch);
        INDArray ones = org.nd4j.linalg.factory.Nd4j.ones(TYPE, 1, task.perToken() ? T : 1);
        masked.fit(new DataSet(ids(1), labels(task, 1), null, ones));
        assertThat(masked.score()).isEqualTo(plain.score());
        TensorAssert.assertIdentical("parameters", masked.params(), plain.params());
    }

    /** Where Deeplearning4j takes the mean itself, nothing differs. */
    @Test
    void equalsTheParentWhereMiniBatchIsOn() {
        INDArray[] params = new INDArray[2];
        double[] scores = new double[2];
        for (int i = 0; i < 2; i++) {
            OutputLayer.Builder head =
                    i == 0 ? new OutputLayer.Builder(LossFunction.MSE) : new MeanOutputLayer.Builder(LossFunction.MSE);
            ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                    .seed(13)
                    .dataType(TYPE)
                    .updater(new Sgd(RATE))
                    .l2(0.1)
                    .graphBuilder()
                    .addInputs("x")
                    .addLayer(
                            "head",
                            head.nIn(4).nOut(C).activation(Activation.TANH).build(),
                            "x")
                    .setOutputs("head")
                    .build());
            net.init();
            net.fit(new DataSet(Samples.gaussian(TYPE, 3, 1, 5, 4), Samples.gaussian(TYPE, 5, 1, 5, C)));
            params[i] = net.params();
            scores[i] = net.score();
        }
        TensorAssert.assertClose("parameters", params[1], params[0]);
        assertThat(scores[1]).isCloseTo(scores[0], within(1e-12));
    }

    @Test
    void otherLabelsAreRefused() {
        ComputationGraph classifier = net(Head.CLASSES, false);
        for (INDArray wrong :
                List.of(Samples.ids(TYPE, 5, C, 2, C), Samples.ids(TYPE, 5, C, 2), Samples.ids(TYPE, 5, C, 2, 1, 1))) {
            assertThatThrownBy(() -> classifier.fit(new DataSet(ids(2), wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("labels must be class ids [B,1]; layer=head, expected=[2, 1], found=");
        }
        for (double wrong : new double[] {C, -1, 0.5, Double.NaN}) {
            INDArray y = labels(Head.CLASSES, 2).putScalar(1, 0, wrong);
            assertThatThrownBy(() -> classifier.fit(new DataSet(ids(2), y)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("whole numbers in [0, ")
                    .hasMessageContaining("layer=head")
                    .hasMessageContaining("=" + C);
        }
        assertThatThrownBy(() ->
                        net(Head.MEAN_SQUARES, false).fit(new DataSet(ids(2), Samples.gaussian(TYPE, 1, 1, 2, C + 1))))
                .hasMessage("labels must be numbers [B,C]; layer=head, expected=[2, 3], found=[2, 4]");
    }
}
