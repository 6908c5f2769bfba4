package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.gpu.device.CudaDevice;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.Libraries;
import io.github.performer4j.gpu.device.Precision;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that several devices share are those of one, but for the order of sums, and repeat their bits. */
class ReplicasTest {
    private static final double BOUND = 1e-5;
    private static final int STEPS = 4;

    @TempDir
    Path cache;

    @BeforeEach
    void compiler() {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
        Emulation.faults(12_080, 3, 1L << 40, -1, true);
        Emulation.schedule(Emulation.Schedule.AT_ONCE, 0);
        System.setProperty("performer4j.cuda.cache", cache.toString());
        System.setProperty(Engines.PROPERTY, "cpu");
    }

    @AfterEach
    void restore() {
        Emulation.faults(12_080, 1, 1L << 40, -1, true);
        Emulation.schedule(Emulation.Schedule.AT_ONCE, 0);
        System.clearProperty("performer4j.cuda.cache");
        System.clearProperty(Engines.PROPERTY);
    }

    private static StepOptions options(int devices) {
        return new StepOptions(true, false, devices);
    }

    /** Five sequences and one: not all devices have one of the second micro-batch. */
    private static List<List<Stepper.Rows>> batches() {
        List<List<Stepper.Rows>> all = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            all.add(List.of(SmallNet.rows(2 * i, 5, 9, true), SmallNet.rows(2 * i + 1, 1, 7, false)));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void equalsOneDevice(int devices) throws IOException {
        SmallNet.Outcome one = SmallNet.run(SmallNet.config(), batches(), options(1), 1);
        SmallNet.Outcome several = SmallNet.run(SmallNet.config(), batches(), options(devices), devices);
        for (int i = 0; i < STEPS; i++) {
            assertThat(several.losses().get(i))
                    .isCloseTo(one.losses().get(i), within(BOUND * one.losses().get(i)));
            assertThat(several.norms().get(i))
                    .isCloseTo(one.norms().get(i), within(BOUND * one.norms().get(i)));
        }
        double most = 0;
        double error = 0;
        for (int i = 0; i < one.moments().length; i++) {
            most = Math.max(most, Math.abs(one.moments()[i]));
            error = Math.max(error, Math.abs(one.moments()[i] - several.moments()[i]));
        }
        assertThat(error).isLessThan(BOUND * most);
        assertThat(several).as("not the same sums").isNotEqualTo(one);
    }

    /** Whenever streams run, whether devices reach each other or not, in graphs or not. */
    @Test
    void theBitsRepeat() throws IOException {
        SmallNet.Outcome expected = SmallNet.run(SmallNet.config(), batches(), options(3), 3);
        assertThat(Emulation.launched()).isEqualTo(3 * (STEPS - 1));
        Emulation.peers(false);
        for (Emulation.Schedule schedule : Emulation.Schedule.values()) {
            Emulation.schedule(schedule, 5);
            boolean graphs = schedule.ordinal() % 2 == 1;
            assertThat(SmallNet.run(SmallNet.config(), batches(), new StepOptions(graphs, !graphs, 3), 3))
                    .as(schedule.name())
                    .isEqualTo(expected);
        }
    }

    /** A copy sees what was asked of the other device before, and nothing that is asked later. */
    @ParameterizedTest
    @EnumSource(Emulation.Schedule.class)
    void copiesBetweenDevicesAreInOrder(Emulation.Schedule schedule) throws IOException {
        int n = 32;
        int rounds = 5;
        List<CudaDevice> devices = SmallNet.devices(2);
        CudaDevice a = devices.get(0);
        CudaDevice b = devices.get(1);
        long x = a.allocate(n * Float.BYTES);
        long y = b.allocate(n * Float.BYTES);
        long seen = b.allocate((long) rounds * n * Float.BYTES);
        Emulation.schedule(schedule, 11);
        for (int i = 0; i < rounds; i++) {
            a.launch("fill", 1, 1, n, x, (long) n, 1f + i);
            b.copyFrom(a, x, y, n);
            b.launch("scale", 1, 1, n, y, 2f, seen + (long) i * n * Float.BYTES, (long) n, 0);
        }
        a.launch("fill", 1, 1, n, x, (long) n, -1f);
        a.synchronize(); // lets it run ahead of the other one, but for what that copies
        float[] actual = new float[rounds * n];
        b.read(seen, actual, 0, actual.length);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isEqualTo(2f * (1 + i / n));
        }
        devices.forEach(CudaDevice::close);
    }

    @Test
    void fewerDevicesThanAskedFor() {
        assertThatThrownBy(
                        () -> CudaDevice.open(new Libraries(Emulation.driver().toString()), Precision.FLOAT32, 3))
                .isInstanceOf(DeviceException.class)
                .hasMessage("the machine has not as many devices; asked for=4, devices=3");
    }

    /** One step of a run; then one of three devices is lost in the next. */
    @Test
    void aLostDeviceIsNamed() throws IOException {
        List<DeviceMemory> memories =
                SmallNet.devices(3).stream().map(DeviceMemory::new).toList();
        Emulation.lose(1, 200);
        assertThatThrownBy(() -> SmallNet.run(SmallNet.config(), batches(), options(3), memories))
                .isInstanceOf(DeviceException.class)
                .hasMessageMatching("one of the devices of a step fails; device=2 of 3, Emulated 101, .*"
                        + " the device fails; call=\\w+, status=719, reason=unspecified launch failure");
    }

    @Test
    void tooLittleMemoryOnOneOfThem() throws IOException {
        List<DeviceMemory> memories =
                SmallNet.devices(2).stream().map(DeviceMemory::new).toList();
        Emulation.left(1, 8 * SmallNet.net(SmallNet.config()).numParams() + 9_000); // another process has the rest
        assertThatThrownBy(() -> SmallNet.run(SmallNet.config(), batches(), options(2), memories))
                .isInstanceOf(DeviceException.class)
                .hasMessageStartingWith("a step does not fit the device's memory: smaller batches with accumulate do;"
                        + " batch=5, tokens=9, devices=2, try batch=2, device=Emulated 10");
    }
}
