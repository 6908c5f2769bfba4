package io.github.performer4j.gpu.device;

import com.sun.jna.Pointer;

/** A {@link DeviceGraph} of the driver: what a stream was asked while it recorded, made ready to run. */
final class CudaGraph implements DeviceGraph {
    private static final int THIS_THREAD = 1; // CU_STREAM_CAPTURE_MODE_THREAD_LOCAL

    private final CudaDevice device;
    private final Driver driver;
    private final Pointer stream;
    private final Pointer ready;

    private CudaGraph(CudaDevice device, Driver driver, Pointer stream, Pointer ready) {
        this.device = device;
        this.driver = driver;
        this.stream = stream;
        this.ready = ready;
    }

    /**
     * Records calls on a stream.
     *
     * @throws DeviceException if one of them cannot be recorded, or the driver refuses their graph
     */
    static CudaGraph of(CudaDevice device, Driver driver, Pointer stream, Runnable calls) {
        driver.call("cuStreamBeginCapture_v2", stream, THIS_THREAD);
        try {
            calls.run();
        } catch (RuntimeException | Error e) {
            driver.attempt(() -> driver.call("cuGraphDestroy", driver.ended("cuStreamEndCapture", stream)), e);
            throw e;
        }
        Pointer graph = driver.ended("cuStreamEndCapture", stream);
        try {
            return new CudaGraph(device, driver, stream, driver.made("cuGraphInstantiateWithFlags", graph, 0L));
        } finally {
            driver.call("cuGraphDestroy", graph);
        }
    }

    @Override
    public void launch() {
        device.enter();
        driver.call("cuGraphLaunch", ready, stream);
    }

    @Override
    public void close() {
        device.synchronize();
        driver.call("cuGraphExecDestroy", ready);
    }
}
