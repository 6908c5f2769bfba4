package io.github.performer4j.cli.options;

import io.github.performer4j.training.run.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --preset}, {@code --config} or {@code --from}: where a run's configuration comes from; for an exclusive group. */
public final class ConfigurationSource {
    @Option(names = "--preset", paramLabel = "P", description = "A named configuration; an unknown name lists them.")
    private String preset;

    @Option(names = "--config", paramLabel = "F", description = "A JSON file, such as a run folder's config.json.")
    private Path config;

    @Option(
            names = "--from",
            paramLabel = "M",
            description =
                    "A trained model, zip or folder of a run or a model, whose weights the run begins with; its size, its tokenizer and the way it reads data are the run's.")
    private Path from;

    /** Reads the configuration. */
    public RunConfig read() throws IOException {
        return read(null);
    }

    /**
     * Reads the configuration for a task.
     *
     * @param task its name; null for the configuration's own
     */
    public RunConfig read(String task) throws IOException {
        if (from != null) {
            return RunConfig.from(from, task);
        }
        RunConfig own = own();
        return task == null ? own : own.withOverride("task.name", task);
    }

    private RunConfig own() throws IOException {
        if (preset != null) {
            return RunConfig.preset(preset.toLowerCase(Locale.ROOT));
        }
        if (!Files.isRegularFile(config)) {
            throw new NoSuchFileException(config.toString(), null, "there is no such configuration file");
        }
        try {
            return RunConfig.fromJson(Files.readString(config));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(config + ": " + e.getMessage(), e);
        }
    }
}
