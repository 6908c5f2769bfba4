package io.github.performer4j.training.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Ridge regression by sums: its optimum is that of gradient descent, and its error that of the rows themselves. */
class RidgeSumsTest {
    private static final int N = 37;
    private static final int M = 5;
    private static final int C = 3;

    private static INDArray gaussian(long seed, int rows, int columns) {
        CounterRandom random = CounterRandom.of(seed);
        INDArray all = Nd4j.create(DataType.DOUBLE, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                all.putScalar(i, j, random.nextGaussian());
            }
        }
        return all;
    }

    private static RidgeSums sums(INDArray psi, INDArray y) {
        RidgeSums sums = new RidgeSums(M, C);
        for (int i = 0; i < N; i += 10) { // in parts
            long[] part = {i, Math.min(N, i + 10)};
            sums.add(
                    psi.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(part[0], part[1])),
                    y.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(part[0], part[1])));
        }
        assertThat(sums.rows()).isEqualTo(N);
        return sums;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void optimumIsThatOfGradientDescent(boolean intercept) {
        INDArray psi = gaussian(1, N, M).addi(0.7);
        INDArray y = gaussian(2, N, C).addi(psi.mmul(gaussian(3, M, C))).addi(1.3);
        double ridge = 0.2;
        RidgeSums.Fit fit = sums(psi, y).fit(ridge, intercept);
        double lambda = ridge * psi.mul(psi).sumNumber().doubleValue() / M;
        INDArray theta = Nd4j.zeros(DataType.DOUBLE, M, C);
        INDArray bias = Nd4j.zeros(DataType.DOUBLE, 1, C);
        for (int step = 0; step < 1_500; step++) { // of |Y − ΨΘ − b|²/2 + λ|Θ|²/2
            INDArray error = psi.mmul(theta).addRowVector(bias).sub(y);
            theta.subi(psi.transpose().mmul(error).addi(theta.mul(lambda)).muli(5e-3));
            if (intercept) {
                bias.subi(error.sum(true, 0).muli(5e-3));
            }
        }
        assertThat(fit.theta().sub(theta).amaxNumber().doubleValue()).isLessThan(1e-9);
        if (intercept) {
            assertThat(fit.bias().sub(bias).amaxNumber().doubleValue()).isLessThan(1e-9);
        } else {
            assertThat(fit.bias()).isNull();
        }
        INDArray left = psi.mmul(theta).addRowVector(bias).sub(y);
        INDArray centred = y.sub(y.mean(true, 0).broadcast(N, C));
        double expected = left.mul(left).sumNumber().doubleValue()
                / centred.mul(centred).sumNumber().doubleValue();
        assertThat(sums(psi, y).error(fit)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void noRowIsRefused() {
        assertThatThrownBy(() -> new RidgeSums(M, C).fit(1e-3, true)).hasMessage("a fit needs a row; rows=0");
    }
}
