package io.github.performer4j.core.model;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.Orthogonality;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.attention.Visibility;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.Statistics;
import java.util.List;
import java.util.Locale;

/**
 * How the blocks attend.
 *
 * @param kind {@code linear}, {@code exact}, or {@code auto}: exact where T is short enough for it to be cheaper, see {@link AttentionOptions#crossover}
 * @param heads H; divides width
 * @param causal whether a token sees only itself and those before it
 * @param featureMap name of φ; see {@link FeatureMap#named}
 * @param projection name of a {@link Projection}, or {@code auto} for the feature map's own
 * @param features columns M of φ
 * @param redrawInterval iterations between two draws of the projection; 0 keeps the first; absent or null, the feature map chooses: see {@link AttentionOptions#redraw}
 * @param chunk tokens per chunk of causal attention; 0 chooses by T
 * @param temperature whether each head learns a scale of its queries and keys
 * @param learnedProjection whether each block's projection is a parameter; see {@link AttentionOptions}
 * @param statistics {@code sequence}, {@code running} or {@code fixed}: which rows a feature map that fits itself to data sees; see {@link Statistics}
 * @param positions {@code none}; {@code rotary} or {@code rotary-interleaved}: queries and keys are turned by their places, see {@link Rotary}; {@code buckets} or {@code toeplitz}: attention is weighted by offsets, see {@link RelativePositions}; {@code fourier}: by a learned spectrum of them, see {@link FourierPositions}, on the grid if there is one
 * @param rotaryBase base of the wavelengths of rotary positions
 * @param rotaryFraction share of the columns of each head that turn
 * @param relativeBuckets buckets of relative positions
 * @param relativeReach distance from which offsets share a weight; 0 for 128 with {@code buckets}, and with {@code toeplitz} for none within the model's longest T
 * @param fourierComponents Gaussians of the spectrum of {@code fourier}
 * @param fourierDraws frequencies of each
 * @param decay {@code none}, {@code fixed}, {@code alibi} or {@code selective}: how keys count less the further they are, see {@link Decay}
 * @param decayShortest half-life in tokens of the first head
 * @param decayLongest half-life in tokens of the last head that decays
 * @param decayFree share of the heads that do not decay
 * @param convolution taps of a short convolution along the tokens in front of the products; 0 for none
 * @param keyHeads heads of keys and values, which divide heads; 0 for as many
 * @param queryKeyNorm {@code none}, or how queries and keys are normalised; see {@link QueryKeyNorm}
 * @param scale what products of queries and keys are multiplied by; absent or null, 1/√D
 * @param gate whether what each head attended is normalised and gated; see {@link AttentionOptions}
 * @param window tokens that a query of exact attention sees, in all blocks, in those of {@link PerformerConfig#exactEvery}, or in local heads; 0 for all
 * @param orthogonal {@code none} or {@code qk}: which products have orthonormal columns; see {@link Orthogonality}
 * @param localHeads how many of the heads attend exactly within the window instead; 0 for none
 * @param grid {@code none}, or the grid that tokens lie on, as {@code 7x7}; see {@link Grid}
 * @param groups heads that attend in different ways, group by group; empty where all attend alike
 * @param headSize D, columns of a head; 0 for width/heads
 * @param globalTokens first tokens of a sequence that see all and that all see, through windows; 0 for none; see {@link AttentionOptions#withGlobalTokens}
 * @param prefix first tokens of a sequence whose keys linear attention weighs exactly; 0 for none; see {@link AttentionOptions#withPrefix}
 */
