package io.github.performer4j.gpu.program;

import io.github.performer4j.gpu.device.Arena;
import io.github.performer4j.gpu.device.Device;

/**
 * A device, and the memory of the moment that programs on it share: one runs at a time, and holds the lock of this object.
 *
 * @param device where programs run
 * @param scratch what no program keeps
 */
public record DeviceMemory(Device device, Arena scratch) {

    /** The same with memory of its own. */
    public DeviceMemory(Device device) {
        this(device, new Arena(device));
    }
}
