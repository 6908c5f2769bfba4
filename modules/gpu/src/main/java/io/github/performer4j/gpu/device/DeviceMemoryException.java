package io.github.performer4j.gpu.device;

/** A device has not as much memory as was asked for. */
public final class DeviceMemoryException extends DeviceException {
    private static final long serialVersionUID = 1;

    private final long bytes;
    private final long free;

    /**
     * Says what was asked for.
     *
     * @param bytes that were asked for
     * @param free that there are; negative where that is not known
     */
    public DeviceMemoryException(long bytes, long free) {
        super("the device has not as much memory; bytes=" + bytes + ", free=" + (free < 0 ? "unknown" : free));
        this.bytes = bytes;
        this.free = free;
    }

    /** Returns how many bytes were asked for. */
    public long bytes() {
        return bytes;
    }

    /** Returns how many there were; negative where that is not known. */
    public long free() {
        return free;
    }
}
