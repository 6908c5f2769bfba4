package io.github.performer4j.gpu;

import io.github.performer4j.gpu.device.CudaDevice;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.FoundDevice;
import io.github.performer4j.gpu.device.Libraries;
import io.github.performer4j.gpu.device.Precision;
import io.github.performer4j.gpu.program.DeviceMemory;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The device of this process: looked for when it is asked for first, and then kept. */
public final class Devices {
    private static Supplier<Device> source = Devices::first;
    private static DeviceMemory memory;
    private static DeviceException missing;

    private Devices() {}

    /** Opens the first device, from the libraries and in the precision that properties name. */
    private static Device first() {
        return CudaDevice.open(
                new Libraries(System.getProperty(Libraries.PROPERTY)),
                Precision.named(System.getProperty(Precision.PROPERTY)));
    }

    /** Takes the device from here, for tests. */
    static synchronized void use(Supplier<Device> other) {
        source = other;
        memory = null;
        missing = null;
    }

    /** Returns the device with its memory; empty if there is none, and then {@link #missing} says why. */
    public static synchronized Optional<DeviceMemory> memory() {
        if (memory == null && missing == null) {
            try {
                memory = new DeviceMemory(source.get());
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
