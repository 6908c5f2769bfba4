package io.github.performer4j.cli.action;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.gpu.device.CacheFolder;
import io.github.performer4j.gpu.device.Libraries;
import io.github.performer4j.gpu.device.Precision;
import io.github.performer4j.gpu.program.StepOptions;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.KernelProperties;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The properties {@code -Dperformer4j.…} of the process: an unknown name and a bad value are told at the start, not in
 * the middle of a run or never.
 */
public final class Switches {
    private static final String PREFIX = "performer4j.";

    /** Name → what refuses a bad value; nothing to refuse where the launcher is the writer. */
    private static final Map<String, Runnable> KNOWN = new TreeMap<>(Map.ofEntries(
            Map.entry("performer4j.columns", () -> {}),
            Map.entry("performer4j.command", () -> {}),
            Map.entry(CacheFolder.PROPERTY, () -> {}),
            Map.entry(Libraries.PROPERTY, () -> {}),
            Map.entry(Precision.PROPERTY, () -> Precision.named(System.getProperty(Precision.PROPERTY))),
            Map.entry(StepOptions.DEVICES, StepOptions::asked),
            Map.entry(StepOptions.GRAPHS, StepOptions::asked),
            Map.entry(StepOptions.RECOMPUTE, StepOptions::asked),
            Map.entry(Engines.PROPERTY, Switches::engine),
            Map.entry("performer4j.home", () -> {}),
            Map.entry("performer4j.output", () -> {}),
            Map.entry("performer4j.terminal", () -> {}),
            Map.entry(KernelProperties.PRECISION, () -> CpuKernels.require(KernelProperties.precision())),
            Map.entry(KernelProperties.PRODUCTS, Switches::products),
            Map.entry(KernelProperties.THREADS, KernelProperties::threads),
            Map.entry(KernelProperties.VECTOR, KernelProperties::vector)));

    private Switches() {}

    /**
     * Checks all.
     *
     * @throws IllegalArgumentException in one line
     */
    public static void check() {
        for (String name : System.getProperties().stringPropertyNames()) {
            if (!name.toLowerCase(Locale.ROOT).startsWith(PREFIX)) {
                continue;
            }
            Runnable rule = KNOWN.get(name);
            if (rule == null) {
                throw new IllegalArgumentException("unknown property; " + name + "=" + System.getProperty(name)
                        + ", known=" + String.join(", ", KNOWN.keySet()));
            }
            rule.run();
        }
    }

    /** Loads what is asked for: it is had from the start, or refused. */
    private static void products() {
        KernelProperties.products();
        CpuKernels.products();
    }

    private static void engine() {
        String name = System.getProperty(Engines.PROPERTY);
        if (!name.isBlank()) {
            Engines.named(name);
        }
    }
}
