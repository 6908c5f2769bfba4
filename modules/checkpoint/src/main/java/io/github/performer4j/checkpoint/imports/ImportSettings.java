package io.github.performer4j.checkpoint.imports;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is decided at an import.
 *
 * @param bodyOnly whether tensors that the family does not know, such as those of a head, are left out
 * @param pooling {@code mean}, {@code first} or {@code last}; null for what the model says, else the mean
 * @param changes keys of the model's configuration, as {@code attention.kind}, and values, for another attention
 * @param seed of what is drawn: features of linear attention
 * @param masked whether the head for masked tokens is taken, too, so that the model fills them in
 */
public record ImportSettings(boolean bodyOnly, String pooling, Map<String, Object> changes, long seed, boolean masked) {
    /** A model that is taken for its vectors, or of the left for its texts. */
    public ImportSettings(boolean bodyOnly, String pooling, Map<String, Object> changes, long seed) {
        this(bodyOnly, pooling, changes, seed, false);
    }

    /** Copies the changes, whose order stays. */
    public ImportSettings {
        changes = Collections.unmodifiableMap(new LinkedHashMap<>(changes));
    }

    /** Exact attention, and whatever the model says. */
    public static ImportSettings defaults() {
        return new ImportSettings(false, null, Map.of(), 1);
    }
}
