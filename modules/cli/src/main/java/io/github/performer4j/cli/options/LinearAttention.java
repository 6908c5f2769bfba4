package io.github.performer4j.cli.options;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** {@code --attention}, {@code --features}, {@code --layers} and {@code --exact-every}: how a trained model is to attend linearly. */
public final class LinearAttention {
    /** Most features that can be asked for. */
    public static final int MOST_FEATURES = 65_536;

    @Option(
            names = "--attention",
            paramLabel = "MAP",
            description =
                    "Attend linearly, by this feature map (positive, which is FAVOR+'s and favor+ for short, sderf, relu, ...). performer kernels --model M --data D shows, layer by layer, how well a map does.")
    private String attention;

    @Option(
            names = "--features",
            paramLabel = "M",
            description = "Random features of linear attention (default: the configuration's).")
    private Integer features;

    @Option(
            names = "--exact-every",
            paramLabel = "N",
            description =
                    "With --attention: blocks N, 2N, ... stay exact (default: as the model has it, of imports none).")
    private Integer exactEvery;

    @Option(
            names = "--layers",
            paramLabel = "L",
            description =
                    "With --attention: the blocks that attend linearly, from 1 on, as 1-6,9; the others stay exact; or all (default: as the model has it, of imports all).")
    private String layers;

    /** Returns the feature map; null for exact attention. */
    public String map() {
        return attention;
    }

    /**
     * Returns what changes in a model's configuration, value by key.
     *
     * @throws IllegalArgumentException if there are features without a map, or too many
     */
    public Map<String, Object> changes() {
        refuse("--features", features);
        refuse("--exact-every", exactEvery);
        refuse("--layers", layers);
        if (features != null && (features < 1 || features > MOST_FEATURES)) {
            throw new IllegalArgumentException(
                    "--features must be from 1 to " + MOST_FEATURES + "; --features=" + features);
        }
        Map<String, Object> changes = new LinkedHashMap<>();
        if (attention != null) {
            changes.put("attention.kind", "linear");
            changes.put("attention.featureMap", attention.equals("favor+") ? "positive" : attention);
            if (features != null) {
                changes.put("attention.features", features);
            }
            if (exactEvery != null) {
                changes.put("exactEvery", exactEvery);
            }
            if (layers != null) {
                changes.put("linearBlocks", layers);
            }
        }
        return changes;
    }

    private void refuse(String option, Object value) {
        if (attention == null && value != null) {
            throw new IllegalArgumentException(
                    option + " belongs to linear attention: name its map by --attention; " + option + "=" + value);
        }
    }
}
