package io.github.performer4j.gpu;

import io.github.performer4j.gpu.device.CudaDevice;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.FoundDevice;
import io.github.performer4j.gpu.device.Libraries;
import io.github.performer4j.gpu.device.Precision;
import io.github.performer4j.gpu.program.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** The device of this process: looked for when it is asked for first, and then kept. */
public final class Devices {
    private static IntFunction<Device> source = Devices::open;
    private static final List<DeviceMemory> FURTHER = new ArrayList<>();
    private static DeviceMemory memory;
    private static DeviceException missing;

    private Devices() {}

    /** Opens a device, from the libraries and in the precision that properties name. */
    private static Device open(int number) {
        return CudaDevice.open(
                new Libraries(System.getProperty(Libraries.PROPERTY)),
                Precision.named(System.getProperty(Precision.PROPERTY)),
                number);
    }

    /** Takes the device from here, for tests. */
    static void use(Supplier<Device> other) {
        use(number -> other.get());
    }

    /** Takes devices by their numbers from here, for tests. */
    static synchronized void use(IntFunction<Device> other) {
        source = other;
        memory = null;
        FURTHER.clear();
        missing = null;
    }

    /** Returns the device with its memory; empty if there is none, and then {@link #missing} says why. */
    public static synchronized Optional<DeviceMemory> memory() {
        if (memory == null && missing == null) {
            try {
                memory = new DeviceMemory(source.apply(0));
            } catch (DeviceException e) {
                missing = e;
            }
        }
        return Optional.ofNullable(memory);
    }

    /**
     * Returns the device with its memory.
     *
     * @throws DeviceException if there is none: what is missing, and every place that was looked at
     */
    public static DeviceMemory require() {
        return memory().orElseThrow(Devices::missing);
    }

    /**
     * Returns the first devices with their memory.
     *
     * @param count at least 1
     * @throws DeviceException if there are fewer
     */
    public static synchronized List<DeviceMemory> require(int count) {
        List<DeviceMemory> all = new ArrayList<>(List.of(require()));
        for (int i = 1; i < count; i++) {
            if (FURTHER.size() < i) {
                FURTHER.add(new DeviceMemory(source.apply(i)));
            }
            all.add(FURTHER.get(i - 1));
        }
        return all;
    }

    /**
     * Returns all devices of the machine.
     *
     * @throws DeviceException if the driver is missing, too old or fails
     */
    public static List<FoundDevice> all() {
        return CudaDevice.all(new Libraries(System.getProperty(Libraries.PROPERTY)));
    }

    /** Returns why there is no device, once {@link #memory} has looked for one. */
    public static synchronized DeviceException missing() {
        return missing == null ? new DeviceException("the device was not looked for") : missing;
    }
}
