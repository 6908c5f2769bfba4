package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.schedule.FusedAdam;
import io.github.performer4j.core.schedule.FusedUpdate;
import io.github.performer4j.core.schedule.WarmupSchedule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** Adam on kernels is Adam: in values, through JSON and zip, and with Deeplearning4j's schedules and weight decay. */
class FusedAdamTest {
    private static final WarmupSchedule SCHEDULE = new WarmupSchedule(1e-2, 2, WarmupSchedule.Shape.COSINE, 3, 9, 0.1);

    /** Against ND4J's own in float64, over blocks that do not fill a vector and more than one task, gradients down to far below ε. */
    @Test
    void stepsAreThoseOfAdam() {
        int n = (1 << 16) + 37;
        FusedAdam adam = new FusedAdam(SCHEDULE, 0.9, 0.98, 1e-6);
        GradientUpdater<?> updater = adam.instantiate(Nd4j.create(DataType.FLOAT, 1, 2 * n), true);
        assertThat(updater.getClass().getSimpleName()).isEqualTo("FusedAdamUpdater");
        GradientUpdater<?> oracle = Adam.builder()
                .learningRate(Double.NaN)
                .learningRateSchedule(SCHEDULE)
                .beta1(0.9)
                .beta2(0.98)
                .epsilon(1e-6)
                .build()
                .instantiate(Nd4j.create(DataType.DOUBLE, 1, 2 * n), true);
        INDArray m = Nd4j.create(DataType.DOUBLE, 1, n);
        float[] powers = new float[n];
        for (int j = 0; j < n; j++) {
            powers[j] = (float) Math.pow(10, -9.0 * j / n);
        }
        INDArray magnitudes = Nd4j.create(powers, new long[] {1, n}, DataType.FLOAT);
        for (int i = 0; i < 5; i++) {
            INDArray gradient = Samples.gaussian(DataType.FLOAT, i, 1, 1, n).mul(magnitudes);
            INDArray expected = gradient.castTo(DataType.DOUBLE);
            m.muli(0.9).addi(expected.mul(0.1));
            oracle.applyUpdater(expected, i, 0);
            updater.applyUpdater(gradient, i, 0);
            double largest = expected.amaxNumber().doubleValue();
            assertThat(gradient.castTo(DataType.DOUBLE)
                            .sub(expected)
                            .amaxNumber()
                            .doubleValue())
                    .isLessThan(1e-6 * largest);
        }
        INDArray first = updater.getState().get(AdamUpdater.M_STATE).castTo(DataType.DOUBLE);
        assertThat(first.sub(m.reshape(n)).amaxNumber().doubleValue()).isLessThan(1e-6);
        assertThatThrownBy(() -> updater.applyUpdater(Nd4j.create(DataType.FLOAT, 1, n + 1), 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("state must hold two moments per gradient; gradient=" + (n + 1) + ", state=" + 2 * n);
    }

    @Test
    void float64IsLeftToNd4j() {
        GradientUpdater<?> updater =
                new FusedAdam(1e-3, 0.9, 0.999, 1e-8).instantiate(Nd4j.create(DataType.DOUBLE, 1, 8), true);
        assertThat(updater).isInstanceOf(AdamUpdater.class);
    }

    /** Five steps with decay end where ND4J's Adam ends. */
    @Test
    void aNetLearnsAsWithAdam() {
        Adam adam = new Adam(1e-2, 0.9, 0.98, 1e-9);
        adam.setLearningRateSchedule(SCHEDULE);
        ComputationGraph expected = net(adam);
        ComputationGraph actual = net(new FusedAdam(SCHEDULE, 0.9, 0.98, 1e-9));
        actual.setParams(expected.params());
        INDArray before = expected.params().dup();
        for (int i = 0; i < 5; i++) {
            fit(expected, i);
            fit(actual, i);
        }
        assertThat(expected.params().sub(before).amaxNumber().doubleValue()).isGreaterThan(1e-2);
        assertThat(actual.params().sub(expected.params()).amaxNumber().doubleValue())
                .isLessThan(1e-4);
    }

    /** Moments, decay and step in one pass are Deeplearning4j's update, in parameters, state and what the gradient buffer holds; layers may have rates and decays of their own. */
    @Test
    void onePassIsDeeplearning4jsUpdate() {
        ComputationGraph expected = net(new FusedAdam(SCHEDULE, 0.9, 0.98, 1e-9));
        expected.setLearningRate("block-0", 3e-3);
        ComputationGraph actual = expected.clone();
        assertThat(expected.getUpdater().getUpdaterBlocks().size()).isGreaterThan(1);
        for (int i = 0; i < 4; i++) {
            INDArray gradient = Samples.gaussian(DataType.FLOAT, 70 + i, 1, 1, expected.numParams());
            for (ComputationGraph net : List.of(expected, actual)) {
                net.initGradientsView();
                net.getFlattenedGradients()
                        .assign(gradient.reshape(net.getFlattenedGradients().shape()));
            }
            DefaultGradient named = new DefaultGradient(expected.getFlattenedGradients());
            expected.getUpdater().update(named, i, 0, 1, LayerWorkspaceMgr.noWorkspaces());
            expected.params().subi(expected.getFlattenedGradients().reshape(expected.numParams()));
            FusedUpdate.of(actual).orElseThrow().apply(i, 0);
            near(actual.params(), expected.params());
            near(actual.getFlattenedGradients(), expected.getFlattenedGradients());
            near(actual.getUpdater().getStateViewArray(), expected.getUpdater().getStateViewArray());
        }
    }

    private static void near(INDArray actual, INDArray expected) {
        double largest = expected.amaxNumber().doubleValue();
        assertThat(largest).isGreaterThan(1e-4);
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-6 * largest);
    }

    @Test
    void whatIsNotAdamWithDecayIsLeftToDeeplearning4j() {
        assertThat(FusedUpdate.of(net(new Adam(1e-3)))).isEmpty();
        ComputationGraph normalised = net(new FusedAdam(1e-3, 0.9, 0.98, 1e-9));
        ((BaseLayer) normalised.getLayer("block-0").conf().getLayer())
                .setGradientNormalization(GradientNormalization.ClipL2PerLayer);
        assertThat(FusedUpdate.of(normalised)).isEmpty();
    }

    @Test
    void jsonKeepsClassRatesAndSchedule() {
        FusedAdam adam = new FusedAdam(SCHEDULE, 0.85, 0.97, 1e-7);
        ComputationGraphConfiguration read = ComputationGraphConfiguration.fromJson(
                net(adam).getConfiguration().toJson());
        ComputationGraph net = new ComputationGraph(read);
        net.init();
        IUpdater updater = net.getLayer("block-0").getConfig().getUpdaterByParam("Wq");
        assertThat(updater).isEqualTo(adam).isExactlyInstanceOf(FusedAdam.class);
        assertThat(((FusedAdam) updater).getLearningRateSchedule()).isEqualTo(SCHEDULE);
        assertThat(adam.clone()).isEqualTo(adam).isNotSameAs(adam);
        assertThat(adam.equals(new Adam(1e-2, 0.85, 0.97, 1e-7))).isFalse();
        assertThat(new Adam().equals(new FusedAdam())).isFalse();
        assertThat(new FusedAdam()).isEqualTo(new FusedAdam());
    }

    /** A restored net continues bit by bit. */
    @Test
    void aRestoredNetContinuesBitByBit() throws IOException {
        ComputationGraph net = net(new FusedAdam(SCHEDULE, 0.9, 0.98, 1e-9));
        for (int i = 0; i < 3; i++) {
            fit(net, i);
        }
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, zip, true);
        ComputationGraph restored =
                ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), true);
        TensorAssert.assertIdentical(
                "moments",
                restored.getUpdater().getUpdaterStateViewArray(),
                net.getUpdater().getUpdaterStateViewArray());
        assertThat(net.getUpdater().getUpdaterStateViewArray().length()).isEqualTo(2 * net.numParams());
        for (int i = 3; i < 6; i++) {
            fit(net, i);
            fit(restored, i);
        }
        TensorAssert.assertIdentical("parameters", restored.params(), net.params());
    }

    private static ComputationGraph net(IUpdater updater) {
        PerformerConfig config = Nets.config().with("layers", 1).with("attention.redrawInterval", 0);
        ComputationGraph net =
                new ComputationGraph(config.graph(Nets.languageModel(config), updater, 0.1, 29, DataType.FLOAT));
        net.init();
        return Nets.roughen(net);
    }

    private static void fit(ComputationGraph net, int step) {
        INDArray x = Samples.ids(DataType.FLOAT, step, Nets.VOCABULARY, 2, 7);
        INDArray y = Samples.ids(DataType.FLOAT, 50 + step, Nets.VOCABULARY, 2, 7);
        net.fit(Nets.feed(net, x, y, null, null).data());
    }
}
