package io.github.performer4j.gpu.device;

import com.sun.jna.Pointer;

/**
 * An {@link Inbox} on a stream of its own, from memory of the process that the driver has locked, through memory of the device between them:
 *
 * <pre>
 * send      wait here for "arrived"; fill the locked memory; copy stream: wait for "taken", copy to the device, say "arrived"
 * receive   device's stream: wait for "arrived", copy to its place, say "taken"
 * </pre>
 */
final class CudaInbox implements Inbox {
    private static final int UNTIMED = 2; // CU_EVENT_DISABLE_TIMING
    private static final int APART = 1; // CU_STREAM_NON_BLOCKING
    private static final int PORTABLE = 1; // CU_MEMHOSTALLOC_PORTABLE

    private final CudaDevice device;
    private final Driver driver;
    private final Pointer stream;
    private final Pointer copies;
    private final Pointer arrived;
    private final Pointer taken;
    private Pointer locked;
    private long room; // on the device
    private long capacity; // bytes of either
    private long bytes; // of what was sent last

    CudaInbox(CudaDevice device, Driver driver, Pointer stream) {
        this.device = device;
        this.driver = driver;
        this.stream = stream;
        copies = driver.made("cuStreamCreate", APART);
        arrived = driver.made("cuEventCreate", UNTIMED);
        taken = driver.made("cuEventCreate", UNTIMED);
    }

    @Override
    public void send(int... words) {
        device.enter();
        driver.call("cuEventSynchronize", arrived);
        grow((long) Math.max(1, words.length) * Integer.BYTES);
        locked.write(0, words, 0, words.length);
        bytes = (long) words.length * Integer.BYTES;
        driver.call("cuStreamWaitEvent", copies, taken, 0);
        if (bytes > 0) {
            driver.call("cuMemcpyHtoDAsync_v2", room, locked, bytes, copies);
        }
        driver.call("cuEventRecord", arrived, copies);
    }

    private void grow(long wanted) {
        if (wanted <= capacity) {
            return;
        }
        free();
        room = device.allocate(wanted);
        locked = driver.made("cuMemHostAlloc", wanted, PORTABLE);
        capacity = wanted;
    }

    private void free() {
        driver.call("cuStreamSynchronize", copies);
        if (room != 0) {
            device.free(room);
            room = 0;
        }
        if (locked != null) {
            driver.call("cuMemFreeHost", locked);
            locked = null;
        }
        capacity = 0;
    }

    @Override
    public void receive(long to) {
        device.enter();
        driver.call("cuStreamWaitEvent", stream, arrived, 0);
        if (bytes > 0) {
            driver.call("cuMemcpyDtoDAsync_v2", to, room, bytes, stream);
        }
        driver.call("cuEventRecord", taken, stream);
    }

    @Override
    public void close() {
        device.enter();
        free();
        driver.call("cuEventDestroy_v2", arrived);
        driver.call("cuEventDestroy_v2", taken);
        driver.call("cuStreamDestroy_v2", copies);
    }
}
