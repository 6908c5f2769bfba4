package io.github.performer4j.gpu.program;

import io.github.performer4j.gpu.device.Arena;
import io.github.performer4j.gpu.device.Device;
import java.lang.ref.Cleaner;

/**
 * A device, and the memory of the moment that programs on it share: one runs at a time, and holds the lock of this object.
 *
 * @param device where programs run
 * @param scratch what no program keeps
 */
public record DeviceMemory(Device device, Arena scratch) {

    private static final Cleaner CLEANER = Cleaner.create();

    /** The same with memory of its own. */
    public DeviceMemory(Device device) {
        this(device, new Arena(device));
    }

    /**
     * Gives a program's memory back when what runs it is no longer reachable: a layer's runtime is not closed by anyone.
     *
     * @param owner which the program must not know
     */
    public void closeWith(Object owner, DeviceProgram program) {
        CLEANER.register(owner, () -> {
            synchronized (this) {
                program.close();
            }
        });
    }
}
