package io.github.performer4j.tuning.search;

import io.github.performer4j.tuning.space.Range;
import io.github.performer4j.tuning.space.SearchSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;

/**
 * The Tree-structured Parzen Estimator (Bergstra, Bardenet, Bengio, Kégl 2011, Algorithms for Hyper-Parameter
 * Optimization, section 4): of the n results the ⌈γ n⌉ best are good, γ = {@value #GOOD}, and the others bad. For each coordinate l(u)
 * is the {@link Density} of the good, g(u) that of the bad; of {@value #DRAWS} draws from l the one with the greatest l(u)/g(u) is
 * taken, which maximises the expected improvement. A coordinate whose key a result did not set says nothing of it: that
 * is the tree.
 *
 * <p>The first {@value #FIRST} candidates are drawn from the space, and so are those behind {@value #MOST_UNANSWERED} without a result, which were
 * refused because they had been tried. A score that is not finite is a bad one. Each candidate is a
 * function of (seed, its number, the results before it).
 */
public final class TreeParzen implements CandidateGenerator {
    private static final double GOOD = 0.15;
    private static final int DRAWS = 24;
    private static final int FIRST = 8;
    private static final int MOST_UNANSWERED = 64;

    private final SearchSpace space;
    private final List<Result> results = new ArrayList<>();
    private long seed;
    private int drawn;

    /** Candidates since the last result. */
    private int unanswered;

    /**
     * What a candidate came to.
     *
     * @param u its coordinates
     * @param keys that it sets
     */
    private record Result(double[] u, Set<String> keys, double cost) {}

    /**
     * Makes the generator.
     *
     * @param space where to search
     * @param seed of all draws
     */
    public TreeParzen(SearchSpace space, long seed) {
        this.space = space;
        this.seed = seed;
    }

    @Override
    public boolean hasMoreCandidates() {
        return true;
    }

    @Override
    public Candidate<?> getCandidate() {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + drawn);
        double[] u = random.doubles(space.numParameters()).toArray();
        if (drawn >= FIRST && results.size() > 1 && unanswered++ < MOST_UNANSWERED) {
            List<Result> sorted = new ArrayList<>(results);
            sorted.sort(Comparator.comparingDouble(Result::cost)); // stable: the earlier of two equals
            int good = (int) Math.ceil(GOOD * sorted.size());
            for (int i = 0; i < u.length; i++) {
                u[i] = best(i, sorted.subList(0, good), sorted.subList(good, sorted.size()), random);
            }
        }
        return new Candidate<>(space.getValue(u), drawn++, u);
    }

    private double best(int coordinate, List<Result> good, List<Result> bad, SplittableRandom random) {
        Density l = density(coordinate, good);
        Density g = density(coordinate, bad);
        double best = 0;
        double ratio = Double.NEGATIVE_INFINITY;
        for (int draw = 0; draw < DRAWS; draw++) {
            double u = l.draw(random);
            double r = l.log(u) - g.log(u);
            if (r > ratio) {
                ratio = r;
                best = u;
            }
        }
        return best;
    }

    private Density density(int coordinate, List<Result> among) {
        String key = space.drawn(coordinate).key();
        double[] points = among.stream()
                .filter(result -> result.keys().contains(key))
                .mapToDouble(result -> result.u()[coordinate])
                .toArray();
        return space.drawn(coordinate).range() instanceof Range.Choice choice
                ? new Density.Shares(choice.values().size(), points)
                : new Density.Mixture(points);
    }

    @Override
    public void reportResults(OptimizationResult result) {
        unanswered = 0;
        double cost = result.getScore();
        double[] u = result.getCandidate().getFlatParameters();
        results.add(new Result(u, space.getValue(u).keySet(), Double.isFinite(cost) ? cost : Double.POSITIVE_INFINITY));
    }

    @Override
    public ParameterSpace<?> getParameterSpace() {
        return space;
    }

    @Override
    public void setRngSeed(long value) {
        seed = value;
    }

    @Override
    public Class<?> getCandidateType() {
        return space.getClass();
    }
}
