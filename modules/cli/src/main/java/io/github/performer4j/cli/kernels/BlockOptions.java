package io.github.performer4j.cli.kernels;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.studies.Setting;
import java.util.List;
import java.util.Locale;
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
                .filter(block -> !config.local().has(block))
                .boxed()
                .toList();
    }

    /** Returns whether a part of the blocks can be linear and the rest exact. */
    boolean lists() {
        return config.local().globalEvery() == 0;
    }

    /**
     * Returns whether statistics of earlier rows must be kept, because the map looks at the sequence and the model does not look ahead, so that {@code convert} alone can follow.
     */
    boolean trains() {
        FeatureMap features = map.map();
        return config.attentionOptions().causal() && features.looksAhead();
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
        if (blocks.size() < open().size()) {
            text.append(" --layers ")
                    .append(blocks.stream()
                            .map(block -> String.valueOf(block + 1))
                            .collect(Collectors.joining(",")));
        } else if (!config.linearBlocks().equals(ALL)) {
            text.append(" --layers ").append(ALL);
        }
        if (config.exactEvery() > 0) {
            text.append(" --set model.exactEvery=0");
        }
        if (trains()) {
            text.append(" --set model.attention.statistics=running");
        }
        return text.toString();
    }
}
