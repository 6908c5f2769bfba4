package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.cpu.CpuLoss;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.LoopsEngine;
import io.github.performer4j.core.loss.FusedLossRuntime;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.kernels.math.Activation;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An engine of someone else's, which a service entry on the class path names, runs layers of ours: draws, masks and
 * gradients as on the graph in float64.
 */
class OtherEngineTest {
    private static final int TOKENS = 11;
    private static final int WIDTH = 14;
    private final String before = System.getProperty(Engines.PROPERTY);

    @BeforeEach
    void ask() {
        System.setProperty(Engines.PROPERTY, "Loops");
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Engines.PROPERTY);
        } else {
            System.setProperty(Engines.PROPERTY, before);
        }
    }

    private static Value covered(LayerProgram.Builder p, Value x) {
        Value fixed = p.linear(x, new Weight.Plain("W1", "b1", WIDTH, 19, false));
        Value z = p.add(fixed, p.linear(p.drop(x, 0.2, 3), "W2", null, 19));
        return p.add(x, p.linear(p.drop(p.activate(Activation.RELU, z), 0.3, 0), "W3", "b3", WIDTH));
    }

    @Test
    void runsWhatItCovers() {
        int forward = LoopsEngine.FORWARD.get();
        int backward = LoopsEngine.BACKWARD.get();
        Map<String, INDArray> actual = run(OtherEngineTest::covered, DataType.FLOAT);
        assertThat(LoopsEngine.FORWARD.get() - forward).isEqualTo(1);
        assertThat(LoopsEngine.BACKWARD.get() - backward).isEqualTo(1);
        Map<String, INDArray> expected = run(OtherEngineTest::covered, DataType.DOUBLE);
        assertThat(LoopsEngine.FORWARD.get() - forward).isEqualTo(1); // float64 is the graph's
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, e) -> TensorAssert.assertClose(name, actual.get(name), e.castTo(DataType.FLOAT)));
    }

    @Test
    void whatItDoesNotCoverRunsOnTheNextOne() {
        int forward = LoopsEngine.FORWARD.get();
        BiFunction<LayerProgram.Builder, Value, Value> body = (p, x) -> covered(p, p.norm(x, "gain", null, 1e-3));
        assertThat(ProgramTest.layer(body, DataType.FLOAT, TOKENS)).isInstanceOf(FusedRuntime.class);
        Map<String, INDArray> actual = run(body, DataType.FLOAT);
        assertThat(LoopsEngine.FORWARD.get()).isEqualTo(forward);
        System.setProperty(Engines.PROPERTY, "cpu");
        run(body, DataType.FLOAT).forEach((name, e) -> TensorAssert.assertIdentical(name, actual.get(name), e));
    }

    @Test
    void runsLossesThatItCovers() {
        BiFunction<LayerProgram.Builder, Value, Value> body =
                (p, x) -> p.linear(covered(p, x), "W", "b", LossProgramTest.VOCABULARY);
        int backward = LoopsEngine.BACKWARD.get();
        Map<String, INDArray> actual = LossProgramTest.run(LossProgramTest.head(body, DataType.FLOAT), DataType.FLOAT);
        assertThat(LoopsEngine.BACKWARD.get() - backward).isEqualTo(1);
        LossProgramTest.run(LossProgramTest.head(body, DataType.DOUBLE), DataType.DOUBLE)
                .forEach((name, e) -> TensorAssert.assertClose(
                        name, actual.get(name).castTo(DataType.FLOAT), e.castTo(DataType.FLOAT)));
    }

    @Test
    void lossesThatItDoesNotCoverRunOnTheNextOne() {
        FusedLossRuntime layer = (FusedLossRuntime)
                LossProgramTest.head((p, x) -> p.linear(p.norm(x, "gain", null, 1e-3), "W", "b", 5), DataType.FLOAT);
        assertThat(layer.runner(WIDTH)).isInstanceOf(CpuLoss.class);
    }

    private static Map<String, INDArray> run(BiFunction<LayerProgram.Builder, Value, Value> body, DataType type) {
        return ProgramTest.run(ProgramTest.layer(body, type, TOKENS), type, TOKENS);
    }
}
