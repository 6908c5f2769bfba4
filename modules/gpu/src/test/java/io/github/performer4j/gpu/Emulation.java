package io.github.performer4j.gpu;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.DeviceMemoryException;
import io.github.performer4j.gpu.device.KernelSource;
import io.github.performer4j.gpu.device.LaunchArguments;
import io.github.performer4j.gpu.device.Product;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A device without a device: the kernels' own text, compiled as C++ with a header under which blocks and threads run on the processor. Memory begins as NaN, each access is checked against
 * its bounds, and threads run forward, in reverse or in an order of a seed.
 */
public final class Emulation implements Device {
    /** When what streams are asked runs: see streams.h. */
    enum Schedule {
        AT_ONCE,
        LATE,
        COPIES_FIRST,
        COPIES_LAST,
        DRAWN
    }

    /** How threads run. */
    public enum Order {
        FORWARD,
        REVERSE,
        DRAWN
    }

    private static final String FOLDER = "/io/github/performer4j/gpu/emulation/";
    private static final int MINUTES = 5;

    private static NativeLibrary library;
    private static String missing;

    private final Map<String, Integer> kernels = new LinkedHashMap<>();
    private final Map<Long, Long> allocated = new LinkedHashMap<>();
    private long limit = Long.MAX_VALUE;
    private final Set<String> launched = new HashSet<>();
    private long launches;
    private long products;

    /** Makes a device whose threads run in an order. */
    public Emulation(Order order, long seed) {
        require();
        library.getFunction("emulation_order").invokeVoid(new Object[] {order.ordinal(), seed});
        int number = 0;
        for (String kernel : KernelSource.kernels()) {
            kernels.put(kernel, number++);
        }
    }

    /** Returns why there is none: no compiler; null if there is one. */
    public static synchronized String missing() {
        if (library == null && missing == null) {
            try {
                library = NativeLibrary.getInstance(build().toString());
            } catch (IOException e) {
                missing = "g++ does not run: " + e.getMessage();
            }
        }
        return missing;
    }

    private static void require() {
        if (missing() != null) {
            throw new DeviceException(missing());
        }
    }

