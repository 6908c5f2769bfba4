package io.github.performer4j.core.engine;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.KernelProperties;
import io.github.performer4j.kernels.machine.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engines that there are, and which one runs what.
 *
 * <p>{@code -Dperformer4j.engine=NAME} asks for one, read when a net is initialised; without it the one of the
 * highest rank that runs the net's type is taken: cpu for float32 on ND4J's CPU
 * backend, graph for everything else. The choice is made once for each type and told in one line. A program that the
 * chosen one does not cover goes to the next one by rank that does, and that is
 * told once, too.
 */
public final class Engines {
    /** Name of the property that asks for an engine by its name, in any case. */
    public static final String PROPERTY = "performer4j.engine";

    private static final Logger LOG = LoggerFactory.getLogger(Engines.class);
    private static final Map<String, Engine> CHOSEN = new ConcurrentHashMap<>();
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private static List<Engine> all; // once they are asked for

    private Engines() {}

    /**
     * Returns all engines by rank, the lowest first.
     *
     * @throws IllegalArgumentException if a name is no name of an engine, or two have it
     */
    public static synchronized List<Engine> all() {
        if (all == null) {
            all = found();
        }
        return all;
    }

    private static List<Engine> found() {
        List<Engine> loaded = new ArrayList<>();
        for (ServiceLoader.Provider<Engine> provider :
                ServiceLoader.load(Engine.class, Engine.class.getClassLoader()).stream()
                        .toList()) {
            try {
                loaded.add(provider.get());
            } catch (ServiceConfigurationError e) {
                LOG.warn(
                        "an engine does not load and is left out; class={}",
                        provider.type().getName(),
                        e);
            }
        }
        return EngineOrder.ordered(loaded);
    }

    /**
     * Returns the engine of a name, in any case.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Engine named(String name) {
        for (Engine engine : all()) {
            if (engine.name().equalsIgnoreCase(name.strip())) {
                return engine;
            }
        }
        throw new IllegalArgumentException("unknown engine; " + PROPERTY + "=" + name + ", known="
                + all().stream().map(Engine::name).collect(Collectors.joining(", ")));
    }

    /**
     * Returns the engine that runs nets of a type.
     *
     * @param type float32 or float64
     * @throws IllegalArgumentException if the property names no engine
     * @throws IllegalStateException if no engine runs the type
     */
    public static Engine of(DataType type) {
        String asked = asked();
        return CHOSEN.computeIfAbsent(type + " " + asked, key -> {
            Engine engine = EngineOrder.candidates(all(), asked, type)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no engine runs nets of this type; type=" + type));
            LOG.info("{}", line(engine, type, asked));
            return engine;
        });
    }

    private static String asked() {
        String name = System.getProperty(PROPERTY);
        return name == null || name.isBlank() ? "" : named(name).name();
    }

    /** Returns what an engine computes with, in one line. */
    static String line(Engine engine, DataType type, String asked) {
        List<String> parts = new ArrayList<>(List.of("engine=" + engine.name(), "type=" + type));
        if (!asked.isEmpty() && !asked.equals(engine.name())) {
            parts.add("asked for " + asked + ", which does not run this type here");
        }
        engine.arithmetic().ifPresent(parts::add);
        if (engine.kernelsBeside(type)) {
            parts.add("products=" + CpuKernels.products());
            parts.add("vector=" + CpuKernels.vectorized());
            if (KernelProperties.precision() != Precision.FLOAT32) {
                parts.add("precision=" + KernelProperties.precision().label());
            }
        }
        return String.join(", ", parts);
    }

    /**
     * Returns whether what is no program runs on the processor's kernels in nets of a type; see {@link
     * Engine#kernelsBeside}. In those of types that no engine runs it does not.
     */
    public static boolean kernels(DataType type) {
        return EngineOrder.candidates(all(), asked(), type).findFirst().isPresent() && of(type).kernelsBeside(type);
    }

    /**
     * Prepares a program on the engine of a type, or on the next one that covers it.
     *
     * @param layer name of the layer, for the log
     * @return empty if the layer is to run as its SameDiff graph
     * @throws IllegalStateException if no engine covers the program
     */
    public static Optional<ProgramRunner> prepare(LayerProgram program, DataType type, String layer) {
        return chosen(type, layer, engine -> engine.uncovered(program, type)).prepare(program, type);
    }

    /** Prepares an output layer likewise. */
    public static Optional<LossRunner> prepare(LossProgram program, DataType type, String layer) {
        return chosen(type, layer, engine -> engine.uncovered(program, type)).prepare(program, type);
    }

    private static Engine chosen(DataType type, String layer, Function<Engine, Optional<String>> lacking) {
        of(type); // told before what follows from it
        EngineOrder.Choice choice = EngineOrder.choice(all(), asked(), type, lacking);
        if (!choice.lacks().isEmpty() && TOLD.add(choice.engine().name() + " " + choice.lacks())) {
            LOG.warn("{}", choice.line(layer));
        }
        return choice.engine();
    }
}
