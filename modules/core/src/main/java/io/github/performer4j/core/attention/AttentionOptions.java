package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.Coupling;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.RedrawSchedule;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.kernels.exact.Window;
import io.github.performer4j.kernels.layer.Convolution;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;

/**
 * How a layer attends. Its heads are one group, or several groups that attend in different ways; as JSON of former versions, what {@link Visibility} holds stands beside the other keys.
 *
 * @param heads H; must divide the layer's width
 * @param sees which keys a query sees and how they count by their places: direction, window, decay, grid, relative and Fourier positions
 * @param kind linear in T by random features, exact softmax, quadratic in T, or a choice by T
 * @param featureMap φ of linear attention
 * @param projection how W is drawn; null for the map's own, {@link FeatureMap#coupling}, whatever map it will be
 * @param features columns M of φ
 * @param redrawInterval iterations between two draws of W; 0 keeps the first, null leaves the choice to the map, see {@link #redraw}
 * @param chunk tokens C per chunk of causal linear attention where it runs as a graph; 0 chooses by T. It changes speed and memory only; kernels
 *     have a chunk of their own
 * @param bias whether the projections of queries, keys, values and the output have biases
 * @param learnedProjection whether W is a parameter of the layer, drawn once as it begins, and not a draw that no gradient reaches
 * @param temperature whether each head h learns a scale: queries and keys are multiplied by e^{ρ_h/2}, ρ_h = 0 at first
 * @param statistics which rows a feature map that fits itself to data sees; other maps have no use for it. Null, as in models saved before there was a choice, for the
 *     sequence
 * @param rotary how queries and keys are turned by their places; null for not at all
 * @param convolution taps of a short convolution along the tokens in front of the products, see {@link io.github.performer4j.kernels.layer.Convolution}; 0 for none
 * @param keyHeads heads of keys and values, which must divide H: head h reads head h·keyHeads/H of them (arXiv 2305.13245); 0, as in models saved before there was a choice, for H
 * @param queryKeyNorm how queries and keys are normalised; null, as in such models, for not at all
 * @param scale what products of queries and keys are multiplied by, as 1 in T5; null for 1/√D. Queries and keys are multiplied by the root of scale·√D, since feature maps estimate the kernel
 *     with 1/√D
 * @param gate whether what each head attended is normalised by its root mean square and multiplied by SiLU(x Wg + bg) in front of the output's product (arXiv 2307.08621, equation 8)
 * @param orthogonal which products have orthonormal columns; null, as in models saved before there was a choice, for none
 * @param further groups of heads behind the first one, each attending in its own way; kind, featureMap, projection, features and sees are those of the first group, which has the heads that are
 *     left. Null, as in models saved before there was a choice, for none
 * @param prefix P: how many of a sequence's first keys are weighed by the exact softmax kernel, the later ones by φ, see {@link PrefixAttention}; 0 for none
 */
