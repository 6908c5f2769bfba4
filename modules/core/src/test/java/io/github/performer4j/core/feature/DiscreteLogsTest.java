package io.github.performer4j.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Log features of discrete maps, for a frame that is given, and their derivatives by hand. */
class DiscreteLogsTest {
    private static final int D = 5;
    private static final int M = 7;
    private static final int T = 11;

    private static INDArray[] frame(DiscreteFrame f) {
        return new INDArray[] {
            Nd4j.create(f.counts()).reshape(1, M, D),
            Nd4j.create(f.constants()).reshape(1, 1, M),
            Nd4j.create(f.shift()).reshape(1, 1, D),
            Nd4j.create(new double[] {1 / f.unit()}).reshape(1, 1, 1)
        };
    }

    /** The derivative of {@code Σ_i g_i log φ_i(x)} is {@code Σ_i g_i (w_il / (x_l − c_l) + c_l)}; rows below the shift, which only padding can have, give numbers. */
    @ParameterizedTest
    @EnumSource(DiscreteLaw.class)
    void logsAndTheirDerivativesAreThoseOfTheFrame(DiscreteLaw law) {
        DiscreteFeatures map = DiscreteFeatures.of(law);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, T, D);
        INDArray g = Samples.gaussian(DataType.DOUBLE, 4, 1, T, M);
        double[][] rows = x.toDoubleMatrix();
        DiscreteFrame frame = map.frame(rows, rows, map.draw(Projection.IID, M, D, 2));
        INDArray padded = Nd4j.vstack(x, Nd4j.ones(DataType.DOUBLE, 1, D).muli(-1e4));
        INDArray[] arrays = frame(frame);
        SameDiff sd = SameDiff.create();
        SDVariable in = sd.var("x", padded.reshape(1, T + 1, D));
        List<SDVariable> parts = Arrays.stream(arrays).map(sd::constant).toList();
        SDVariable log = map.define(new FittedRows(sd, in, null, parts, null, true, 1, T + 1, D, M))
                .log();
        INDArray weights = Nd4j.vstack(g, Nd4j.ones(DataType.DOUBLE, 1, M)).reshape(1, T + 1, M);
        sd.sum(log.mul(sd.constant(weights))).markAsLoss();
        INDArray logs = sd.output(Map.of(), log.name()).get(log.name());
        INDArray gradient = sd.calculateGradients(Map.of(), "x").get("x");
        for (int t = 0; t < T; t++) {
            double[] expected = new double[D];
            for (int i = 0; i < M; i++) {
                double sum = frame.constants()[i];
                for (int l = 0; l < D; l++) {
                    double above = rows[t][l] - frame.shift()[l];
                    sum += frame.counts()[i][l] * Math.log(above / frame.unit()) + frame.shift()[l] * rows[t][l];
                    expected[l] += g.getDouble(t, i) * (frame.counts()[i][l] / above + frame.shift()[l]);
                }
                assertThat(logs.getDouble(0, t, i)).isCloseTo(sum, within(1e-10 * (1 + Math.abs(sum))));
            }
            for (int l = 0; l < D; l++) {
                assertThat(gradient.getDouble(0, t, l))
                        .isCloseTo(expected[l], within(1e-9 * (1 + Math.abs(expected[l]))));
            }
        }
        for (int i = 0; i < M; i++) {
            assertThat(logs.getDouble(0, T, i)).isFinite();
        }
        for (int l = 0; l < D; l++) {
            assertThat(gradient.getDouble(0, T, l)).isCloseTo(M * frame.shift()[l], within(1e-9));
        }
    }
}
