package io.github.performer4j.cli.compare;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.studies.MapName;
import io.github.performer4j.training.compare.ComparedRun;
import io.github.performer4j.training.run.RunConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The runs of {@code performer compare}: every map with every seed, all maps of the first seed first, so that rows stay comparable
 * however early it ends.
 */
final class CompareRuns {
    /** What stands for exact softmax attention among the names of maps. */
    static final String EXACT = "exact";

    private final RunConfig base;
    private final List<String> maps;
    private final List<Long> seeds;

    /**
     * Checks names and seeds.
     *
     * @param maps names of feature maps, and {@value #EXACT}
     * @throws IllegalArgumentException if a name is unknown, or two names or seeds are one
     */
    CompareRuns(RunConfig base, List<String> maps, List<Long> seeds) {
        this.base = base;
        this.maps = maps.stream().map(CompareRuns::canonical).toList();
        this.seeds = seeds;
        distinct("maps", this.maps);
        distinct("seeds", seeds);
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

    /** Returns the names of the maps, each written in the one way it has: those of {@link #runs}. */
    List<String> maps() {
        return maps;
    }

    /**
     * Returns the runs.
     *
     * @throws IllegalArgumentException if a map does not go with the model: those fitted to all tokens do not go with a causal one
     */
    List<ComparedRun> runs() {
        List<ComparedRun> runs = new ArrayList<>();
        for (long seed : seeds) {
            for (String map : maps) {
                runs.add(new ComparedRun(map, seed, config(map)));
            }
        }
        return runs;
    }

    private RunConfig config(String map) {
        PerformerConfig model = base.model();
        if (map.equals(EXACT)) {
            return base.withModel(model.with("attention.kind", EXACT));
        }
        try {
            // By way of exact: with a map of the preset's that needs even features, say, no order of the two would do.
            return base.withModel(model.with("attention.kind", EXACT)
                    .with("attention.featureMap", map)
                    .with("attention.kind", "linear"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the model cannot have this map; map=" + map + ": " + e.getMessage(), e);
        }
    }

    private static void distinct(String option, List<?> values) {
        if (new HashSet<>(values).size() < values.size()) {
            throw new IllegalArgumentException("values must differ; --" + option + "=" + values);
        }
    }
}
