package io.github.performer4j.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * How an engine's process is started.
 *
 * @param command program and arguments
 * @param environment variables that are set beside this process's own
 */
public record EngineCommand(List<String> command, Map<String, String> environment) {
    public EngineCommand {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
