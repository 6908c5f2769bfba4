package io.github.performer4j.core.engine;

import io.github.performer4j.core.program.LayerProgram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/** Which of some engines comes before which, and which one runs a program. */
final class EngineOrder {
    private EngineOrder() {}

    /**
     * Orders engines by rank, the lowest first.
     *
     * @throws IllegalArgumentException if a name is no name of an engine, or two have it
     */
    static List<Engine> ordered(List<Engine> engines) {
        List<Engine> byRank = new ArrayList<>(engines);
        byRank.sort(Comparator.comparingInt(Engine::rank).thenComparing(Engine::name));
        Map<String, Engine> names = new HashMap<>();
        for (Engine engine : byRank) {
            if (!engine.name().matches("[a-z0-9-]+")) {
                throw new IllegalArgumentException(
                        "an engine's name must be of lower-case letters, digits and hyphens; name=" + engine.name()
                                + ", class=" + engine.getClass().getName());
            }
            Engine other = names.putIfAbsent(engine.name(), engine);
            if (other != null) {
                throw new IllegalArgumentException("engines must have names of their own; name=" + engine.name()
                        + ", first=" + other.getClass().getName() + ", second="
                        + engine.getClass().getName());
            }
        }
        return List.copyOf(byRank);
    }

    /**
     * Returns the engines that run a type, the first one first: the one that is asked for, then the others by rank.
     *
     * @param asked a name, or empty
     */
    static Stream<Engine> candidates(List<Engine> engines, String asked, DataType type) {
        return engines.stream()
                .filter(e -> e.rank() >= 0 || e.name().equals(asked))
                .filter(e -> e.runs(type))
                .sorted(Comparator.comparing((Engine e) -> !e.name().equals(asked))
                        .thenComparing(Comparator.comparingInt(Engine::rank).reversed()));
    }

    /**
     * What runs a program.
     *
     * @param engine the first one that covers it
     * @param lacks what the chosen engine does not cover, and its name; empty if it covers all
     */
    record Choice(Engine engine, String lacks) {
        /** Returns why a layer does not run on the chosen engine, in one line. */
        String line(String layer) {
            return "an engine does not cover all of a layer, which runs on another one; layer=" + layer + ", " + lacks
                    + ", runs on=" + engine.name();
        }
    }

    /**
     * Chooses what runs a program.
     *
     * @throws IllegalStateException if no engine covers it
     */
    static Choice choice(List<Engine> engines, String asked, LayerProgram program, DataType type) {
        return choice(engines, asked, type, engine -> engine.uncovered(program, type));
    }

    /**
     * Chooses what runs something.
     *
     * @param lacking what of it an engine does not cover; empty if it covers all
     * @throws IllegalStateException if no engine covers it
     */
    static Choice choice(
            List<Engine> engines, String asked, DataType type, Function<Engine, Optional<String>> lacking) {
        String lacks = "";
        for (Engine engine : candidates(engines, asked, type).toList()) {
            Optional<String> uncovered = lacking.apply(engine);
            if (uncovered.isEmpty()) {
                return new Choice(engine, lacks);
            }
            lacks = lacks.isEmpty() ? "engine=" + engine.name() + ", " + uncovered.get() : lacks;
        }
        throw new IllegalStateException("no engine covers the program; type=" + type + ", " + lacks);
    }
}
