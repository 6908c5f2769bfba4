package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AttentionWorkTest {
    /** What is timed is a whole training pass: it yields the gradient of Σ output ⊙ error, as differences along a direction show. */
    @ParameterizedTest
    @EnumSource
    void theStepComputesTheGradient(Variant variant) {
        ComputationGraph net = AttentionWork.net(AttentionBenchTest.cell(variant, 13));
        INDArray x = Nd4j.linspace(-1, 1, 13 * 14, Nd4j.dataType()).reshape(1, 13, 14);
        INDArray error = Nd4j.linspace(2, -1, 13 * 14, Nd4j.dataType()).reshape(1, 13, 14);
        AttentionWork.step(net, x, error);
        INDArray gradient =
                net.getFlattenedGradients().dup().reshape(net.params().shape());
        INDArray params = net.params().dup();
        double h = 1e-2;
        INDArray direction = gradient.div(gradient.norm2Number());
        net.params().addi(direction.mul(h));
        double above = net.outputSingle(x).mul(error).sumNumber().doubleValue();
        net.params().assign(params).subi(direction.mul(h));
        double below = net.outputSingle(x).mul(error).sumNumber().doubleValue();
        double norm = gradient.norm2Number().doubleValue();
        assertThat(norm).isGreaterThan(0.1);
        assertThat((above - below) / (2 * h)).isCloseTo(norm, within(0.01 * norm));
    }

    @Test
    void measuresAllFiguresOfACell() {
        AtomicLong clock = new AtomicLong();
        Measurement m =
                AttentionWork.measure(AttentionBenchTest.cell(Variant.LINEAR, 7), () -> clock.addAndGet(1_000_000));
        assertThat(m.forwardMs()).isEqualTo(1);
        assertThat(m.forwardBackwardMs()).isEqualTo(1);
        assertThat(m.forwardRuns()).isEqualTo(3);
        assertThat(m.reason()).isNull();
        assertThat(m.residentBytes()).isPositive();
        if (m.peakBytes() != null) {
            assertThat(m.peakBytes()).isGreaterThanOrEqualTo(m.startBytes());
        }
    }
}
