package io.github.performer4j.core.attention;

import io.github.performer4j.core.attention.AttentionOptions.Kind;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Statistics;
import java.util.ArrayList;
import java.util.List;

/** What must hold for heads that attend alike, and for groups of them in one layer. */
final class HeadGroups {
    private HeadGroups() {}

    /** Returns groups of which each has a name: {@code group2} and so on, where there is none. */
    static List<HeadGroup> named(List<HeadGroup> further) {
        List<HeadGroup> all = new ArrayList<>();
        for (HeadGroup group : further == null ? List.<HeadGroup>of() : further) {
            boolean nameless = group.name() == null || group.name().isEmpty();
            all.add(nameless ? group.named("group" + (all.size() + 2)) : group);
        }
        return List.copyOf(all);
    }

    /**
     * Checks groups beside each other.
     *
     * @param heads of all
     * @param sees of the first one
     * @throws IllegalArgumentException naming the rule and the values
     */
    static void check(int heads, int keyHeads, Visibility sees, List<HeadGroup> further) {
        List<String> names = further.stream().map(HeadGroup::name).toList();
        if (further.stream().mapToInt(HeadGroup::heads).sum() >= heads) {
            throw new IllegalArgumentException("heads of the groups must add up to heads; heads=" + heads
                    + ", groups behind the first="
                    + further.stream().map(HeadGroup::heads).toList());
        }
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("groups of heads must have different names; names=" + names);
        }
        if (keyHeads != 0 && keyHeads != heads) {
            throw new IllegalArgumentException("groups of heads need a key head for each head; keyHeads=" + keyHeads
                    + ", heads=" + heads + ", groups=" + names);
        }
        for (HeadGroup group : further) {
            if (group.sees().causal() != sees.causal()) {
                throw new IllegalArgumentException("all groups of heads must look in one direction; causal="
                        + sees.causal() + ", " + group.name() + "="
                        + group.sees().causal());
            }
        }
    }

    /** Checks a group behind the first; see {@link #check(Kind, FeatureMap, int, Visibility, Statistics, boolean)}. */
    static void check(HeadGroup group, Statistics statistics, boolean learned) {
        if (group.kind() == Kind.EXACT) {
            group.sees().check(Kind.EXACT);
        } else {
            check(group.kind(), group.featureMap(), group.features(), group.sees(), statistics, learned);
        }
    }

    /**
     * Checks heads that attend alike.
     *
     * @param statistics which rows a map that fits itself to data sees; null for what does not matter
     * @param learned whether W is a parameter
     * @throws IllegalArgumentException naming the rule and the values
     */
    static void check(
            Kind kind, FeatureMap map, int features, Visibility sees, Statistics statistics, boolean learned) {
        if (features < 1) {
            throw new IllegalArgumentException("features must be positive; features=" + features);
        }
        map.draws(features);
        boolean kept = statistics != null && statistics.kept();
        if (kept && map.looksAhead() && !map.takesKeptStatistics()) {
            throw new IllegalArgumentException("the feature map needs statistics of the sequence; statistics="
                    + statistics + ", featureMap=" + map);
        }
        if (sees.causal() && kind != Kind.EXACT && map.looksAhead() && !kept) {
            throw new IllegalArgumentException("causal attention needs "
                    + (map.takesKeptStatistics()
                            ? "running or fixed statistics with this feature map"
                            : "a feature map without statistics")
                    + ", because those of the sequence see later tokens; causal=true, featureMap=" + map
                    + ", statistics=" + statistics);
        }
        if (learned && !map.learnableProjection(features)) {
            throw new IllegalArgumentException(
                    "a learned projection needs a feature map that projects by it alone; featureMap=" + map);
        }
        sees.check(kind);
        boolean adds =
                kind == Kind.EXACT || map.estimatesSoftmax() && map.fitted().isEmpty();
        if (sees.fourier() != null && !adds) {
            throw new IllegalArgumentException(
                    "Fourier positions add to scores, which needs exact attention or a map that estimates the softmax kernel and is not fitted to data; fourier="
                            + sees.fourier() + ", kind=" + kind + ", featureMap=" + map);
        }
        if (sees.grid() != null && kept && map.takesKeptStatistics()) {
            throw new IllegalArgumentException(
                    "attention on a grid keeps no statistics; grid=" + sees.grid() + ", statistics=" + statistics);
        }
    }
}
