package io.github.performer4j.gpu.device;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * NVRTC: compiles the kernels for a device. What it makes is kept on disk, by text, version and architecture.
 *
 * <p>For an architecture that it does not know, newer than itself, it makes PTX of the newest one that it knows, which the driver compiles.
 */
final class Nvrtc {
    private final NativeLibrary library;

    Nvrtc(NativeLibrary library) {
        this.library = library;
    }

    private int call(String function, Object... arguments) {
        return library.getFunction(function).invokeInt(arguments);
    }

    private void check(int status, String function) {
        if (status != 0) {
            Pointer said = library.getFunction("nvrtcGetErrorString").invokePointer(new Object[] {status});
            throw new DeviceException("NVRTC fails; call=" + function + ", reason=" + said.getString(0));
        }
    }

    /** Returns its version, {@code 12.9}. */
    String version() {
        IntByReference major = new IntByReference();
        IntByReference minor = new IntByReference();
        check(call("nvrtcVersion", major, minor), "nvrtcVersion");
        return major.getValue() + "." + minor.getValue();
    }

    /** Returns the newest architecture up to a device's that it compiles for, {@code 90}. */
    private int newest(int architecture) {
        IntByReference count = new IntByReference();
        check(call("nvrtcGetNumSupportedArchs", count), "nvrtcGetNumSupportedArchs");
        int[] all = new int[count.getValue()];
        check(call("nvrtcGetSupportedArchs", (Object) all), "nvrtcGetSupportedArchs");
        int best = 0;
        for (int one : all) {
            best = one <= architecture ? Math.max(best, one) : best;
        }
        if (best == 0) {
            throw new DeviceException(
                    "NVRTC compiles for newer devices only; device=" + architecture + ", NVRTC=" + version());
        }
        return best;
    }

    /**
     * Compiles, or takes what was compiled.
     *
     * @param text CUDA C
     * @param architecture of the device, 10 · major + minor of its compute capability
     * @return what the driver loads
     * @throws DeviceException with the compiler's first error, file and line
     */
    byte[] compile(String text, int architecture) {
        int known = newest(architecture);
        String target = (known == architecture ? "sm_" : "compute_") + known;
        try {
            Path file = CacheFolder.of("kernels", text + version() + target).resolve(target + ".bin");
            if (Files.isRegularFile(file)) {
                return Files.readAllBytes(file);
            }
            byte[] made = make(text, target, known == architecture ? "CUBIN" : "PTX");
            Path part = Files.createTempFile(file.getParent(), "part", null);
            Files.write(part, made);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "compiled kernels cannot be kept; " + CacheFolder.PROPERTY + " names another folder", e);
        }
    }

    private byte[] make(String text, String target, String kind) {
        PointerByReference program = new PointerByReference();
        check(call("nvrtcCreateProgram", program, text, "performer4j.cu", 0, null, null), "nvrtcCreateProgram");
        try {
            StringArray options = new StringArray(new String[] {"--gpu-architecture=" + target, "--std=c++17"});
            int status = call("nvrtcCompileProgram", program.getValue(), 2, options);
            if (status != 0) {
                throw new DeviceException("the kernels do not compile; target=" + target + ", NVRTC=" + version()
                        + ", error=" + firstError(log(program.getValue())));
            }
            LongByReference size = new LongByReference();
            check(call("nvrtcGet" + kind + "Size", program.getValue(), size), "nvrtcGet" + kind + "Size");
            Memory made = new Memory(size.getValue());
            check(call("nvrtcGet" + kind, program.getValue(), made), "nvrtcGet" + kind);
            return made.getByteArray(0, Math.toIntExact(size.getValue()));
        } finally {
            check(call("nvrtcDestroyProgram", program), "nvrtcDestroyProgram");
        }
    }

    private String log(Pointer program) {
        LongByReference size = new LongByReference();
        check(call("nvrtcGetProgramLogSize", program, size), "nvrtcGetProgramLogSize");
        Memory log = new Memory(Math.max(1, size.getValue()));
        check(call("nvrtcGetProgramLog", program, log), "nvrtcGetProgramLog");
        return log.getString(0);
    }

    private static String firstError(String log) {
        return log.lines().filter(line -> line.contains("error")).findFirst().orElse(log.strip());
    }
}
