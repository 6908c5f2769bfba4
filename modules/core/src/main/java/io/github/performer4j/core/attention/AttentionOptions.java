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
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a layer attends.
 *
 * @param heads H; must divide the layer's width
 * @param causal whether a token sees only itself and earlier tokens
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
 * @param decay how keys count less the further they are; null for not at all
 * @param convolution taps of a short convolution along the tokens in front of the products, see {@link io.github.performer4j.kernels.layer.Convolution}; 0 for none
 * @param keyHeads heads of keys and values, which must divide H: head h reads head h·keyHeads/H of them (arXiv 2305.13245); 0, as in models saved before there was a choice, for H
 * @param queryKeyNorm how queries and keys are normalised; null, as in such models, for not at all
 * @param scale what products of queries and keys are multiplied by, as 1 in T5; null for 1/√D. Queries and keys are multiplied by the root of scale·√D, since feature maps estimate the kernel
 *     with 1/√D
 * @param gate whether what each head attended is normalised by its root mean square and multiplied by SiLU(x Wg + bg) in front of the output's product (arXiv 2307.08621, equation 8)
 * @param window tokens that a query of exact attention sees, the last ones, itself included, or if not causal as many to either side; 0 for all. Then attention is linear in T, too, and a
 *     sequence may come in parts
 * @param orthogonal which products have orthonormal columns; null, as in models saved before there was a choice, for none
 * @param localHeads how many of the H heads, the last ones, attend exactly within the window instead, as in mixed attention with local heads (arXiv 2003.05997); 0, as in such models, for none
 * @param grid on which tokens lie: then attention is masked by learned weights of the differences of their places; null for none
 * @param relative how b of relative positions is learned; null for none
 * @param fourier further columns of queries and keys, whose products are a learned function of the offset; null for none
 */
