package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.Statistics;
import java.util.List;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonSetter;
import org.nd4j.shade.jackson.databind.annotation.JsonPOJOBuilder;

/**
 * The components of {@link AttentionOptions}, to be changed before they are checked, and as JSON has them. Models that were saved before there was a {@link Visibility} have the keys causal,
 * window, decay, grid and localHeads instead, the window being that of the local heads where there are some.
 */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
@JsonPOJOBuilder
final class AttentionSettings {
    int heads;
    Visibility sees;
    AttentionOptions.Kind kind;
    FeatureMap featureMap;
    Projection projection;
    int features;
    Integer redrawInterval;
    int chunk;
    boolean bias;
    boolean temperature;
    boolean learnedProjection;
    Statistics statistics;
    Rotary rotary;
    int convolution;
    int keyHeads;
    QueryKeyNorm queryKeyNorm;
    Double scale;
    boolean gate;
    Orthogonality orthogonal;
    List<HeadGroup> further;
    int prefix;

    @JsonIgnore
    private Visibility former = Visibility.ALL;

    @JsonIgnore
    private int formerWindow;

    @JsonIgnore
    private int formerLocal;

    AttentionSettings() {}

    AttentionSettings(AttentionOptions from) {
        heads = from.heads();
        sees = from.sees();
        kind = from.kind();
        featureMap = from.featureMap();
        projection = from.named();
        features = from.features();
        redrawInterval = from.redrawInterval();
        chunk = from.chunk();
        bias = from.bias();
        temperature = from.temperature();
        learnedProjection = from.learnedProjection();
        statistics = from.statistics();
        rotary = from.rotary();
        convolution = from.convolution();
        keyHeads = from.keyHeads();
        queryKeyNorm = from.queryKeyNorm();
        scale = from.scale();
        gate = from.gate();
        orthogonal = from.orthogonal();
        further = from.further();
        prefix = from.prefix();
    }

    @JsonSetter("causal")
    void formerCausal(boolean value) {
        former = former.withCausal(value);
    }

    @JsonSetter("window")
    void formerWindow(int value) {
        formerWindow = value;
    }

    @JsonSetter("decay")
    void formerDecay(Decay value) {
        former = former.withDecay(value);
    }

    @JsonSetter("grid")
    void formerGrid(Grid value) {
        former = former.withGrid(value);
    }

    @JsonSetter("localHeads")
    void formerLocal(int value) {
        formerLocal = value;
    }

    /** Sets the first group's visibility, and the direction of all. */
    void see(Visibility value) {
        boolean turned = sees.causal() != value.causal();
        sees = value;
        if (turned) {
            further = further.stream()
                    .map(group -> group.seeing(group.sees().withCausal(value.causal())))
                    .toList();
        }
    }

    /** Makes the last heads a group that attends exactly within a window; without any the window is that of all heads. */
    void local(int value, int within) {
        if (further != null && further.stream().anyMatch(group -> !HeadGroup.LOCAL.equals(group.name()))) {
            throw new IllegalArgumentException(
                    "local heads stand beside one group only: give all groups; localHeads=" + value + ", groups="
                            + further.stream().map(HeadGroup::name).toList());
        }
        further = List.of();
        if (value == 0) {
            sees = sees.withWindow(within);
            return;
        }
        if (value < 0 || value >= heads) {
            throw new IllegalArgumentException(
                    "localHeads must be from 0 to heads - 1, since all of them are kind=exact; localHeads=" + value
                            + ", heads=" + heads);
        }
        if (within == 0 || kind != AttentionOptions.Kind.LINEAR || keyHeads != 0 && keyHeads != heads) {
            throw new IllegalArgumentException(
                    "local heads need a window, other heads that attend linearly, and a key head for each head; localHeads="
                            + value + ", window=" + within + ", kind=" + kind + ", keyHeads=" + keyHeads + ", heads="
                            + heads);
        }
        Visibility near =
                Visibility.ALL.withCausal(sees.causal()).withWindow(within).withPositions(sees);
        further = List.of(HeadGroup.exact(value).seeing(near).named(HeadGroup.LOCAL));
    }

    AttentionOptions build() {
        if (sees == null) {
            sees = former;
            if (formerLocal != 0 || formerWindow != 0) {
                local(formerLocal, formerWindow);
            }
        }
        return new AttentionOptions(
                heads,
                sees,
                kind,
                featureMap,
                projection,
                features,
                redrawInterval,
                chunk,
                bias,
                temperature,
                learnedProjection,
                statistics,
                rotary,
                convolution,
                keyHeads,
                queryKeyNorm,
                scale,
                gate,
                orthogonal,
                further,
                prefix);
    }
}
