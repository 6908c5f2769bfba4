package io.github.performer4j.cli.compare;

import io.github.performer4j.studies.MapName;
import io.github.performer4j.training.compare.Variant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * {@code --vary} and {@code --maps}: what is compared; for a group of at least one. A feature map is one kind of
 * variant.
 */
final class VariantOptions {
    /** What stands for exact softmax attention among the names of maps. */
    static final String EXACT = "exact";

    private static final String KIND = "model.attention.kind";
    private static final String MAP = "model.attention.featureMap";

    @Option(
            names = "--vary",
            paramLabel = "NAME:KEY=VALUE[,KEY=VALUE...]",
            description = "A variant: the configuration with these values changed,"
                    + " --vary \"no decay:model.attention.decay=none\". Its keys are of the model or of training."
                    + " As often as there are variants; the configuration itself is the run 'base'.")
    private List<String> vary = List.of();

    @Option(
            names = "--maps",
            split = ",",
            paramLabel = "MAP",
            description = "Variants by their feature maps (gerf:A is GERF with this A), and exact for exact softmax"
                    + " attention.")
    private List<String> maps = List.of();

    /**
     * Returns the variants: the base if there are others than maps, those of {@code --vary}, then the maps.
     *
     * @throws IllegalArgumentException if one cannot be read, a map is unknown, or two maps are one
     */
    List<Variant> variants() {
        List<Variant> all = new ArrayList<>();
        if (!vary.isEmpty()) {
            all.add(Variant.base());
            vary.forEach(text -> all.add(Variant.parse(text)));
        }
        List<String> names = maps.stream().map(VariantOptions::canonical).toList();
        if (new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException("values must differ; --maps=" + names);
        }
        names.forEach(name -> all.add(map(name)));
        return all;
    }

    /** Returns the name of the variant to which the others are compared; none if it is not there. */
    String reference() {
        return vary.isEmpty() ? EXACT : Variant.BASE;
    }

    /** Returns the keys that these options set in every run, with the option. */
    Map<String, String> own() {
        return vary.isEmpty() ? Map.of(MAP, "--maps", KIND, "--maps") : Map.of();
    }

    private static Variant map(String name) {
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put(KIND, name.equals(EXACT) ? EXACT : "linear");
        if (!name.equals(EXACT)) {
            changes.put(MAP, name);
        }
        return new Variant(name, changes);
    }

    private static String canonical(String map) {
        if (map.equalsIgnoreCase(EXACT)) {
            return EXACT;
        }
        try {
            return MapName.canonical(map);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a map must be " + EXACT + " or a feature map: " + e.getMessage(), e);
        }
    }
}
