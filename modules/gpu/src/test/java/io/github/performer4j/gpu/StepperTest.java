package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.base.MicroBatch;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.NetPrograms;
import io.github.performer4j.core.schedule.FusedAdam;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.gpu.program.DeviceStepper;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Steps on the emulated device are those of the processor: the same losses, norms and parameters. */
class StepperTest {
    private static final int STEPS = 50;
    private static final int VOCABULARY = 13;
    private static final int BATCH = 2;
    private static final int TOKENS = 19;
    private static final double RATE = 3e-3;
    private static final double CLIP = 0.5;

    @BeforeEach
    void compiler() {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
        System.setProperty(Engines.PROPERTY, "cpu");
    }

    @AfterEach
    void restore() {
        System.clearProperty(Engines.PROPERTY);
    }

    private static PerformerConfig config() {
        return PerformerConfig.defaults()
                .with("embedding.vocabulary", VOCABULARY)
                .with("maxTokens", TOKENS)
                .with("attention.heads", 2)
                .with("attention.features", 6)
                .with("attention.redrawInterval", 7)
                .with("width", 14)
                .with("layers", 2)
                .with("feedForward.hidden", 17)
                .with("dropout", 0.1)
                .withCausal(true);
    }

    static Stream<Arguments> configs() {
        return Stream.of(
                Arguments.of(config(), false, STEPS),
                Arguments.of(config().with("head.tied", true).with("feedForward.kind", "geglu"), false, 5),
                Arguments.of(config().with("attention.featureMap", "gerf"), false, 5),
                Arguments.of(config().with("reversible", true), false, 5),
                Arguments.of(
                        config().with("tokenShift", true)
                                .with("norm.placement", "rezero")
                                .with("embedding.positions", "axial"),
                        false,
                        5),
                Arguments.of(
                        config().withCausal(false)
                                .with("tokenShift", true)
                                .with("norm.kind", "scale")
                                .with("embedding.hiddenToken", 5),
                        false,
                        5),
                Arguments.of(config().withCausal(false).with("embedding.textSeparator", 5), false, 5),
                Arguments.of(
                        config().withCausal(false)
                                .with("attention.featureMap", "aderf")
                                .with("attention.kind", "linear"),
                        false,
                        5),
                Arguments.of(config(), true, 5),
                Arguments.of(
                        config().with("attention.kind", "linear")
                                .with("attention.decay", "selective")
                                .with("attention.convolution", 3)
                                .with("tokenShift", true)
                                .with("embedding.positions", "axial"),
                        true,
                        5),
                Arguments.of(
                        config().withCausal(false)
                                .with("attention.kind", "linear")
                                .with("embedding.hiddenToken", 5),
                        true,
                        5),
                Arguments.of(
                        config().withCausal(false)
                                .with("attention.kind", "exact")
                                .with("embedding.textSeparator", 5),
                        true,
                        5));
    }

    private static ComputationGraph net(PerformerConfig config) {
        Task task = config.attention().causal() ? new CausalLanguageModel() : new MaskedLanguageModel();
        ComputationGraph net = new ComputationGraph(config.graph(task, new FusedAdam(RATE, 0.9, 0.98, 1e-8), 0.1, 29));
        net.init();
        net.initGradientsView();
        return net;
    }

    private static Stepper.Rows rows(int number) {
        return rows(number, false);
    }

    /** A sequence that follows a rule, with noise; the last tokens of the second one are padding. Packed rows hold two sequences each. */
    private static Stepper.Rows rows(int number, boolean packed) {
        CounterRandom random = CounterRandom.of(3, number);
        int[] ids = new int[BATCH * TOKENS];
        int[] labels = new int[BATCH * TOKENS];
        float[] mask = new float[BATCH * TOKENS];
        for (int b = 0; b < BATCH; b++) {
            int real = TOKENS - 4 * b;
            int id = random.nextInt(VOCABULARY);
            for (int t = 0; t < TOKENS; t++) {
                int next = random.nextInt(5) == 0 ? random.nextInt(VOCABULARY) : (3 * id + 1) % VOCABULARY;
                int at = b * TOKENS + t;
                ids[at] = t < real ? id : 0;
                labels[at] = t < real ? next : -1;
                mask[at] = t < real ? packed && t > 4 + number % 7 ? 2 : 1 : 0;
                id = next;
            }
        }
        return new Stepper.Rows(BATCH, TOKENS, ids, mask, labels);
    }

