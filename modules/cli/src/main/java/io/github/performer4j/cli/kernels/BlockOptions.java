package io.github.performer4j.cli.kernels;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.studies.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The options of {@code import} and {@code convert} by which blocks of a model become linear.
 *
 * @param config the model's
 * @param map what they become linear by
 * @param a A of {@code gerf}
 */
record BlockOptions(PerformerConfig config, Setting map, double a) {
    private static final String ALL = "all";

    /** Returns the numbers, from 0, of the blocks that can change: all but those that see a window alone. */
    List<Integer> open() {
        return IntStream.range(0, config.layers())
                .filter(block -> !windowed(block))
                .boxed()
                .toList();
    }

    private boolean windowed(int block) {
        AttentionOptions attention = config.attentionOptions(block);
        return attention.kind() == AttentionOptions.Kind.EXACT && attention.window() > 0;
    }

    /** Returns whether a part of the open blocks can be linear and the rest exact: not where blocks with a window are counted. */
    boolean lists() {
        return config.local().globalEvery() == 0 && (config.exactEvery() == 0 || open().size() == config.layers());
    }

    /** Returns why no options can be given; null if they can. */
    String obstacle() {
        if (!config.attention().groups().isEmpty()) {
            return "The heads attend in groups, which convert does not change.";
        }
        return open().isEmpty() ? "All blocks see a window alone, in time linear in the tokens." : null;
    }

    /** Returns whether the model can have a map at all, as its prefix or positions may not. */
    static boolean possible(PerformerConfig config, Setting map) {
        try {
            changed(config, map);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The attention that a linear block has by this map. */
    private static AttentionOptions changed(PerformerConfig config, Setting map) {
        Map<String, Object> changes = new HashMap<>();
        changes.put("attention.featureMap", map.name());
        changes.put("attention.kind", "linear");
        changes.put("attention.features", map.features());
        if (keeps(config, map)) {
            changes.put("attention.statistics", "running");
        }
        if (config.attention().kind().equals("exact") && config.attention().window() > 0) {
            changes.put("attention.window", 0);
            changes.put("attention.globalTokens", 0);
        }
        return config.with(changes).attentionOptions();
    }

    /** Returns whether statistics of earlier rows must be kept, because the map looks at the sequence and the model does not look ahead: {@code convert} alone can do that. */
    private static boolean keeps(PerformerConfig config, Setting map) {
        return config.attentionOptions().causal() && map.map().looksAhead();
    }

    /**
     * Returns the options.
     *
     * @param features M
     * @param blocks numbers from 0 of those that become linear, some of {@link #open} at least, all of them where there are no {@link #lists}
     */
    String text(long features, List<Integer> blocks) {
        String name = map.name().equals("gerf") ? String.format(Locale.ROOT, "gerf:%.4f", a) : map.name();
        StringBuilder text = new StringBuilder("--attention " + name + " --features " + features);
        if (lists()) {
            boolean all = blocks.size() == config.layers();
            String named = all
                    ? ALL
                    : blocks.stream().map(block -> String.valueOf(block + 1)).collect(Collectors.joining(","));
            text.append(all && config.linearBlocks().equals(ALL) ? "" : " --layers " + named);
            text.append(config.exactEvery() > 0 ? " --set model.exactEvery=0" : "");
        }
        if (!changed(config, map).projection().equals(map.projection())) {
            text.append(" --set model.attention.projection=").append(map.projectionName());
        }
        if (keeps(config, map)) {
            text.append(" --set model.attention.statistics=running");
        }
        return text.toString();
    }
}