public record AttentionOptions(
        int heads,
        boolean causal,
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
        Decay decay,
        int convolution,
        int keyHeads,
        QueryKeyNorm queryKeyNorm,
        Double scale,
        boolean gate,
        int window,
        Orthogonality orthogonal,
        int localHeads,
        Grid grid,
        RelativePositions relative,
        FourierPositions fourier)
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
        if (features < 1) {
            throw new IllegalArgumentException("features must be positive; features=" + features);
        }
        featureMap.draws(features);
        statistics = statistics == null ? Statistics.SEQUENCE : statistics;
        if (statistics.kept() && featureMap.looksAhead() && !featureMap.takesKeptStatistics()) {
            throw new IllegalArgumentException("the feature map needs statistics of the sequence; statistics="
                    + statistics + ", featureMap=" + featureMap);
        }
        if (causal && kind != Kind.EXACT && featureMap.looksAhead() && !statistics.kept()) {
            throw new IllegalArgumentException("causal attention needs "
                    + (featureMap.takesKeptStatistics()
                            ? "running or fixed statistics with this feature map"
                            : "a feature map without statistics")
                    + ", because those of the sequence see later tokens; causal=true, featureMap=" + featureMap
                    + ", statistics=" + statistics);
        }
        if (learnedProjection && !featureMap.learnableProjection(features)) {
            throw new IllegalArgumentException(
                    "a learned projection needs a feature map that projects by it alone; featureMap=" + featureMap);
        }
        if (redrawInterval != null) {
            new RedrawSchedule(redrawInterval);
        }
        queryKeyNorm = queryKeyNorm == null ? QueryKeyNorm.NONE : queryKeyNorm;
        orthogonal = orthogonal == null ? Orthogonality.NONE : orthogonal;
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
        if (decay != null && kind != Kind.LINEAR) {
            throw new IllegalArgumentException("decay needs linear attention; decay=" + decay + ", kind=" + kind);
        }
        if (window < 0) {
            throw new IllegalArgumentException("window must not be negative, and 0 is none; window=" + window);
        }
        if (window > 0 && kind != Kind.EXACT && localHeads == 0) {
            throw new IllegalArgumentException(
                    "a window needs exact attention, or local heads; window=" + window + ", kind=" + kind);
        }
        if (localHeads != 0) {
            checkLocal(heads, localHeads, kind, window, keyHeads);
        }
        if (convolution != 0) {
            new Convolution(convolution, causal);
        }
        if (relative != null) {
            relative.offsets(causal);
            if (decay != null || grid != null) {
                throw new IllegalArgumentException(
                        "relative positions have weights of their own, beside which there is no decay and no grid; relative="
                                + relative + ", decay=" + decay + ", grid=" + grid);
            }
        }
        if (fourier != null) {
            checkFourier(fourier, kind, featureMap, grid);
        }
        if (grid != null) {
            checkGrid(grid, causal, kind, decay, localHeads);
            if (statistics.kept() && featureMap.takesKeptStatistics()) {
                throw new IllegalArgumentException(
                        "attention on a grid keeps no statistics; grid=" + grid + ", statistics=" + statistics);
            }
        }
    }

    private static void checkFourier(FourierPositions fourier, Kind kind, FeatureMap map, Grid grid) {
        boolean adds =
                kind == Kind.EXACT || map.estimatesSoftmax() && map.fitted().isEmpty();
        if (!adds || grid != null) {
            throw new IllegalArgumentException(
                    "Fourier positions add to scores, which needs exact attention or a map that estimates the softmax kernel and is not fitted to data, and no grid; fourier="
                            + fourier + ", kind=" + kind + ", featureMap=" + map + ", grid=" + grid);
        }
    }

    private static void checkGrid(Grid grid, boolean causal, Kind kind, Decay decay, int local) {
        if (causal || kind != Kind.LINEAR || decay != null || local != 0) {
            throw new IllegalArgumentException(
                    "a grid needs linear attention that is not causal, without decay and local heads; grid=" + grid
                            + ", causal=" + causal + ", kind=" + kind + ", decay=" + decay + ", localHeads=" + local);
        }
    }

    private static void checkLocal(int heads, int local, Kind kind, int window, int keyHeads) {
        if (local < 0 || local >= heads) {
            throw new IllegalArgumentException(
                    "localHeads must be from 0 to heads - 1, since all of them are kind=exact;" + " localHeads=" + local
                            + ", heads=" + heads);
        }
        if (window == 0 || kind != Kind.LINEAR || keyHeads != 0 && keyHeads != heads) {
            throw new IllegalArgumentException(
                    "local heads need a window, other heads that attend linearly, and a key head for each head; localHeads="
                            + local + ", window=" + window + ", kind=" + kind + ", keyHeads=" + keyHeads + ", heads="
                            + heads);
        }
    }

    /** Returns the options of the heads that see all tokens. */
    public AttentionOptions far() {
        return with(copy -> {
            copy.heads = heads - localHeads;
            copy.keyHeads = 0;
            copy.localHeads = 0;
            copy.window = 0;
        });
    }

    /** Returns the options of the local heads: exact attention within the window, and nothing that belongs to feature maps. */
    public AttentionOptions near() {
        return with(copy -> {
            copy.heads = localHeads;
            copy.keyHeads = 0;
            copy.localHeads = 0;
            copy.kind = Kind.EXACT;
            copy.decay = null;
            copy.learnedProjection = false;
            copy.statistics = Statistics.SEQUENCE;
        });
    }

    /** Returns FAVOR+: positive features, the map's own projection, M = 256, redrawn as {@link #redraw} says, bidirectional, 8 heads. */
    public static AttentionOptions defaults() {
        return new AttentionOptions(
                8,
                false,
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
                null,
                0,
                0,
                QueryKeyNorm.NONE,
                null,
                false,
                0,
                Orthogonality.NONE,
                0,
                null,
                null,
                null);
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

    /** Returns a copy that names its projection, for models to keep what they began with. */
    public AttentionOptions pinned() {
        return withProjection(projection());
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
        return with(copy -> copy.causal = value);
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
        return with(copy -> copy.decay = value);
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
        return with(copy -> copy.window = value);
    }

    /** Returns the window as distances; null where a query sees all tokens. */
    public Window distances() {
        return window == 0 ? null : Window.of(window, causal);
    }

    /** Returns a copy with other products of orthonormal columns. */
    public AttentionOptions withOrthogonal(Orthogonality value) {
        return with(copy -> copy.orthogonal = value);
    }

    /** Returns a copy with another number of local heads, within another window; 0 and 0 for none. */
    public AttentionOptions withLocalHeads(int value, int within) {
        return with(copy -> {
            copy.localHeads = value;
            copy.window = within;
        });
    }

    /** Returns a copy whose tokens lie on a grid; null for on none. */
    public AttentionOptions withGrid(Grid value) {
        return with(copy -> copy.grid = value);
    }

    /** Returns a copy with other relative positions; null for none. */
    public AttentionOptions withRelative(RelativePositions value) {
        return with(copy -> copy.relative = value);
    }

    /** Returns a copy with other Fourier positions; null for none. */
    public AttentionOptions withFourier(FourierPositions value) {
        return with(copy -> copy.fourier = value);
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

    private AttentionOptions with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return new AttentionOptions(
                copy.heads,
                copy.causal,
                copy.kind,
                copy.featureMap,
                copy.projection,
                copy.features,
                copy.redrawInterval,
                copy.chunk,
                copy.bias,
                copy.temperature,
                copy.learnedProjection,
                copy.statistics,
                copy.rotary,
                copy.decay,
                copy.convolution,
                copy.keyHeads,
                copy.queryKeyNorm,
                copy.scale,
                copy.gate,
                copy.window,
                copy.orthogonal,
                copy.localHeads,
                copy.grid,
                copy.relative,
                copy.fourier);
    }

    /** The components, to be changed before they are checked. */
    private static final class Copy {
        private int heads;
        private boolean causal;
        private Kind kind;
        private FeatureMap featureMap;
        private Projection projection;
        private int features;
        private Integer redrawInterval;
        private int chunk;
        private boolean bias;
        private boolean temperature;
        private boolean learnedProjection;
        private Statistics statistics;
        private Rotary rotary;
        private Decay decay;
        private int convolution;
        private int keyHeads;
        private QueryKeyNorm queryKeyNorm;
        private Double scale;
        private boolean gate;
        private int window;
        private Orthogonality orthogonal;
        private int localHeads;
        private Grid grid;
        private RelativePositions relative;
        private FourierPositions fourier;

        Copy(AttentionOptions from) {
            heads = from.heads;
            causal = from.causal;
            kind = from.kind;
            featureMap = from.featureMap;
            projection = from.projection;
            features = from.features;
            redrawInterval = from.redrawInterval;
            chunk = from.chunk;
            bias = from.bias;
            temperature = from.temperature;
            learnedProjection = from.learnedProjection;
            statistics = from.statistics;
            rotary = from.rotary;
            decay = from.decay;
            convolution = from.convolution;
            keyHeads = from.keyHeads;
            queryKeyNorm = from.queryKeyNorm;
            scale = from.scale;
            gate = from.gate;
            window = from.window;
            orthogonal = from.orthogonal;
            localHeads = from.localHeads;
            grid = from.grid;
            relative = from.relative;
            fourier = from.fourier;
        }
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
        return (int) ((causal ? CAUSAL_CROSSOVER : CROSSOVER) * featureMap.columns(features, headSize(width)));
    }

    /**
     * Returns the kind that attends to sequences of a length: this kind, or what {@link Kind#AUTO} chooses.
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