@JsonDeserialize(builder = AttentionSettings.class)
public record AttentionOptions(
        int heads,
        Visibility sees,
        Kind kind,
        FeatureMap featureMap,
        Projection projection,
        int features,
        Integer redrawInterval,
        int chunk,
        boolean bias,
        boolean temperature,
        boolean learnedProjection,
        Statistics statistics,
        Rotary rotary,
        int convolution,
        int keyHeads,
        QueryKeyNorm queryKeyNorm,
        Double scale,
        boolean gate,
        Orthogonality orthogonal,
        List<HeadGroup> further,
        int prefix)
        implements Serializable {

    /** The kinds of attention. */
    public enum Kind {
        /** φ(Q)(φ(K)ᵀV), O(T·M·D). */
        LINEAR,
        /** softmax(QKᵀ/√D)V, O(T²·D). */
        EXACT,
        /** Exact for sequences up to {@link AttentionOptions#crossover}, where it is the cheaper one, else linear. */
        AUTO
    }

    /** T up to which exact attention was not slower than linear attention, as a multiple of M; measured, see docs/decisions.md. */
    private static final double CROSSOVER = 1.25;
    /** The same for causal attention: exact attention leaves out half of its products. */
    private static final double CAUSAL_CROSSOVER = 3;

    public AttentionOptions {
        if (heads < 1) {
            throw new IllegalArgumentException("heads must be positive; heads=" + heads);
        }
        if (kind == null || featureMap == null) {
            throw new IllegalArgumentException(
                    "kind and featureMap must be given; kind=" + kind + ", featureMap=" + featureMap);
        }
        statistics = statistics == null ? Statistics.SEQUENCE : statistics;
        queryKeyNorm = queryKeyNorm == null ? QueryKeyNorm.NONE : queryKeyNorm;
        orthogonal = orthogonal == null ? Orthogonality.NONE : orthogonal;
        sees = sees == null ? Visibility.ALL : sees;
        further = HeadGroups.named(further);
        if (redrawInterval != null) {
            new RedrawSchedule(redrawInterval);
        }
        if (keyHeads < 0 || keyHeads > 0 && heads % keyHeads != 0) {
            throw new IllegalArgumentException(
                    "keyHeads must divide heads, or be 0 for as many; heads=" + heads + ", keyHeads=" + keyHeads);
        }
        if (temperature && (keyHeads != 0 && keyHeads != heads || queryKeyNorm != QueryKeyNorm.NONE)) {
            throw new IllegalArgumentException(
                    "temperatures need a key head for each head, and queries and keys that are not normalised; keyHeads="
                            + keyHeads + ", heads=" + heads + ", queryKeyNorm=" + queryKeyNorm);
        }
        if (scale != null && !(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("scale must be positive and finite; scale=" + scale);
        }
        if (chunk < 0) {
            throw new IllegalArgumentException("chunk must not be negative; chunk=" + chunk);
        }
        boolean alone = further.isEmpty();
        boolean fits = alone || kind != Kind.EXACT; // else the first group has nothing of feature maps
        HeadGroups.check(kind, featureMap, features, sees, fits ? statistics : null, fits && learnedProjection);
        PrefixAttention.check(prefix, kind, featureMap, sees, alone);
        if (convolution != 0) {
            new Convolution(convolution, sees.causal());
        }
        if (!alone) {
            HeadGroups.check(heads, keyHeads, sees, further);
            for (HeadGroup group : further) {
                HeadGroups.check(group, statistics, learnedProjection);
            }
        }
    }

    /** Returns whether a token sees only itself and earlier tokens, in all groups of heads. */
    public boolean causal() {
        return sees.causal();
    }

    /** Returns how far a query of the first group's exact attention sees back, itself included; 0 for all tokens. */
    public int window() {
        return sees.tokens();
    }

    /** Returns how keys of the first group count less the further they are; null for not at all. */
    public Decay decay() {
        return sees.decay();
    }

    /** Returns the grid on which the first group's tokens lie; null for none. */
    public Grid grid() {
        return sees.grid();
    }

    /** Returns the grid on which the first group's tokens lie, be it for weights or for Fourier positions; null for none. */
    public Grid cells() {
        return grid() == null && fourier() != null ? fourier().grid() : grid();
    }

    /** Returns whether tokens of any group lie on a grid, which ends. */
    public boolean onGrid() {
        return groups().values().stream().anyMatch(group -> group.cells() != null);
    }

    /** Returns how the first group's heads learn what offsets count; null for not at all. */
    public RelativePositions relative() {
        return sees.relative();
    }

    /** Returns the further columns of the first group's queries and keys, whose products are a learned function of the offset; null for none. */
    public FourierPositions fourier() {
        return sees.fourier();
    }

    /** Returns how many heads attend exactly and near; see {@link #withLocalHeads}. */
    public int localHeads() {
        return further.stream()
                .filter(group -> group.name().equals(HeadGroup.LOCAL))
                .mapToInt(HeadGroup::heads)
                .sum();
    }

    /** Returns the groups of heads, in the order of their heads; one if all attend alike. */
    public List<HeadGroup> headGroups() {
        List<HeadGroup> all = new ArrayList<>();
        int others = further.stream().mapToInt(HeadGroup::heads).sum();
        all.add(new HeadGroup("", heads - others, kind, featureMap, projection, features, sees));
        all.addAll(further);
        return List.copyOf(all);
    }

    /**
     * Returns the options of each group of heads by what stands in front of the names of its parameters, in the order of the heads: options without further groups. Those that attend exactly
     * have nothing that belongs to feature maps. The convolution in front and the output's bias are the layer's.
     */
    public Map<String, AttentionOptions> groups() {
        Map<String, AttentionOptions> all = new LinkedHashMap<>();
        if (further.isEmpty()) {
            all.put("", this);
        } else {
            headGroups().forEach(group -> all.put(group.scope(), of(group)));
        }
        return all;
    }

    private AttentionOptions of(HeadGroup group) {
        return with(copy -> {
            copy.heads = group.heads();
            copy.keyHeads = 0;
            copy.kind = group.kind();
            copy.sees = group.sees();
            copy.further = List.of();
            if (group.kind() == Kind.EXACT) {
                copy.learnedProjection = false;
                copy.statistics = Statistics.SEQUENCE;
            } else {
                copy.featureMap = group.featureMap();
                copy.projection = group.projection();
                copy.features = group.features();
            }
        });
    }

    /**
     * Returns a copy whose heads are groups that attend each in its own way. The first one's kind, map, projection, features and visibility become those of the options. All are causal if the
     * first one is.
     *
     * @throws IllegalArgumentException if their heads do not add up to H, names are twice the same, a causal one stands beside one that is not, or one breaks a rule
     */
    public AttentionOptions withGroups(List<HeadGroup> groups) {
        int sum = groups.stream().mapToInt(HeadGroup::heads).sum();
        if (groups.isEmpty() || sum != heads) {
            throw new IllegalArgumentException("heads of the groups must add up to heads; heads=" + heads + ", groups="
                    + groups.stream().map(HeadGroup::heads).toList());
        }
        HeadGroup first = groups.get(0);
        return with(copy -> {
            copy.kind = first.kind();
            copy.sees = first.sees();
            if (first.kind() != Kind.EXACT) {
                copy.featureMap = first.featureMap();
                copy.projection = first.projection();
                copy.features = first.features();
            }
            copy.further = groups.subList(1, groups.size());
        });
    }

    /** Returns a copy with another visibility of the first group; the direction is that of all. */
    public AttentionOptions withVisibility(Visibility value) {
        return with(copy -> copy.see(value));
    }

    /** Returns FAVOR+: positive features, the map's own projection, M = 256, redrawn as {@link #redraw} says, bidirectional, 8 heads. */
    public static AttentionOptions defaults() {
        return new AttentionOptions(
                8,
                Visibility.ALL,
                Kind.LINEAR,
                PositiveFeatures.defaults(),
                null,
                256,
                null,
                0,
                true,
                false,
                false,
                Statistics.SEQUENCE,
                null,
                0,
                0,
                QueryKeyNorm.NONE,
                null,
                false,
                Orthogonality.NONE,
                List.of(),
                0);
    }

    /**
     * Returns when W is drawn anew. Where nobody asked, that is every {@value RedrawSchedule#SOFTMAX} iterations for maps that estimate the softmax kernel,
     * whose features stand for one kernel whatever the draw, and never for the others: there each draw is a kernel of its own that weights adapt to.
     */
    public RedrawSchedule redraw() {
        return new RedrawSchedule(
                redrawInterval != null ? redrawInterval : featureMap.estimatesSoftmax() ? RedrawSchedule.SOFTMAX : 0);
    }

    /** Returns how W is drawn: as was named, or by the map's own projection. */
    @Override
    public Projection projection() {
        return projection == null ? featureMap.coupling().own() : projection;
    }

    /** Returns the projection that was named; null for the map's own. */
    Projection named() {
        return projection;
    }

    /** Returns a copy that names its projection, for models to keep what they began with. */
    public AttentionOptions pinned() {
        return with(copy -> {
            copy.projection = projection();
            copy.further = further.stream().map(HeadGroup::pinned).toList();
        });
    }

    /** Returns what is to be said of a projection that was named: that it harms the map, or does nothing; empty if nothing is. */
    public Optional<String> objection() {
        Coupling coupling = featureMap.coupling();
        if (kind == Kind.EXACT || projection() == coupling.own()) {
            return Optional.empty();
        }
        String values =
                "; featureMap=" + featureMap + ", projection=" + projection().key();
        if (coupling == Coupling.NONE || featureMap.draws(features) == 0) {
            return Optional.of("a projection changes nothing with this feature map" + values);
        }
        return coupling.harmedBy(projection())
                ? Optional.of("estimates have a larger error with this projection than with "
                        + coupling.own().key() + values)
                : Optional.empty();
    }

    /** Returns whether the layer has a parameter with statistics of its queries and keys. */
    public boolean keepsStatistics() {
        return statistics.kept() && featureMap.takesKeptStatistics();
    }

    /** Returns whether a forward pass hands out the moments of its queries and keys, whichever kind of attention it chooses. */
    public boolean collects(boolean training, boolean collecting) {
        return keepsStatistics() && (collecting || training && statistics == Statistics.RUNNING);
    }

    /** Returns a copy with another number of heads. */
    public AttentionOptions withHeads(int value) {
        return with(copy -> copy.heads = value);
    }

    /** Returns a copy, causal or not. */
    public AttentionOptions withCausal(boolean value) {
        return withVisibility(sees.withCausal(value));
    }

    /** Returns a copy of another kind. */
    public AttentionOptions withKind(Kind value) {
        return with(copy -> copy.kind = value);
    }

    /** Returns a copy with another feature map; in causal attention one that fits itself to data needs {@link #withStatistics} first. */
    public AttentionOptions withFeatureMap(FeatureMap value) {
        return with(copy -> copy.featureMap = value);
    }

    /** Returns a copy with another projection; null for the map's own. */
    public AttentionOptions withProjection(Projection value) {
        return with(copy -> copy.projection = value);
    }

    /** Returns a copy with M = value. */
    public AttentionOptions withFeatures(int value) {
        return with(copy -> copy.features = value);
    }

    /** Returns a copy with another redraw interval; null leaves the choice to the map. */
    public AttentionOptions withRedrawInterval(Integer value) {
        return with(copy -> copy.redrawInterval = value);
    }

    /** Returns a copy with another chunk length. */
    public AttentionOptions withChunk(int value) {
        return with(copy -> copy.chunk = value);
    }

    /** Returns a copy with or without biases. */
    public AttentionOptions withBias(boolean value) {
        return with(copy -> copy.bias = value);
    }

    /** Returns a copy with or without learned temperatures. */
    public AttentionOptions withTemperature(boolean value) {
        return with(copy -> copy.temperature = value);
    }

    /** Returns a copy whose projections are learned, or drawn. */
    public AttentionOptions withLearnedProjection(boolean value) {
        return with(copy -> copy.learnedProjection = value);
    }

    /** Returns a copy whose feature map fits itself to other rows. */
    public AttentionOptions withStatistics(Statistics value) {
        return with(copy -> copy.statistics = value);
    }

    /** Returns a copy with other rotary positions; null for none. */
    public AttentionOptions withRotary(Rotary value) {
        return with(copy -> copy.rotary = value);
    }

    /** Returns a copy that decays otherwise; null for not at all. */
    public AttentionOptions withDecay(Decay value) {
        return withVisibility(sees.withDecay(value));
    }

    /** Returns a copy with a convolution of other taps; 0 for none. */
    public AttentionOptions withConvolution(int value) {
        return with(copy -> copy.convolution = value);
    }

    /** Returns a copy with another number of heads of keys and values; 0 for as many as heads. */
    public AttentionOptions withKeyHeads(int value) {
        return with(copy -> copy.keyHeads = value);
    }

    /** Returns a copy with other norms of queries and keys. */
    public AttentionOptions withQueryKeyNorm(QueryKeyNorm value) {
        return with(copy -> copy.queryKeyNorm = value);
    }

    /** Returns a copy with another scale; null for 1/√D. */
    public AttentionOptions withScale(Double value) {
        return with(copy -> copy.scale = value);
    }

    /** Returns a copy whose result is gated, or not. */
    public AttentionOptions withGate(boolean value) {
        return with(copy -> copy.gate = value);
    }

    /** Returns a copy whose queries see a window; 0 for all tokens. */
    public AttentionOptions withWindow(int value) {
        return withVisibility(sees.withWindow(value));
    }

    /**
     * Returns a copy whose windows, of all groups of heads, have so many global tokens: the first of a sequence, which all tokens see and which see all, but for later ones if causal (Longformer, arXiv 2004.05150;
     * causal ones are the sinks of arXiv 2309.17453). Sequences are whole then: {@code rnnTimeStep} is refused. Windows that are set afterwards have none.
     *
     * @throws IllegalArgumentException if they are negative, or there is no window
     */
    public AttentionOptions withGlobalTokens(int tokens) {
        if (tokens != 0
                && sees.window() == null
                && further.stream().allMatch(group -> group.sees().window() == null)) {
            throw new IllegalArgumentException(
                    "global tokens are seen through a window, and there is none; globalTokens=" + tokens);
        }
        return withEach(each -> each.withGlobal(tokens));
    }

    /** Returns the window as distances; null where a query sees all tokens. */
    public Window distances() {
        return sees.window();
    }

    /** Returns a copy with other products of orthonormal columns. */
    public AttentionOptions withOrthogonal(Orthogonality value) {
        return with(copy -> copy.orthogonal = value);
    }

    /**
     * Returns a copy of which so many heads, the last ones, attend exactly within a window instead, as in mixed attention with local heads (arXiv 2003.05997).
     *
     * @param value how many; 0 for none, and a window of all heads
     * @param within tokens of the window
     * @throws IllegalArgumentException if there are other groups of heads, or the others do not attend linearly
     */
    public AttentionOptions withLocalHeads(int value, int within) {
        return with(copy -> copy.local(value, within));
    }

    /**
     * Returns a copy whose first keys are weighed exactly and the others by features, with one normaliser, see {@link PrefixAttention}. Sequences are whole then: {@code rnnTimeStep} is refused.
     *
     * @param value P; 0 for none
     * @throws IllegalArgumentException if it is negative, attention is not linear, the map is none of the softmax kernel or fitted to data, or there is decay, a grid, relative or Fourier positions
     *     or a second group of heads
     */
    public AttentionOptions withPrefix(int value) {
        return with(copy -> copy.prefix = value);
    }

    /** Returns a copy whose tokens lie on a grid; null for on none. */
    public AttentionOptions withGrid(Grid value) {
        return withVisibility(sees.withGrid(value));
    }

    /** Returns a copy with other relative positions in all groups of heads; null for none. */
    public AttentionOptions withRelative(RelativePositions value) {
        return withEach(each -> each.withRelative(value));
    }

    /** Returns a copy with other Fourier positions in all groups of heads; null for none. */
    public AttentionOptions withFourier(FourierPositions value) {
        return withEach(each -> each.withFourier(value));
    }

    private AttentionOptions withEach(UnaryOperator<Visibility> change) {
        return with(copy -> {
            copy.sees = change.apply(sees);
            copy.further = further.stream()
                    .map(group -> group.seeing(change.apply(group.sees())))
                    .toList();
        });
    }

    /** Returns how many heads read one head of keys and values. */
    public int headsPerKey() {
        return keyHeads == 0 ? 1 : heads / keyHeads;
    }

    /**
     * Returns what queries and keys are multiplied by each: √(scale·√D), 1 where there is no scale of its own.
     *
     * @param headSize D
     */
    public double factor(int headSize) {
        return scale == null ? 1 : Math.sqrt(scale * Math.sqrt(headSize));
    }

    private AttentionOptions with(Consumer<AttentionSettings> change) {
        AttentionSettings copy = new AttentionSettings(this);
        change.accept(copy);
        return copy.build();
    }

    /**
     * Returns the longest T for which {@link Kind#AUTO} attends exactly: 1.25·M, or 3·M if causal, up to where it was the faster one on
     * kernels; 0 where φ does not estimate the softmax kernel, so that exact attention would be another model.
     *
     * @param width E
     */
    public int crossover(int width) {
        if (!featureMap.estimatesSoftmax()) {
            return 0;
        }
        return (int) ((causal() ? CAUSAL_CROSSOVER : CROSSOVER) * featureMap.columns(features, headSize(width)));
    }

    /**
     * Returns the kind that attends to sequences of a length: this kind, or what {@link Kind#AUTO} chooses; exact where all keys are of the prefix.
     *
     * @param width E
     * @param tokens T, padding included
     * @return linear or exact
     */
    public Kind kindFor(int width, long tokens) {
        return kindFor(width, tokens, tokens);
    }

    /**
     * Returns the kind that attends from one sequence to another: as for a single one whose length is the harmonic mean of both, since exact attention costs Tq·Tk and linear
     * attention Tq + Tk.
     *
     * @param width E
     * @param queries Tq, padding included
     * @param keys Tk
     * @return linear or exact
     */
    public Kind kindFor(int width, long queries, long keys) {
        if (prefix > 0 && keys <= prefix) {
            return Kind.EXACT;
        }
        if (kind != Kind.AUTO) {
            return kind;
        }
        return 2 * queries * keys <= crossover(width) * (queries + keys) ? Kind.EXACT : Kind.LINEAR;
    }

    /**
     * Returns D = width / heads.
     *
     * @throws IllegalArgumentException if heads does not divide width
     */
    public int headSize(int width) {
        if (width < 1 || width % heads != 0) {
            throw new IllegalArgumentException("heads must divide width; width=" + width + ", heads=" + heads);
        }
        if (rotary != null) {
            rotary.columns(width / heads);
        }
        return width / heads;
    }
}
