package io.github.performer4j.cli.action;

import io.github.performer4j.core.engine.Engines;
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
    private static final Map<String, Runnable> KNOWN = new TreeMap<>(Map.of(
            "performer4j.columns",
            () -> {},
            "performer4j.command",
            () -> {},
            Engines.PROPERTY,
            Switches::engine,
            "performer4j.home",
            () -> {},
            "performer4j.output",
            () -> {},
            "performer4j.terminal",
            () -> {},
            KernelProperties.PRODUCTS,
            Switches::products,
            KernelProperties.THREADS,
            KernelProperties::threads,
            KernelProperties.VECTOR,
            KernelProperties::vector));

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
