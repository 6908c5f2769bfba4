package io.github.performer4j.core.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.HeadGroup;
import io.github.performer4j.core.attention.Visibility;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.kernels.exact.Window;

/**
 * Heads of a block that attend alike, beside others. What is absent is as the attention's own keys say; heads that attend exactly take nothing from there that needs a feature map, and those
 * that do not take no window.
 *
 * @param heads how many
 * @param kind {@code linear}, {@code exact} or {@code auto}
 * @param featureMap name of φ
 * @param projection name of a {@link Projection}; of a map of the group's own {@code auto}
 * @param features columns M of φ
 * @param window tokens that a query of exact attention sees, itself included: the last ones, or if not causal as many to either side; 0 for all
 * @param windowBehind tokens behind the query that it sees instead, of the window's kind if not causal
 * @param decay {@code none}, {@code fixed}, {@code alibi} or {@code selective}
 * @param decayShortest half-life in tokens of the group's first head
 * @param decayLongest half-life in tokens of the group's last head that decays
 * @param decayFree share of the group's heads that do not decay
 * @param grid {@code none}, or the grid that tokens lie on
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HeadGroupConfig(
        Integer heads,
        String kind,
        String featureMap,
        String projection,
        Integer features,
        Integer window,
        Integer windowBehind,
        String decay,
        Double decayShortest,
        Double decayLongest,
        Double decayFree,
        String grid) {

    /** Checks what belongs to the group alone. */
    public HeadGroupConfig {
        Require.that(heads != null, "a group of heads must say how many; heads=null");
        kind = kind == null ? null : Names.canonical(AttentionOptions.Kind.class, "kind", kind);
        featureMap = featureMap == null ? null : FeatureMaps.canonical(featureMap);
        projection = projection == null ? null : Projection.canonical(projection);
        decay = decay == null ? null : AttentionConfig.known("decay", decay, AttentionConfig.DECAYS);
        Require.that(
                windowBehind == null || windowBehind >= 0 && window != null && window > 0,
                "windowBehind must not be negative, and needs a window; windowBehind=" + windowBehind + ", window="
                        + window);
    }

    private AttentionOptions.Kind kind(AttentionConfig all) {
        return Names.one(AttentionOptions.Kind.class, "kind", kind == null ? all.kind() : kind);
    }

    /** Returns whether the group has a window, of its own or that of all. */
    boolean hasWindow(AttentionConfig all) {
        return window != null ? window > 0 : exact(all) && all.window() > 0;
    }

    /** Returns whether the group attends exactly. */
    boolean exact(AttentionConfig all) {
        return kind(all) == AttentionOptions.Kind.EXACT;
    }

    /**
     * Returns the group among the heads of a layer.
     *
     * @param positions what all heads see; relative and Fourier positions are taken from it
     */
    HeadGroup of(AttentionConfig all, Visibility positions) {
        AttentionOptions.Kind of = kind(all);
        Visibility sees = sees(all, of).withPositions(positions);
        if (of == AttentionOptions.Kind.EXACT) {
            Require.that(
                    featureMap == null && projection == null && features == null,
                    "a group of heads that attend exactly has no feature map; kind=exact, featureMap=" + featureMap
                            + ", projection=" + projection + ", features=" + features);
            return HeadGroup.exact(heads).seeing(sees);
        }
        FeatureMap map = FeatureMap.named(featureMap == null ? all.featureMap() : featureMap);
        String drawn = projection != null ? projection : featureMap != null ? Projection.AUTO : all.projection();
        int columns = features == null ? all.features() : features;
        return new HeadGroup(null, heads, of, map, Projection.named(drawn, map), columns, sees);
    }

    private Visibility sees(AttentionConfig all, AttentionOptions.Kind of) {
        boolean exact = of == AttentionOptions.Kind.EXACT;
        boolean linear = of == AttentionOptions.Kind.LINEAR;
        int tokens = window != null ? window : exact ? all.window() : 0;
        Visibility sees = Visibility.ALL.withCausal(all.causal()).withWindow(tokens);
        if (windowBehind != null) {
            sees = sees.withWindow(new Window(tokens - 1, windowBehind));
        }
        boolean alike = linear
                || exact
                        && (all.decay().equals("alibi")
                                || all.exact() && all.decay().equals("fixed"));
        Decay own = AttentionConfig.decay(
                decay != null ? decay : alike ? all.decay() : "none",
                decayShortest == null ? all.decayShortest() : decayShortest,
                decayLongest == null ? all.decayLongest() : decayLongest,
                decayFree == null ? all.decayFree() : decayFree);
        boolean weights = linear && !all.positions().equals("fourier"); // else the grid is that of Fourier positions
        return sees.withDecay(own).withGrid(Grid.named(grid != null ? grid : weights ? all.grid() : null));
    }
}
