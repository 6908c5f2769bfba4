package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.NetPrograms;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.gpu.program.StepOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps give the same bits whenever streams run, recorded as graphs or not, and with activations kept or made again. */
class StepSchedulesTest {
    private static final StepOptions PLAIN = new StepOptions(false, false, 1);
    private static final StepOptions GRAPHS = new StepOptions(true, false, 1);

    @TempDir
    Path cache;

    @BeforeEach
    void compiler() {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
        Emulation.faults(12_080, 1, 1L << 40, -1, true);
        Emulation.schedule(Emulation.Schedule.AT_ONCE, 0);
        System.setProperty("performer4j.cuda.cache", cache.toString());
        System.setProperty(Engines.PROPERTY, "cpu");
    }

    @AfterEach
    void restore() {
        Emulation.schedule(Emulation.Schedule.AT_ONCE, 0);
        System.clearProperty("performer4j.cuda.cache");
        System.clearProperty(Engines.PROPERTY);
    }

    /** Two micro-batches each, of two shapes in turn: the longer one comes second, so that memory moves. */
    private static List<List<Stepper.Rows>> batches(int steps) {
        List<List<Stepper.Rows>> all = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            boolean longer = i % 2 == 1;
            all.add(List.of(
                    SmallNet.rows(2 * i, 2, longer ? 17 : 5, longer),
                    SmallNet.rows(2 * i + 1, 2, longer ? 9 : 7, true)));
        }
        return all;
    }

    @Test
    void anyOrderOfStreams() throws IOException {
        SmallNet.Outcome expected = SmallNet.run(SmallNet.config(), batches(5), PLAIN, 1);
        for (Emulation.Schedule schedule : Emulation.Schedule.values()) {
            Emulation.schedule(schedule, 7);
            assertThat(SmallNet.run(SmallNet.config(), batches(5), GRAPHS, 1))
                    .as(schedule.name())
                    .isEqualTo(expected);
        }
    }

    /** The first step of each shape runs call by call; when the second has moved memory, graphs of the first are made anew. */
    @Test
    void aGraphForEachShape() throws IOException {
        SmallNet.Outcome expected = SmallNet.run(SmallNet.config(), batches(8), PLAIN, 1);
        assertThat(Emulation.recorded()).isZero();
        assertThat(SmallNet.run(SmallNet.config(), batches(8), GRAPHS, 1)).isEqualTo(expected);
        assertThat(Emulation.recorded()).isEqualTo(2);
        assertThat(Emulation.launched()).isEqualTo(6);
        assertThat(Emulation.alive()).isZero();
    }

    /** Hybrid features are recorded as others are; those that are fitted to data are chosen on the host, so that nothing is recorded. */
    @Test
    void featuresOfAllKinds() throws IOException {
        PerformerConfig hybrid =
                SmallNet.config().with("attention.features", 20).with("attention.featureMap", "hybrid");
        assertThat(SmallNet.run(hybrid, batches(6), GRAPHS, 1)).isEqualTo(SmallNet.run(hybrid, batches(6), PLAIN, 1));
        assertThat(Emulation.recorded()).isEqualTo(2);
        PerformerConfig fitted =
                SmallNet.config().with("attention.featureMap", "gerf").withCausal(false);
        assertThat(SmallNet.run(fitted, batches(4), GRAPHS, 1)).isEqualTo(SmallNet.run(fitted, batches(4), PLAIN, 1));
        assertThat(Emulation.recorded()).isEqualTo(2);
    }

    /** Where sequences of packed rows begin is read from memory: rows of one size are of one shape. */
    @Test
    void packedRowsAreOfOneShape() throws IOException {
        List<List<Stepper.Rows>> batches = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            batches.add(List.of(SmallNet.packed(i, 3, 17)));
        }
        PerformerConfig config = SmallNet.config()
                .with("attention.kind", "linear")
                .with("attention.convolution", 3)
                .with("tokenShift", true);
        SmallNet.Outcome expected = SmallNet.run(config, batches, PLAIN, 1);
        assertThat(SmallNet.run(config, batches, GRAPHS, 1)).isEqualTo(expected);
        assertThat(Emulation.recorded()).isEqualTo(1);
        assertThat(Emulation.launched()).isEqualTo(5);
        PerformerConfig fitted = config.with("attention.featureMap", "gerf");
        assertThat(new CudaEngine().packs(NetPrograms.of(SmallNet.net(config)))).isTrue();
        assertThat(new CudaEngine().packs(NetPrograms.of(SmallNet.net(fitted)))).isFalse();
        assertThatThrownBy(() -> SmallNet.run(fitted, batches, PLAIN, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "steps on a device take packed rows where no features are fitted to each sequence; rows=3, longest sequence=16");
    }

    @Test
    void movedMemoryIsRecordedAgain() throws IOException {
        List<List<Stepper.Rows>> batches = new ArrayList<>();
        for (int tokens : new int[] {5, 5, 5, 19, 5, 5, 19, 19, 5}) {
            batches.add(List.of(SmallNet.rows(batches.size(), 2, tokens, false)));
        }
        SmallNet.Outcome expected = SmallNet.run(SmallNet.config(), batches, PLAIN, 1);
        assertThat(SmallNet.run(SmallNet.config(), batches, GRAPHS, 1)).isEqualTo(expected);
        assertThat(Emulation.recorded()).isEqualTo(3); // 5, then 5 and 19
        assertThat(Emulation.launched()).isEqualTo(7);
    }

    @Test
    void thereAreNoMoreGraphsThanAllowed() throws IOException {
        List<List<Stepper.Rows>> batches = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            batches.add(List.of(SmallNet.rows(i, 1, 19 - i / 2, false)));
        }
        PerformerConfig config = SmallNet.config().with("layers", 1);
        assertThat(SmallNet.run(config, batches, GRAPHS, 1)).isEqualTo(SmallNet.run(config, batches, PLAIN, 1));
        assertThat(Emulation.recorded()).isEqualTo(18);
        assertThat(Emulation.mostAlive()).isEqualTo(16);
        assertThat(Emulation.alive()).isZero();
    }

    @Test
    void whereNothingIsRecordedStepsGoOn() throws IOException {
        SmallNet.Outcome expected = SmallNet.run(SmallNet.config(), batches(4), PLAIN, 1);
        Emulation.graphs(false);
        assertThat(SmallNet.run(SmallNet.config(), batches(4), GRAPHS, 1)).isEqualTo(expected);
        assertThat(Emulation.launched()).isZero();
    }

    @Test
    void activationsMadeAgain() throws IOException {
        PerformerConfig bidirectional = SmallNet.config().withCausal(false).with("layers", 3);
        for (PerformerConfig config : List.of(SmallNet.config(), bidirectional)) {
            SmallNet.Outcome expected = SmallNet.run(config, batches(4), PLAIN, 1);
            assertThat(SmallNet.run(config, batches(4), new StepOptions(true, true, 1), 1))
                    .isEqualTo(expected);
            try (Emulation device = new Emulation(Emulation.Order.FORWARD, 3)) {
                assertThat(SmallNet.run(
                                config, batches(4), new StepOptions(false, true, 1), List.of(new DeviceMemory(device))))
                        .isEqualTo(SmallNet.run(config, batches(4), PLAIN, List.of(new DeviceMemory(device))));
            }
        }
    }

    /** A call that a graph cannot repeat is refused while one is recorded, and the calls before it are not made. */
    @Test
    void whatCannotBeRecorded() throws IOException {
        try (io.github.performer4j.gpu.device.CudaDevice device =
                SmallNet.devices(1).get(0)) {
            long x = device.allocate(16);
            device.write(x, 1, 2, 3, 4);
            for (Runnable call : List.<Runnable>of(
                    () -> device.allocate(4), () -> device.write(x, 5), () -> device.read(x, new int[1]))) {
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> device.capture(() -> {
                            device.zero(x, 16);
                            call.run();
                        }))
                        .hasMessageStartingWith("a call cannot be part of a graph; call=");
            }
            int[] kept = new int[4];
            device.read(x, kept);
            assertThat(kept).containsExactly(1, 2, 3, 4);
        }
    }
}
