package io.github.performer4j.gpu.device;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The driver's API: what devices there are, and calls whose failures become messages. */
final class Driver {
    /** The oldest version whose devices run what NVRTC 12 makes. */
    static final int OLDEST = 12_000;

    private static final int MAJOR = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
    private static final int MINOR = 76;
    private static final int NAME = 256;
    private static final int OUT_OF_MEMORY = 2;
    private static final int OPEN_ALREADY = 704; // CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED

    private final NativeLibrary library;

    /**
     * Begins.
     *
     * @throws DeviceException if the driver is too old, or fails
     */
    Driver(NativeLibrary library) {
        this.library = library;
        call("cuInit", 0);
        IntByReference version = new IntByReference();
        call("cuDriverGetVersion", version);
        if (version.getValue() < OLDEST) {
            throw new DeviceException(
                    "the driver is too old; driver's CUDA=" + words(version.getValue()) + ", oldest=" + words(OLDEST));
        }
    }

    private static String words(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    /** Calls a function; its failure becomes an exception. */
    void call(String function, Object... arguments) {
        int status = library.getFunction(function).invokeInt(arguments);
        if (status == 0) {
            return;
        }
        throw failed(function, status);
    }

    private DeviceException failed(String function, int status) {
        if (status == OUT_OF_MEMORY) {
            return new DeviceMemoryException(-1, -1);
        }
        PointerByReference said = new PointerByReference();
        int known = library.getFunction("cuGetErrorString").invokeInt(new Object[] {status, said});
        String reason = known == 0 && said.getValue() != null ? said.getValue().getString(0) : "unknown";
        return new DeviceException("the device fails; call=" + function + ", status=" + status + ", reason=" + reason);
    }

    /** Returns the devices that there are. */
    List<FoundDevice> devices() {
        IntByReference count = new IntByReference();
        call("cuDeviceGetCount", count);
        List<FoundDevice> all = new ArrayList<>();
        for (int i = 0; i < count.getValue(); i++) {
            IntByReference device = new IntByReference();
            call("cuDeviceGet", device, i);
            Memory name = new Memory(NAME);
            call("cuDeviceGetName", name, NAME, device.getValue());
            LongByReference bytes = new LongByReference();
            call("cuDeviceTotalMem_v2", bytes, device.getValue());
            int architecture = 10 * attribute(MAJOR, device.getValue()) + attribute(MINOR, device.getValue());
            all.add(new FoundDevice(
                    device.getValue(),
                    name.getString(0, StandardCharsets.UTF_8.name()),
                    architecture,
                    bytes.getValue()));
        }
        return all;
    }

    private int attribute(int which, int device) {
        IntByReference value = new IntByReference();
        call("cuDeviceGetAttribute", value, which, device);
        return value.getValue();
    }

    /** Returns how much memory is free in the current context. */
    long free() {
        LongByReference free = new LongByReference();
        LongByReference total = new LongByReference();
        call("cuMemGetInfo_v2", free, total);
        return free.getValue();
    }

    /** Returns what a function writes behind its first argument. */
    Pointer ended(String function, Object first) {
        PointerByReference made = new PointerByReference();
        call(function, first, made);
        return made.getValue();
    }

    /** Cleans up after something failed, where its own failure is noted. */
    void attempt(Runnable calls, Throwable failed) {
        try {
            calls.run();
        } catch (DeviceException e) {
            failed.addSuppressed(e);
        }
    }

    /** Returns whether a device may read another one's memory without the process. */
    boolean reaches(int device, int other) {
        IntByReference can = new IntByReference();
        call("cuDeviceCanAccessPeer", can, device, other);
        return can.getValue() != 0;
    }

    /** Lets the current context read the memory of another one. */
    void open(Pointer other) {
        int status = library.getFunction("cuCtxEnablePeerAccess").invokeInt(new Object[] {other, 0});
        if (status != 0 && status != OPEN_ALREADY) {
            throw failed("cuCtxEnablePeerAccess", status);
        }
    }

    /** Returns what a function writes a pointer to. */
    Pointer made(String function, Object... further) {
        PointerByReference made = new PointerByReference();
        Object[] arguments = new Object[further.length + 1];
        arguments[0] = made;
        System.arraycopy(further, 0, arguments, 1, further.length);
        call(function, arguments);
        return made.getValue();
    }
}
