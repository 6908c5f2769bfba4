package io.github.performer4j.studies;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;

/**
 * What is measured: if a setting exists, it can be.
 *
 * @param name of the map, see {@link MapName}
 * @param map the map
 * @param projection how W is drawn
 * @param headSize D, from 2 to {@value #LARGEST_HEAD}
 * @param features columns M, from 1 to {@value #MOST_FEATURES}
 */
public record Setting(String name, FeatureMap map, Projection projection, int headSize, int features) {
    /** Beyond any head in use; a typing error is told before memory runs out. */
    static final int LARGEST_HEAD = 4096;

    static final int MOST_FEATURES = 65_536;

    /**
     * Draws once, because only a draw knows what a projection needs.
     *
     * @throws IllegalArgumentException if the map cannot have these columns or the projection these rows
     */
    public Setting {
        if (headSize < 2) {
            throw new IllegalArgumentException("head size must be at least 2; head_size=" + headSize);
        }
        if (headSize > LARGEST_HEAD) {
            throw new IllegalArgumentException("head size must be at most " + LARGEST_HEAD + "; head_size=" + headSize);
        }
        if (features > MOST_FEATURES) {
            throw new IllegalArgumentException("features must be at most " + MOST_FEATURES + "; features=" + features);
        }
        if (features < 1) {
            throw new IllegalArgumentException("features must be positive; features=" + features);
        }
        if (!map.estimatesSoftmax()) {
            throw new IllegalArgumentException("maps must estimate the softmax kernel; map=" + map);
        }
        map.draws(features);
        map.draw(projection, features, headSize, 0);
    }

    /** Returns the setting of a map's name. */
    public static Setting of(String name, Projection projection, int headSize, int features) {
        return new Setting(MapName.canonical(name), SoftmaxMaps.named(name), projection, headSize, features);
    }

    /** Returns the projection's name as it is written. */
    public String projectionName() {
        return projection.key();
    }

    /** Returns map and projection, as tables and charts name them. */
    public String series() {
        return name + ", " + projectionName();
    }
}
