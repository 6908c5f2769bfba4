package io.github.performer4j.checkpoint.imports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The families of models that can be brought in: the project's own, and those that a {@link ServiceLoader} finds. */
public final class Architectures {
    private static final List<Architecture> KNOWN = known();

    private Architectures() {}

    private static List<Architecture> known() {
        List<Architecture> all = new ArrayList<>(List.of(
                new AlibiBertArchitecture(), // in front of the one whose model_type it has
                new BertArchitecture(),
                new RobertaArchitecture(),
                new DistilBertArchitecture(),
                new EsmArchitecture(),
                new EsmcArchitecture(),
                new ModernBertArchitecture(),
                new Gpt2Architecture(),
                new LlamaArchitecture(),
                new T5Architecture()));
        ServiceLoader.load(Architecture.class, Architecture.class.getClassLoader())
                .forEach(all::add);
        return List.copyOf(all);
    }

    /** Returns their names. */
    public static List<String> names() {
        return KNOWN.stream().map(Architecture::name).toList();
    }

    /**
     * Finds a family.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Architecture named(String name) {
        return KNOWN.stream()
                .filter(architecture -> architecture.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("the model's family must be on the class path; architecture="
                                + name + ", known=" + String.join(", ", names())));
    }

    /**
     * Finds the family of a configuration.
     *
     * @throws IOException one line with those there are, if it is of none
     */
    static Architecture of(ForeignConfig config) throws IOException {
        for (Architecture architecture : KNOWN) {
            if (architecture.matches(config)) {
                return architecture;
            }
        }
        throw config.broken("unknown architecture; model_type=" + config.text("model_type", "none") + ", known="
                + names().stream().collect(Collectors.joining(", ")));
    }
}
