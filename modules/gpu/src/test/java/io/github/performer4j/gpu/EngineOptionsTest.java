package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.layer.FusedCase;
import io.github.performer4j.core.layer.FusedTest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Blocks and attention layers on the emulated device equal those of the processor's kernels, output and all gradients, for every option: per tensor
 * max|a − b| ≤ {@value #BOUND} · max|b|.
 * Memory begins as NaN, accesses are checked, and threads run forward, and in reverse or in a drawn order: the same bits.
 */
class EngineOptionsTest {
    private static final double BOUND = 1e-4;
    /** Below this share of the largest tensor, one is compared with that share: 1e-6 of the largest is rounding. */
    private static final double NOTHING = 1e-2;
    /** Tokens up to which threads run in a second order, too. */
    private static final int SHORT = 61;

    private final String before = System.getProperty(Engines.PROPERTY);

    @BeforeEach
    void compiler() {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
    }

    @AfterEach
    void restore() {
        ask(before);
        Devices.use(() -> {
            throw new IllegalStateException("the test is over");
        });
    }

    private static void ask(String engine) {
        if (engine == null) {
            System.clearProperty(Engines.PROPERTY);
        } else {
            System.setProperty(Engines.PROPERTY, engine);
        }
    }

    static Stream<Arguments> cases() {
        return FusedTest.cases();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void equalsTheProcessor(String name, FusedCase c) {
        ask("cpu");
        Map<String, INDArray> expected =
                c.run(c.layer(DataType.FLOAT), DataType.FLOAT, true).tensors();
        Map<String, INDArray> first = null;
        for (Emulation.Order order : orders(name, c)) {
            Emulation device = new Emulation(order, 17);
            Devices.use(() -> device);
            ask("cuda");
            Map<String, INDArray> actual =
                    c.run(c.layer(DataType.FLOAT), DataType.FLOAT, true).tensors();
            assertThat(device.launches() > 0).as("runs on the device").isEqualTo(covered(c));
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            expected.forEach((tensor, e) -> assertClose(tensor, actual.get(tensor), e, expected));
            if (first != null) {
                first.forEach((tensor, f) ->
                        assertThat(actual.get(tensor)).as(tensor + " again").isEqualTo(f));
            }
            first = actual;
            device.close();
        }
    }

    /** Each case runs in two orders; of neighbouring ones, some in reverse and some in a drawn order. */
    private static List<Emulation.Order> orders(String name, FusedCase c) {
        Emulation.Order other =
                name.hashCode() % 2 == 0 ? Emulation.Order.REVERSE : Emulation.Order.DRAWN;
        return c.tokens() > SHORT ? List.of(Emulation.Order.FORWARD) : List.of(Emulation.Order.FORWARD, other);
    }

    private static boolean covered(FusedCase c) {
        return c.attention().groups().values().stream()
                .allMatch(group -> Coverage.uncovered(group).isEmpty());
    }

    private static void assertClose(String name, INDArray actual, INDArray expected, Map<String, INDArray> all) {
        double most = all.values().stream()
                .mapToDouble(one -> one.amaxNumber().doubleValue())
                .max()
                .orElseThrow();
        double largest = Math.max(expected.amaxNumber().doubleValue(), NOTHING * most);
        if (name.equals("bk")) { // small beside bq's where features estimate exact attention
            largest = Math.max(largest, all.get("bq").amaxNumber().doubleValue());
        }
        double error = actual.sub(expected).amaxNumber().doubleValue();
        assertThat(error).as(name + "; largest=" + largest).isLessThanOrEqualTo(BOUND * largest);
    }
}