public record AttentionConfig(
        String kind,
        int heads,
        boolean causal,
        String featureMap,
        String projection,
        int features,
        Integer redrawInterval,
        int chunk,
        boolean temperature,
        boolean learnedProjection,
        String statistics,
        String positions,
        double rotaryBase,
        double rotaryFraction,
        int relativeBuckets,
        int relativeReach,
        int fourierComponents,
        int fourierDraws,
        String decay,
        double decayShortest,
        double decayLongest,
        double decayFree,
        int convolution,
        int keyHeads,
        String queryKeyNorm,
        Double scale,
        boolean gate,
        int window,
        String orthogonal,
        int localHeads,
        String grid,
        List<HeadGroupConfig> groups,
        int headSize,
        int globalTokens,
        int prefix) {
    private static final List<String> POSITIONS =
            List.of("none", "rotary", "rotary-interleaved", "buckets", "toeplitz", "fourier");
    static final List<String> DECAYS = List.of("none", "fixed", "alibi", "selective");

    /** Checks every value. */
    public AttentionConfig {
        Require.that(featureMap != null, "featureMap must be given; featureMap=null");
        kind = Names.canonical(AttentionOptions.Kind.class, "kind", kind);
        featureMap = FeatureMaps.canonical(featureMap);
        projection = Projection.canonical(projection);
        statistics = Names.canonical(Statistics.class, "statistics", statistics);
        queryKeyNorm = Names.canonical(QueryKeyNorm.class, "queryKeyNorm", queryKeyNorm);
        orthogonal = Names.canonical(Orthogonality.class, "orthogonal", orthogonal);
        positions = known("positions", positions, POSITIONS);
        decay = known("decay", decay, DECAYS);
        grid = grid == null ? "none" : grid.toLowerCase(Locale.ROOT);
        Require.that(window >= 0, "window must not be negative, and 0 is none; window=" + window);
        options(
                        kind,
                        heads,
                        causal,
                        featureMap,
                        projection,
                        features,
                        redrawInterval,
                        chunk,
                        true,
                        temperature,
                        learnedProjection,
                        statistics,
                        rotary(positions, rotaryBase, rotaryFraction),
                        relative(positions, relativeBuckets, relativeReach, 1),
                        fourier(positions, fourierComponents, fourierDraws, 1, grid),
                        decay(decay, decayShortest, decayLongest, decayFree),
                        convolution,
                        keyHeads,
                        queryKeyNorm,
                        scale,
                        gate,
                        localHeads > 0 ? window : 0,
                        orthogonal,
                        localHeads,
                        grid)
                .withPrefix(prefix);
        Require.that(
                globalTokens >= 0, "globalTokens must not be negative, and 0 is none; globalTokens=" + globalTokens);
        groups = groups == null ? List.of() : List.copyOf(groups);
        Require.that(headSize >= 0, "headSize must not be negative, and 0 is width/heads; headSize=" + headSize);
        Require.that(
                groups.isEmpty() || localHeads == 0,
                "localHeads is short for groups, of which there are others; localHeads=" + localHeads + ", groups="
                        + groups);
    }

    /**
     * Returns whether there is a window, of all heads or of some.
     *
     * @param blocks whether some blocks attend exactly within {@link #window} whatever the groups are
     */
    boolean someWindow(boolean blocks) {
        return window > 0 && (blocks || groups.isEmpty()) || groups.stream().anyMatch(group -> group.hasWindow(this));
    }

    /** Returns whether some heads attend exactly. */
    boolean someExact() {
        return exact() || localHeads > 0 || groups.stream().anyMatch(group -> group.exact(this));
    }

    /**
     * Returns the options of a layer of {@link #kind} or of {@link #groups}; the window is that of exact attention.
     *
     * @param bias whether products have biases
     * @param maxTokens the model's longest T
     */
    public AttentionOptions options(boolean bias, int maxTokens) {
        AttentionOptions alike = alike(bias, maxTokens);
        AttentionOptions all = groups.isEmpty()
                ? alike
                : alike.withGroups(groups.stream()
                        .map(group -> group.of(this, alike.sees()))
                        .toList());
        return (windowed(all) ? all.withGlobalTokens(globalTokens) : all).withPrefix(prefix);
    }

    /** Returns the options of a layer whose heads attend alike. */
    private AttentionOptions alike(boolean bias, int maxTokens) {
        return options(
                kind,
                heads,
                causal,
                featureMap,
                projection,
                features,
                redrawInterval,
                chunk,
                bias,
                temperature,
                learnedProjection,
                statistics,
                rotary(positions, rotaryBase, rotaryFraction),
                relative(positions, relativeBuckets, relativeReach, maxTokens),
                fourier(positions, fourierComponents, fourierDraws, maxTokens, grid),
                decay(decay, decayShortest, decayLongest, decayFree),
                convolution,
                keyHeads,
                queryKeyNorm,
                scale,
                gate,
                exact() || localHeads > 0 ? window : 0,
                orthogonal,
                localHeads,
                grid);
    }

    /**
     * Returns the options of a layer that attends exactly among others: without what belongs to linear attention alone (weights of a grid, decay but ALiBi's, learned projections, statistics), within the window.
     *
     * @param bias whether products have biases
     * @param maxTokens the model's longest T
     */
    AttentionOptions exactOptions(boolean bias, int maxTokens) {
        AttentionOptions others = alike(bias, maxTokens);
        return others.withLocalHeads(0, 0)
                .withGrid(null)
                .withDecay(others.decay() != null && others.decay().alibi() ? others.decay() : null)
                .withLearnedProjection(false)
                .withKind(AttentionOptions.Kind.EXACT)
                .withStatistics(Statistics.SEQUENCE)
                .withLocalHeads(0, window)
                .withGlobalTokens(window == 0 ? 0 : globalTokens);
    }

    /** Returns whether there is what {@link #exactOptions} leave out and a user would miss: weights of a grid, of which Fourier positions have none, or decay but ALiBi's. */
    boolean linearAlone() {
        boolean weights = !grid.equals("none") && !positions.equals("fourier");
        return weights || !decay.equals("none") && !decay.equals("alibi");
    }

    private static boolean windowed(AttentionOptions options) {
        return options.groups().values().stream().anyMatch(group -> group.distances() != null);
    }

    /** Returns whether {@link #kind} is exact attention. */
    boolean exact() {
        return AttentionOptions.Kind.EXACT.equals(Names.one(AttentionOptions.Kind.class, "kind", kind));
    }

    private static Rotary rotary(String positions, double base, double fraction) {
        Rotary rotary = new Rotary(base, fraction, positions.equals("rotary-interleaved"));
        return positions.startsWith("rotary") ? rotary : null;
    }

    /** Returns whether queries and keys are turned. */
    boolean rotary() {
        return positions.startsWith("rotary");
    }

    private static RelativePositions relative(String positions, int buckets, int reach, int maxTokens) {
        RelativePositions own = new RelativePositions(buckets, reach == 0 ? RelativePositions.REACH : reach);
        return switch (positions) {
            case "buckets" -> own;
            case "toeplitz" -> RelativePositions.offsets(reach == 0 ? maxTokens : reach);
            default -> null;
        };
    }

    private static FourierPositions fourier(String positions, int components, int draws, int maxTokens, String grid) {
        FourierPositions own = new FourierPositions(components, draws, maxTokens);
        Grid on = Grid.named(grid);
        return positions.equals("fourier") ? on == null ? own : own.on(on) : null;
    }

    static Decay decay(String decay, double shortest, double longest, double free) {
        Decay value = new Decay(decay.equals("selective"), shortest, longest, free);
        return switch (decay) {
            case "none" -> null;
            case "alibi" -> Decay.slopes();
            default -> value;
        };
    }

    static String known(String key, String value, List<String> known) {
        String lower = value == null ? "none" : value.toLowerCase(Locale.ROOT);
        Require.that(
                known.contains(lower),
                "unknown " + key + " of attention; " + key + "=" + value + ", known=" + String.join(", ", known));
        return lower;
    }

    private static AttentionOptions options(
            String kind,
            int heads,
            boolean causal,
            String featureMap,
            String projection,
            int features,
            Integer redraw,
            int chunk,
            boolean bias,
            boolean temperature,
            boolean learnedProjection,
            String statistics,
            Rotary rotary,
            RelativePositions relative,
            FourierPositions fourier,
            Decay decay,
            int convolution,
            int keyHeads,
            String queryKeyNorm,
            Double scale,
            boolean gate,
            int window,
            String orthogonal,
            int localHeads,
            String grid) {
        FeatureMap map = FeatureMap.named(featureMap);
        AttentionOptions alike = new AttentionOptions(
                heads,
                Visibility.ALL
                        .withCausal(causal)
                        .withDecay(decay)
                        .withGrid(
                                fourier == null ? Grid.named(grid) : null) // else the grid is that of Fourier positions
                        .withRelative(relative)
                        .withFourier(fourier),
                Names.one(AttentionOptions.Kind.class, "kind", kind),
                map,
                Projection.named(projection, map),
                features,
                redraw,
                chunk,
                bias,
                temperature,
                learnedProjection,
                Names.one(Statistics.class, "statistics", statistics),
                rotary,
                convolution,
                keyHeads,
                Names.one(QueryKeyNorm.class, "queryKeyNorm", queryKeyNorm),
                scale,
                gate,
                Names.one(Orthogonality.class, "orthogonal", orthogonal),
                List.of(),
                0);
        return alike.withLocalHeads(localHeads, window);
    }
}
