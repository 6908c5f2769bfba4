package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.layer.GraphCase;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Attention over graphs on the emulated device equals the float64 graph, output and all gradients: per tensor max|a − b| ≤ {@value #BOUND} · max|b|. Threads run in three orders: the same bits.
 */
class EngineGraphTest {
    private static final double BOUND = 1e-4;
    private static final double NOTHING = 1e-2;

    @BeforeEach
    void compiler() {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
    }

    @AfterEach
    void restore() {
        System.clearProperty(Engines.PROPERTY);
        Devices.use(() -> {
            throw new IllegalStateException("the test is over");
        });
    }

    static Stream<GraphCase> cases() {
        return GraphCase.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheGraphInFloat64(GraphCase c) {
        Map<String, INDArray> expected = c.run(c.net(DataType.DOUBLE), DataType.DOUBLE);
        Map<String, INDArray> first = null;
        for (Emulation.Order order : Emulation.Order.values()) {
            try (Emulation device = new Emulation(order, 17)) {
                Devices.use(() -> device);
                System.setProperty(Engines.PROPERTY, "cuda");
                Map<String, INDArray> actual = c.run(c.net(DataType.FLOAT), DataType.FLOAT);
                assertThat(device.launches()).as("runs on the device").isPositive();
                assertThat(actual.keySet()).isEqualTo(expected.keySet());
                double most = expected.values().stream()
                        .mapToDouble(one -> one.amaxNumber().doubleValue())
                        .max()
                        .orElseThrow();
                expected.forEach((tensor, e) -> {
                    double largest = Math.max(e.amaxNumber().doubleValue(), NOTHING * most);
                    INDArray a = actual.get(tensor).castTo(DataType.DOUBLE);
                    assertThat(a.sub(e).amaxNumber().doubleValue())
                            .as(tensor + "; largest=" + largest)
                            .isLessThanOrEqualTo(BOUND * largest);
                });
                if (first != null) {
                    first.forEach((tensor, f) ->
                            assertThat(actual.get(tensor)).as(tensor + " again").isEqualTo(f));
                }
                first = actual;
            }
        }
    }

    @Test
    void entriesOfNoGraphAreNamed() {
        GraphCase c = cases().findFirst().orElseThrow();
        try (Emulation device = new Emulation(Emulation.Order.FORWARD, 17)) {
            Devices.use(() -> device);
            System.setProperty(Engines.PROPERTY, "cuda");
            ComputationGraph net = c.net(DataType.FLOAT);
            INDArray entries = Nd4j.zeros(DataType.FLOAT, 2, 1, 10);
            entries.putScalar(1, 0, 1, 3);
            entries.putScalar(1, 0, 2, 1);
            assertThatThrownBy(() -> net.output(Nd4j.zeros(DataType.FLOAT, 2, 3, 14), entries))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("an entry must name nodes that are there; entry=0, column=3.0, nodes=3")
                    .hasMessageContaining("graph=1");
        }
    }
}