    /** Compiles the kernels and the header. */
    private static Path build() throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "emulation").toAbsolutePath());
        StringBuilder all = new StringBuilder("#include \"emulation.h\"\n");
        for (Map.Entry<String, String> file : KernelSource.files().entrySet()) {
            all.append("#line 1 \"").append(file.getKey()).append("\"\n").append(file.getValue());
        }
        all.append(
                "#include \"device.h\"\n#include \"streams.h\"\nextern \"C\" int emulation_arguments(int k);\n#include \"driver.h\"\nextern \"C\" int emulation_launch(int k, int x, int y, int n, void **a) {\n");
        all.append("    switch (k) {\n");
        int number = 0;
        for (String kernel : KernelSource.kernels()) {
            all.append("        case ")
                    .append(number++)
                    .append(": emulation::kernel = \"")
                    .append(kernel);
            all.append("\"; return emulation::launch(").append(kernel).append(", a, x, y, 1, n, ");
            all.append(alone(kernel)).append(");\n");
        }
        all.append("        default: return 2;\n    }\n}\nextern \"C\" int emulation_kernel(const char *name) {\n");
        number = 0;
        for (String kernel : KernelSource.kernels()) {
            all.append("    if (strcmp(name, \"")
                    .append(kernel)
                    .append("\") == 0) return ")
                    .append(number++);
            all.append(";\n");
        }
        all.append(
                "    return -1;\n}\ntemplate <class... A> static int arguments(void (*)(A...)) { return sizeof...(A); }\n");
        all.append("extern \"C\" int emulation_arguments(int k) {\n    switch (k) {\n");
        number = 0;
        for (String kernel : KernelSource.kernels()) {
            all.append("        case ")
                    .append(number++)
                    .append(": return arguments(")
                    .append(kernel);
            all.append(");\n");
        }
        all.append("        default: return 0;\n    }\n}\n");
        Files.writeString(folder.resolve("kernels.cpp"), all);
        for (String name : new String[] {"emulation.h", "device.h", "streams.h", "driver.h"}) {
            try (InputStream in = Emulation.class.getResourceAsStream(FOLDER + name)) {
                Files.write(folder.resolve(name), in.readAllBytes());
            }
        }
        Path built = folder.resolve("kernels.so");
        Files.deleteIfExists(built);
        Process compiler = new ProcessBuilder(
                        "g++",
                        "-std=c++17",
                        "-O3",
                        "-Wall",
                        "-Wno-unused-function",
                        "-fPIC",
                        "-shared",
                        "-o",
                        built.toString(),
                        "kernels.cpp")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(compiler.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (!compiler.waitFor(MINUTES, TimeUnit.MINUTES) || compiler.exitValue() != 0) {
                throw new AssertionError("the kernels do not compile as C++:\n" + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return built;
    }

    /** Returns whether a kernel's threads never wait for each other. */
    private static boolean alone(String kernel) {
        for (String file : KernelSource.files().values()) {
            int at = file.indexOf("\nKERNEL " + kernel + "(");
            if (at >= 0) {
                String body = file.substring(at, file.indexOf("\n}", at));
                return !body.contains("__syncthreads") && !body.contains("block_");
            }
        }
        throw new AssertionError("unknown kernel " + kernel);
    }

    /** Returns a folder with libraries of CUDA that are this emulation. */
    static Path driver() throws IOException {
        require();
        Path folder =
                Files.createDirectories(Path.of("target", "emulation", "driver").toAbsolutePath());
        for (String name : new String[] {"libcuda.so.1", "libnvrtc.so.12", "libcublas.so.12"}) {
            Path link = folder.resolve(name);
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, library.getFile().toPath());
        }
        return folder;
    }

    /** Sets what the libraries of {@link #driver} are and do: see driver.h. */
    static void faults(int version, int devices, long bytes, long launches, boolean compiles) {
        require();
        library.getFunction("emulation_faults")
                .invokeVoid(new Object[] {version, devices, bytes, launches, compiles ? 1 : 0});
    }

    /** Sets the order of streams, and counts graphs anew. */
    static void schedule(Schedule schedule, long seed) {
        require();
        library.getFunction("emulation_schedule").invokeVoid(new Object[] {schedule.ordinal(), seed});
    }

    /** Loses one device after so many launches. */
    static void lose(int device, long launches) {
        library.getFunction("emulation_lose").invokeVoid(new Object[] {device, launches});
    }

    /** Leaves so much free memory on one device. */
    static void left(int device, long bytes) {
        library.getFunction("emulation_left").invokeVoid(new Object[] {device, bytes});
    }

    /** Sets whether what was recorded becomes a graph. */
    static void graphs(boolean work) {
        library.getFunction("emulation_graphs").invokeVoid(new Object[] {work ? 1 : 0});
    }

    /** Sets whether devices reach each other's memory. */
    static void peers(boolean reach) {
        library.getFunction("emulation_peers").invokeVoid(new Object[] {reach ? 1 : 0});
    }

    /** Returns how many graphs were made since {@link #schedule}. */
    static int recorded() {
        return call("emulation_recorded");
    }

    /** Returns how many graphs there are of those made since {@link #schedule}. */
    static int alive() {
        return call("emulation_alive");
    }

    /** Returns the most that there were at a time since {@link #schedule}. */
    static int mostAlive() {
        return call("emulation_most_alive");
    }

    /** Returns how many graphs were launched since {@link #schedule}. */
    static int launched() {
        return call("emulation_launched");
    }

    /** Returns how often kernels were compiled. */
    static int compilations() {
        return call("emulation_compilations");
    }

    /** Returns how many kernels ran. */
    long launches() {
        return launches;
    }

    /** Returns whether a kernel was launched. */
    boolean launched(String kernel) {
        return launched.contains(kernel);
    }

    /** Returns how many products ran. */
    long products() {
        return products;
    }

    /** Makes this a device of so many bytes. */
    Emulation limit(long bytes) {
        limit = bytes;
        return this;
    }

    @Override
    public String description() {
        return "emulation";
    }

    @Override
    public synchronized long allocate(long bytes) {
        long used = allocated.values().stream().mapToLong(Long::longValue).sum();
        if (used + bytes > limit) {
            throw new DeviceMemoryException(bytes, limit - used);
        }
        long address = (long) library.getFunction("emulation_allocate").invoke(Long.class, new Object[] {bytes});
        allocated.put(address, bytes);
        return address;
    }

    @Override
    public synchronized void free(long address) {
        if (allocated.remove(address) == null) {
            return; // closed: a layer's memory that the collector finds later
        }
        check(call("emulation_free", address), "free", address);
    }

    private static int call(String function, Object... arguments) {
        return library.getFunction(function).invokeInt(arguments);
    }

    private static void check(int failed, String what, long address) {
        if (failed != 0) {
            throw new DeviceException(what + " leaves the device's memory; address=" + address);
        }
    }

    @Override
    public void zero(long address, long bytes) {
        check(call("emulation_zero", address, bytes), "zero", address);
    }

    @Override
    public void write(long to, float[] from, int index, int n) {
        Memory memory = new Memory((long) n * Float.BYTES);
        memory.write(0, from, index, n);
        check(call("emulation_write", to, memory, (long) n * Float.BYTES), "write", to);
    }

    @Override
    public void write(long to, int... from) {
        check(call("emulation_write", to, from, (long) from.length * Integer.BYTES), "write", to);
    }

    @Override
    public void read(long from, float[] to, int index, int n) {
        Memory memory = new Memory((long) n * Float.BYTES);
        check(call("emulation_read", from, memory, (long) n * Float.BYTES), "read", from);
        memory.read(0, to, index, n);
    }

    @Override
    public void read(long from, int... to) {
        check(call("emulation_read", from, to, (long) to.length * Integer.BYTES), "read", from);
    }

    @Override
    public void launch(String kernel, int blocksX, int blocksY, int threads, Object... arguments) {
        launches++;
        launched.add(kernel);
        LaunchArguments all = new LaunchArguments(arguments);
        if (call("emulation_launch", kernels.get(kernel), blocksX, blocksY, threads, all.pointers()) != 0) {
            Pointer said = library.getFunction("emulation_failure").invokePointer(new Object[0]);
            throw new DeviceException(said.getString(0));
        }
    }

    @Override
    public void multiply(Product p) {
        products++;
        int failed = call(
                "emulation_product",
                p.transposeA() ? 1 : 0,
                p.transposeB() ? 1 : 0,
                p.m(),
                p.n(),
                p.k(),
                p.alpha(),
                p.a(),
                p.strideOfRowsA(),
                p.strideA(),
                p.b(),
                p.strideOfRowsB(),
                p.strideB(),
                p.beta(),
                p.c(),
                p.strideOfRowsC(),
                p.strideC(),
                p.count());
        if (failed != 0) {
            throw new DeviceException("a product leaves the device's memory; product=" + p);
        }
    }

    @Override
    public void synchronize() {
        // each call has ended when it returns
    }

    /** Frees what is left, while the collector may free the memory of layers, too. */
    @Override
    public synchronized void close() {
        java.util.List.copyOf(allocated.keySet()).forEach(this::free);
    }
}
