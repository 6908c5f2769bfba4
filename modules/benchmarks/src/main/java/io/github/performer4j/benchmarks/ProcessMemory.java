package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Memory figures of Linux's {@code /proc}; absent on other systems. */
final class ProcessMemory {
    private static final long KIB = 1024;

    private ProcessMemory() {}

    /** Returns the high-water mark of this process's resident memory, in bytes. */
    static Long peak() {
        return boxed(read(Path.of("/proc/self/status"), "VmHWM"));
    }

    /**
     * Lets the high-water mark begin anew, and returns what is resident now.
     *
     * @return bytes; null where the system does not let it
     */
    static Long restart() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException e) {
            return null; // the figure is shown as unknown
        }
        return boxed(read(Path.of("/proc/self/status"), "VmRSS"));
    }

    /** Returns the memory that a new process could take without swapping, in bytes. */
    static Long available() {
        return boxed(read(Path.of("/proc/meminfo"), "MemAvailable"));
    }

    /**
     * Finds {@code NAME:   123 kB} among lines.
     *
     * @return bytes; empty if there is no such line
     */
    static OptionalLong field(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + ":") && line.endsWith("kB"))
                .mapToLong(line -> KIB
                        * Long.parseLong(line.substring(name.length() + 1, line.length() - 2)
                                .strip()))
                .findFirst();
    }

    private static OptionalLong read(Path file, String name) {
        try {
            return Files.isReadable(file) ? field(Files.readAllLines(file), name) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty(); // the figure is shown as unknown
        }
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
