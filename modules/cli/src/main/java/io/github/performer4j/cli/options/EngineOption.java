package io.github.performer4j.cli.options;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.gpu.Devices;
import io.github.performer4j.gpu.device.DeviceException;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code --engine}: what runs the model's layers. */
public final class EngineOption {
    /** The engines of ours, and the choice among them. */
    enum Name {
        AUTO,
        CPU,
        GRAPH,
        CUDA
    }

    @Option(
            names = "--engine",
            paramLabel = "E",
            description = "What runs the layers: auto, cpu, graph or cuda (default: auto, cpu where it runs).")
    private Name name;

    /**
     * Asks for the engine, before a model is made.
     *
     * @throws IllegalArgumentException if it is cuda and there is no device, naming what is missing and where it was looked for
     */
    public void apply() {
        if (name == null) {
            return;
        }
        if (name == Name.AUTO) { // said on the command line, it counts more than a property of the environment
            System.clearProperty(Engines.PROPERTY);
            return;
        }
        if (name == Name.CUDA) {
            try {
                Devices.require();
            } catch (DeviceException e) {
                throw new IllegalArgumentException("--engine cuda needs a device: " + e.getMessage(), e);
            }
        }
        System.setProperty(Engines.PROPERTY, name.name().toLowerCase(Locale.ROOT));
    }
}
