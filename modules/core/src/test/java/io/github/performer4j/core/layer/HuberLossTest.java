package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class HuberLossTest {
    private static final DataType TYPE = DataType.DOUBLE;
    private static final INDArray Y = Samples.gaussian(TYPE, 3, 1, 5, 3);
    private static final INDArray Z = Samples.gaussian(TYPE, 7, 2, 5, 3);

    /** h(r) = r²/2 where |r| ≤ δ, δ(|r| − δ/2) beyond; a mean over the columns. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 2.5})
    void valuesAreTheDefinition(double delta) {
        INDArray scores = new HuberLoss(delta).computeScoreArray(Y, Z, new ActivationIdentity(), null);
        for (int b = 0; b < 5; b++) {
            double sum = 0;
            for (int d = 0; d < 3; d++) {
                double r = Math.abs(Z.getDouble(b, d) - Y.getDouble(b, d));
                sum += r <= delta ? r * r / 2 : delta * (r - delta / 2);
            }
            assertThat(scores.getDouble(b)).isCloseTo(sum / 3, within(1e-12));
        }
    }

    @Test
    void aWideLossIsHalfTheSquares() {
        double huber = new HuberLoss(1e3).computeScore(Y, Z, new ActivationIdentity(), null, true);
        double squares = new LossMSE().computeScore(Y, Z, new ActivationIdentity(), null, true);
        assertThat(huber).isCloseTo(squares / 2, within(1e-12));
    }

    /** Central differences, with an activation and with hidden examples. */
    @Test
    void theGradientIsThatOfTheScore() {
        IActivation tanh = new ActivationTanH();
        HuberLoss loss = new HuberLoss(0.4);
        for (INDArray mask : new INDArray[] {null, Samples.array(TYPE, new double[] {1, 0, 1, 1, 0}, 5, 1)}) {
            INDArray gradient = loss.computeGradient(Y, Z.dup(), tanh, mask);
            for (int i = 0; i < Z.length(); i++) {
                double h = 1e-6;
                INDArray up = Z.dup();
                up.putScalar(i, Z.getDouble(i) + h);
                INDArray down = Z.dup();
                down.putScalar(i, Z.getDouble(i) - h);
                double slope =
                        (loss.computeScore(Y, up, tanh, mask, false) - loss.computeScore(Y, down, tanh, mask, false))
                                / (2 * h);
                assertThat(gradient.getDouble(i)).isCloseTo(slope, within(1e-8));
            }
        }
    }

    @Test
    void jsonKeepsIt() {
        MultiLayerConfiguration net = new NeuralNetConfiguration.Builder()
                .list()
                .layer(new MeanOutputLayer.Builder(new HuberLoss(0.7))
                        .nIn(4)
                        .nOut(2)
                        .build())
                .build();
        MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(net.toJson());
        assertThat(((MeanOutputLayer) read.getConf(0).getLayer()).getLossFn()).isEqualTo(new HuberLoss(0.7));
        assertThatThrownBy(() -> new HuberLoss(0)).hasMessage("delta must be positive; delta=0.0");
        assertThatThrownBy(
                        () -> new HuberLoss(1).computeScore(Y, Z.reshape(3, 5), new ActivationIdentity(), null, true))
                .hasMessageStartingWith("labels and predictions must have one shape");
    }
}