    /** A step as the trainer of the processor makes it. */
    private static Stepper.Step step(ComputationGraph net, List<Stepper.Rows> batches, int iteration) {
        Counters.set(net, iteration, 0);
        double predicted = batches.stream().mapToDouble(StepperTest::labels).sum();
        INDArray sum = null;
        double loss = 0;
        for (int i = 0; i < batches.size(); i++) {
            Stepper.Rows rows = batches.get(i);
            MicroBatch.set(net, i);
            net.setInputs(array(rows.ids()));
            net.setLabels(array(rows.labels()));
            INDArray mask = Nd4j.create(rows.mask(), new long[] {BATCH, TOKENS}, 'c');
            net.setLayerMaskArrays(new INDArray[] {mask}, null);
            net.computeGradientAndScore();
            double weight = labels(rows) / predicted;
            INDArray own = net.getFlattenedGradients().mul(weight);
            sum = sum == null ? own : sum.add(own);
            loss += weight * (net.score() - net.calcRegularizationScore(true));
            net.clearLayerMaskArrays();
        }
        INDArray flat = net.getFlattenedGradients();
        flat.assign(sum);
        double norm = flat.norm2Number().doubleValue();
        if (norm > CLIP) {
            flat.muli(CLIP / norm);
        }
        Gradient gradient = net.gradient();
        net.getUpdater().update(gradient, iteration, 0, 1, LayerWorkspaceMgr.noWorkspaces());
        net.params().subi(flat.reshape(flat.length()));
        Counters.updated(net);
        Counters.set(net, iteration + 1L, 0);
        return new Stepper.Step(loss, norm);
    }

    private static double labels(Stepper.Rows rows) {
        return java.util.Arrays.stream(rows.labels())
                .filter(label -> label >= 0)
                .count();
    }

    private static INDArray array(int... values) {
        return Nd4j.createFromArray(values).reshape(BATCH, TOKENS);
    }

    @ParameterizedTest
    @MethodSource("configs")
    void stepsAreThoseOfTheProcessor(PerformerConfig config, boolean packed, int steps) {
        ComputationGraph expected = net(config);
        ComputationGraph actual = net(config);
        INDArray before = expected.params().dup();
        Emulation device = new Emulation(Emulation.Order.DRAWN, 5);
        double first = 0;
        double last = 0;
        try (Stepper stepper = new DeviceStepper(new DeviceMemory(device), NetPrograms.of(actual), actual)) {
            for (int i = 0; i < steps; i++) {
                List<Stepper.Rows> batches = List.of(rows(2 * i, packed), rows(2 * i + 1, packed));
                Stepper.Step e = step(expected, batches, i);
                Counters.set(actual, i, 0);
                Stepper.Step a = stepper.step(batches, i, RATE, CLIP);
                Counters.updated(actual);
                assertThat(a.loss()).as("loss of step " + i).isCloseTo(e.loss(), within(1e-4));
                assertThat(a.gradientNorm()).as("norm of step " + i).isCloseTo(e.gradientNorm(), within(1e-3));
                first = i == 0 ? a.loss() : first;
                last = a.loss();
            }
            assertThat(actual.params()).isEqualTo(before); // they are on the device
            stepper.store();
        }
        assertThat(last).isLessThan(first);
        assertThat(actual.params().sub(expected.params()).amaxNumber().doubleValue())
                .isLessThan(5e-3);
    }

    @Test
    void theUpdatersStateComesBack() {
        ComputationGraph one = net(config());
        ComputationGraph two = net(config());
        Emulation device = new Emulation(Emulation.Order.FORWARD, 5);
        try (Stepper whole = new DeviceStepper(new DeviceMemory(device), NetPrograms.of(one), one);
                Stepper first = new DeviceStepper(new DeviceMemory(device), NetPrograms.of(two), two)) {
            for (int i = 0; i < 3; i++) {
                Counters.set(one, i, 0);
                whole.step(List.of(rows(i)), i, RATE, CLIP);
            }
            whole.store();
            Counters.set(two, 0, 0);
            first.step(List.of(rows(0)), 0, RATE, CLIP);
            first.store();
        }
        try (Stepper rest = new DeviceStepper(new DeviceMemory(device), NetPrograms.of(two), two)) {
            for (int i = 1; i < 3; i++) {
                Counters.set(two, i, 0);
                rest.step(List.of(rows(i)), i, RATE, CLIP);
            }
            rest.store();
        }
        assertThat(two.params()).isEqualTo(one.params());
        assertThat(two.getUpdater().getStateViewArray())
                .isEqualTo(one.getUpdater().getStateViewArray());
    }

    @Test
    void tooLittleMemoryNamesTheBatch() {
        ComputationGraph net = net(config());
        Emulation device = new Emulation(Emulation.Order.FORWARD, 5).limit(16 * net.numParams() + 20_000);
        try (Stepper stepper = new DeviceStepper(new DeviceMemory(device), NetPrograms.of(net), net)) {
            assertThatThrownBy(() -> stepper.step(List.of(rows(0)), 0, RATE, CLIP))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageStartingWith(
                            "a step does not fit the device's memory: smaller batches with accumulate do;"
                                    + " batch=2, tokens=19, try batch=1, device=emulation, the device has not as much memory;");
        }
    }

    @Test
    void aNetThatIsNoChain() {
        NetProgram program = NetPrograms.of(net(config()));
        assertThat(program.stages()).hasSize(5);
        PerformerConfig rows = config();
        ComputationGraph net = new ComputationGraph(
                rows.graph(new CausalLanguageModel(), new org.nd4j.linalg.learning.config.Sgd(0.1), 0, 29));
        net.init();
        assertThatThrownBy(() -> NetPrograms.of(net))
                .hasMessageStartingWith("steps in an engine's memory need Adam for each parameter;");
    }
}
