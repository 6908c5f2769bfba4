package io.github.performer4j.gpu.device;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An NVIDIA device, by the driver's API in its primary context and on one stream (and one more for each {@link #inbox}), its kernels compiled by NVRTC and its products by cuBLAS. */
public final class CudaDevice implements Device {
    private static final int UNTIMED = 2; // CU_EVENT_DISABLE_TIMING

    private final Driver driver;
    private final FoundDevice found;
    private final Pointer context;
    private final Pointer stream;
    private final Pointer module;
    private final Cublas cublas;
    private final Precision precision;
    private final Map<String, Pointer> functions = new HashMap<>();
    private final Set<Pointer> reached = new HashSet<>(); // contexts whose memory this one has looked at
    private final Pointer here; // said where another device's stream waits for this one
    private final long workspace;
    private boolean capturing;

    private CudaDevice(Libraries libraries, Driver driver, FoundDevice found, Precision precision) {
        this.driver = driver;
        this.found = found;
        this.precision = precision;
        Nvrtc nvrtc = new Nvrtc(libraries.load(Libraries.Kind.NVRTC));
        byte[] kernels = nvrtc.compile(KernelSource.text(), found.architecture());
        context = driver.made("cuDevicePrimaryCtxRetain", found.handle());
        driver.call("cuCtxSetCurrent", context);
        stream = driver.made("cuStreamCreate", 0);
        Memory image = new Memory(kernels.length + 1L); // PTX ends with a zero
        image.write(0, kernels, 0, kernels.length);
        image.setByte(kernels.length, (byte) 0);
        module = driver.made("cuModuleLoadData", image);
        here = driver.made("cuEventCreate", UNTIMED);
        workspace = allocate(Cublas.WORKSPACE);
        cublas = new Cublas(libraries.load(Libraries.Kind.CUBLAS), stream, precision, workspace);
    }

    /** Opens the first device, see {@link #open(Libraries, Precision, int)}. */
    public static CudaDevice open(Libraries libraries, Precision precision) {
        return open(libraries, precision, 0);
    }

    /**
     * Opens a device.
     *
     * @param number its place among those of the machine, from 0
     * @throws DeviceException naming every place that was looked at, if a library is missing; or if there is no such device
     */
    public static CudaDevice open(Libraries libraries, Precision precision, int number) {
        Driver driver = new Driver(libraries.load(Libraries.Kind.DRIVER));
        List<FoundDevice> all = driver.devices();
        if (all.isEmpty()) {
            throw new DeviceException("the driver has no device; devices=0");
        }
        if (number >= all.size()) {
            throw new DeviceException(
                    "the machine has not as many devices; asked for=" + (number + 1) + ", devices=" + all.size());
        }
        return new CudaDevice(libraries, driver, all.get(number), precision);
    }

    /**
     * Returns the devices that there are.
     *
     * @throws DeviceException if the driver is missing, too old or fails
     */
    public static List<FoundDevice> all(Libraries libraries) {
        return new Driver(libraries.load(Libraries.Kind.DRIVER)).devices();
    }

    @Override
    public String description() {
        return found.words() + ", products in " + precision.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Makes the context that of the calling thread. */
    void enter() {
        driver.call("cuCtxSetCurrent", context);
    }

    /** Refuses what a graph cannot repeat. */
    private void once(String call) {
        if (capturing) {
            throw new DeviceException("a call cannot be part of a graph; call=" + call);
        }
    }

    @Override
    public long allocate(long bytes) {
        once("allocate");
        enter();
        LongByReference address = new LongByReference();
        try {
            driver.call("cuMemAlloc_v2", address, bytes);
        } catch (DeviceMemoryException e) {
            throw new DeviceMemoryException(bytes, driver.free());
        }
        return address.getValue();
    }

    @Override
    public void free(long address) {
        synchronize();
        driver.call("cuMemFree_v2", address);
    }

    @Override
    public void zero(long address, long bytes) {
        enter();
        driver.call("cuMemsetD8Async", address, (byte) 0, bytes, stream);
    }

    private void write(long to, Memory from) {
        once("write");
        enter();
        driver.call("cuMemcpyHtoDAsync_v2", to, from, from.size(), stream);
        driver.call("cuStreamSynchronize", stream); // the process's memory may change from here on
        Reference.reachabilityFence(from);
    }

    @Override
    public void write(long to, float[] from, int index, int n) {
        Memory memory = new Memory((long) n * Float.BYTES);
        memory.write(0, from, index, n);
        write(to, memory);
    }

    @Override
    public void write(long to, int... from) {
        Memory memory = new Memory((long) from.length * Integer.BYTES);
        memory.write(0, from, 0, from.length);
        write(to, memory);
    }

    private Memory read(long from, long bytes) {
        once("read");
        enter();
        Memory memory = new Memory(bytes);
        driver.call("cuMemcpyDtoHAsync_v2", memory, from, bytes, stream);
        driver.call("cuStreamSynchronize", stream);
        return memory;
    }

    @Override
    public void read(long from, float[] to, int index, int n) {
        read(from, (long) n * Float.BYTES).read(0, to, index, n);
    }

    @Override
    public void read(long from, int... to) {
        read(from, (long) to.length * Integer.BYTES).read(0, to, 0, to.length);
    }

    @Override
    public void launch(String kernel, int blocksX, int blocksY, int threads, Object... arguments) {
        enter();
        Pointer function = functions.computeIfAbsent(kernel, name -> driver.made("cuModuleGetFunction", module, name));
        LaunchArguments all = new LaunchArguments(arguments);
        driver.call(
                "cuLaunchKernel",
                function,
                blocksX,
                blocksY,
                1,
                threads,
                1,
                1,
                0,
                stream,
                all.pointers(),
                Pointer.NULL);
        Reference.reachabilityFence(all);
    }

    @Override
    public void multiply(Product product) {
        enter();
        cublas.multiply(product);
    }

    @Override
    public void synchronize() {
        once("synchronize");
        enter();
        driver.call("cuStreamSynchronize", stream);
    }

    @Override
    public Inbox inbox() {
        enter();
        return new CudaInbox(this, driver, stream);
    }

    @Override
    public Optional<DeviceGraph> capture(Runnable calls) {
        enter();
        capturing = true;
        try {
            return Optional.of(CudaGraph.of(this, driver, stream, calls));
        } finally {
            capturing = false;
        }
    }

    /** {@inheritDoc} From one device to the other where they reach each other; where not, the driver takes it through the process's memory. */
    @Override
    public void copyFrom(Device other, long from, long to, long n) {
        if (!(other instanceof CudaDevice source)) {
            Device.super.copyFrom(other, from, to, n);
            return;
        }
        once("copy");
        source.once("copy");
        source.enter();
        driver.call("cuEventRecord", source.here, source.stream);
        enter();
        if (reached.add(source.context) && driver.reaches(found.handle(), source.found.handle())) {
            driver.open(source.context);
        }
        driver.call("cuStreamWaitEvent", stream, source.here, 0);
        driver.call("cuMemcpyPeerAsync", to, context, from, source.context, n * Float.BYTES, stream);
        driver.call("cuEventRecord", here, stream);
        source.enter();
        driver.call("cuStreamWaitEvent", source.stream, here, 0);
    }

    @Override
    public void close() {
        synchronize();
        cublas.close();
        driver.call("cuMemFree_v2", workspace);
        driver.call("cuEventDestroy_v2", here);
        driver.call("cuModuleUnload", module);
        driver.call("cuStreamDestroy_v2", stream);
        driver.call("cuDevicePrimaryCtxRelease_v2", found.handle());
    }
}
