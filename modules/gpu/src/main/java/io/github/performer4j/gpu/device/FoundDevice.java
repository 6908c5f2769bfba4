package io.github.performer4j.gpu.device;

/**
 * A device of this machine.
 *
 * @param handle what the driver calls it
 * @param name as its maker has it
 * @param architecture 10 · major + minor of its compute capability
 * @param bytes of memory
 */
public record FoundDevice(int handle, String name, int architecture, long bytes) {

    /** Returns its compute capability, {@code 9.0}. */
    public String capability() {
        return architecture / 10 + "." + architecture % 10;
    }

    /** Returns what it is, in words. */
    public String words() {
        return name + ", compute capability " + capability() + ", " + bytes / (1L << 20) + " MiB";
    }
}
