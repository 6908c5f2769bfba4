package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.attention.CountFrames;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.Frames;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Discrete random features of the softmax kernel: a power series of exp(x'·y') whose terms are drawn, by counts w_l that are Poisson or geometric;
 * {@link DiscreteLaw} has φ_w(x').
 *
 * <p>They need positive rows, so {@code x' = x − c} with one c for the queries and keys of a batch item and head, and each side is multiplied by
 * {@code exp(c·x' + |c|²/2)}: {@code exp(x·y) = exp(x'·y') exp(c·x' + |c|²/2) exp(c·y' + |c|²/2)}. As φ,
 *
 * <p>{@code φ_i(x) = M^{-½} (exp(Σ_l w_il log x'_l + const_i + c·x' + |c|²/2) + ε)}.
 *
 * <p>Unbiased for exp(x·y) and positive, whatever c and the law's parameter are. {@code c_l = min(q_l, k_l) − margin_l} over unpadded rows. The margin trades variance:
 * let h_l be the mean of x_l − min_l over queries and keys. Poisson features like all coordinates at one height, {@code margin_l = 1¼ max_j h_j − h_l}: the
 * second moment hardly depends on the factor, and with a large one features become FAVOR+ of centred rows. Geometric ones like small products,
 * {@code margin_l = max(h_l, mean_j h_j)/10}: narrower margins gain little and make the logarithm steep, hence gradients large.
 * Both margins are at least 1e-3. No gradient flows through c, the parameter or the counts.
 * Where rows are long, logarithms of features spread further than those of FAVOR+, geometric ones most: in float32 their denominators underflow earlier, which
 * is counted.
 *
 * <p>All of the sequence enters c and the parameter, so causal layers refuse this map. Cost beside FAVOR+: statistics O(T·D),
 * counts O(M·D·log λ) or O(M·D) per head. Source: Likhosherstov et al., <em>Chefs' Random Tables</em>, arXiv 2205.15317; the factor for c is needed: without it estimates
 * are biased.
 *
 * @param law of the counts
 * @param epsilon ε ≥ 0 added to the stabilised exponential
 */
public record DiscreteFeatures(DiscreteLaw law, double epsilon) implements FittedFeatures {
    /** Under the logarithm of padded rows, which may lie below the shift; its reciprocal is finite in float32. */
    private static final double SMALLEST = 1e-30;

    public DiscreteFeatures {
        if (law == null) {
            throw new IllegalArgumentException("law must be given; law=null");
        }
        Exponentials.check(epsilon);
    }

    /** Returns a map with ε = 0. */
    public static DiscreteFeatures of(DiscreteLaw law) {
        return new DiscreteFeatures(law, 0);
    }

    /**
     * Draws uniform numbers in (0,1), from which {@link #frame} makes the counts. They depend on the seed alone: counts have no directions that a projection could
     * couple. They are rounded to float32, so that layers of either type count alike.
     */
    @Override
    public double[][] draw(Projection projection, int features, int headSize, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        double[][] uniforms = new double[features][headSize];
        for (double[] row : uniforms) {
            for (int l = 0; l < headSize; l++) {
                double u = (float) (random.nextDouble() + 0x1.0p-54);
                row[l] = Math.min(u, 1 - 0x1.0p-24); // the largest float below 1
            }
        }
        return uniforms;
    }

    /**
     * Chooses the shift, the law's parameter and the counts.
     *
     * @param queries scaled queries, padding left out, [n][D]
     * @param keys scaled keys
     * @param w what {@link #draw} gave, [M][D]
     */
    public DiscreteFrame frame(double[][] queries, double[][] keys, double[][] w) {
        return DiscreteFrame.of(law, queries, keys, w);
    }

    @Override
    public Sight sight() {
        return Sight.ROWS;
    }

    /** {@inheritDoc} Counts, constants, the shift c and 1/s. */
    @Override
    public List<int[]> parts(int columns, int headSize) {
        return List.of(
                new int[] {columns, headSize}, new int[] {1, columns}, new int[] {1, headSize}, new int[] {1, 1});
    }

    @Override
    public Choice choose(Seen queries, Seen keys, double[][] w) {
        DiscreteFrame frame = frame(queries.rows(), keys.rows(), w);
        return Choice.of(Rows.flat(frame.counts()), frame.constants(), frame.shift(), new double[] {1 / frame.unit()});
    }

    /** {@inheritDoc} {@code W log((x − c)/s) + const + c·x}. */
    @Override
    public Features define(FittedRows rows) {
        SameDiff sd = rows.sd();
        SDVariable shift = rows.parts().get(2);
        SDVariable above = rows.x().sub(shift).mul(rows.parts().get(3));
        SDVariable positive = sd.nn().relu(above, 0).add(SMALLEST); // [BH,T,D]
        SDVariable powers = sd.mmul(sd.math().log(positive), rows.parts().get(0), false, true, false); // [BH,T,M]
        SDVariable shifted = sd.mmul(rows.x(), shift, false, true, false); // [BH,T,1]
        return new Features(powers.add(rows.parts().get(1)).add(shifted), null, null);
    }

    @Override
    public Frames frames(Memory memory, int columns, int headSize) {
        return new CountFrames(memory.frames(), columns, headSize);
    }

    @Override
    public PlainFeatures plain(double[][] w, double[][] queries, double[][] keys) {
        DiscreteFrame frame = frame(queries, keys, w);
        return new PlainFeatures(
                x -> Exponentials.of(frame.logs(x), epsilon), y -> Exponentials.of(frame.logs(y), epsilon));
    }

    @Override
    public Coupling coupling() {
        return Coupling.NONE;
    }

    @Override
    public Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.of(new FeatureKernel.Discrete((float) inputScale(headSize, features), (float) epsilon));
    }

    @Override
    public FeatureMap withoutEpsilon() {
        return new DiscreteFeatures(law, 0);
    }
}
