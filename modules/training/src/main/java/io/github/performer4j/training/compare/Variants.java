package io.github.performer4j.training.compare;

import io.github.performer4j.training.Rule;
import io.github.performer4j.training.run.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The variants of one configuration that a {@link Comparison} compares: no two share a folder, and no two are the same
 * configuration.
 *
 * <pre>{@code
 * List<Variant> parts = List.of(Variant.base(), Variant.parse("no decay:model.attention.decay=none"));
 * Comparison.of(new Variants(config, parts).runs(List.of(1L, 2L, 3L)), data, folder).execute();
 * }</pre>
 */
public final class Variants {
    private final List<Variant> variants;
    private final List<RunConfig> configs = new ArrayList<>();

    /**
     * Makes the configuration of each variant.
     *
     * @param base what they change; it says how long each run is, by steps or by minutes
     * @param variants in the order of their runs
     * @throws IllegalArgumentException naming the variant that is none of this configuration, or the two that are one
     */
    public Variants(RunConfig base, List<Variant> variants) {
        this.variants = List.copyOf(variants);
        Map<String, String> folders = new LinkedHashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (Variant variant : this.variants) {
            RunConfig config = variant.of(base);
            // Not all file systems tell capitals from small letters.
            String folder = new ComparedRun(variant.name(), 0, config).folder().toLowerCase(Locale.ROOT);
            distinct(
                    "variants must have names, and so folders, of their own",
                    folders.put(folder, variant.name()),
                    variant);
            distinct("variants must be different configurations", names.put(config.toJson(), variant.name()), variant);
            configs.add(config);
        }
    }

    private static void distinct(String rule, String before, Variant variant) {
        Rule.that(before == null, rule, "variant", before, "variant", variant.name());
    }

    /** Returns the variants in their order. */
    public List<Variant> all() {
        return variants;
    }

    /**
     * Returns the runs: every variant with every seed, all variants of the first seed first, so that they stay
     * comparable however early the comparison ends.
     */
    public List<ComparedRun> runs(List<Long> seeds) {
        List<ComparedRun> runs = new ArrayList<>();
        for (long seed : seeds) {
            for (int i = 0; i < configs.size(); i++) {
                runs.add(new ComparedRun(variants.get(i).name(), seed, configs.get(i)));
            }
        }
        return runs;
    }
}
