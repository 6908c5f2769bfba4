package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.kernels.CpuKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the figures were measured on.
 *
 * @param cpu model of the processor; its architecture where the system does not tell
 * @param cores processors that the JVM may use
 * @param memoryBytes memory that was free at the start; null where the system does not tell
 * @param os name and version of the system
 * @param java version of Java
 * @param products what multiplies matrices for our kernels
 */
public record Machine(String cpu, int cores, Long memoryBytes, String os, String java, String products) {
    /** Describes this machine. */
    public static Machine here() {
        return new Machine(
                cpu(Path.of("/proc/cpuinfo")),
                Runtime.getRuntime().availableProcessors(),
                ProcessMemory.available(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.version"),
                CpuKernels.products().toString());
    }

    private static String cpu(Path info) {
        try {
            return Files.isReadable(info) ? cpu(Files.readAllLines(info)) : System.getProperty("os.arch");
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** Finds the model's name among the lines of {@code /proc/cpuinfo}. */
    static String cpu(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("model name") && line.contains(":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    /** Returns rows that were measured on it as JSON for programs. */
    ObjectNode json(List<ObjectNode> rows) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("cpu", cpu).put("cores", cores);
        json.putArray("rows").addAll(rows);
        return json;
    }
}
