package io.github.performer4j.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines of engines that are written in Java: this process's Java, its flags but for memory, and a small heap, because arrays are
 * native memory.
 *
 * @param inherited the JVM flags of this process
 * @param main main class and first arguments of a program that answers as {@link EngineLoop} does
 */
public record JavaProcess(List<String> inherited, List<String> main) {
    public JavaProcess {
        inherited = List.copyOf(inherited);
        main = List.copyOf(main);
    }

    /**
     * Returns a command line.
     *
     * @param flags more flags of the JVM
     * @param first what stands before this process's class path; empty for nothing
     * @param arguments more arguments
     */
    List<String> command(List<String> flags, String first, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        inherited.stream()
                .filter(flag -> !flag.startsWith("-Xm") && !flag.startsWith("-Dorg.bytedeco.javacpp.max"))
                .filter(flag -> !flag.startsWith("-Dperformer4j.engine") && !flag.startsWith("-Dperformer4j.threads"))
                .filter(flag -> !flag.startsWith("-Dperformer4j.precision"))
                .filter(flag -> !flag.startsWith("-agentlib") && !flag.startsWith("-javaagent"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.maxbytes=0",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"));
        command.addAll(flags);
        String classPath = System.getProperty("java.class.path");
        command.addAll(
                List.of("-cp", first.isEmpty() ? classPath : first + System.getProperty("path.separator") + classPath));
        command.addAll(main);
        command.addAll(arguments);
        return command;
    }
}
