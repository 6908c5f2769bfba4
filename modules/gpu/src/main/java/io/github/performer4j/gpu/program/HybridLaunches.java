package io.github.performer4j.gpu.program;

import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.FeatureKernel.Hybrid.Term;
import java.util.ArrayList;
import java.util.List;

/** {@link FeatureKernel.Hybrid}, as hybrid.cu has it; queries are stabilised as keys are, and negate √|c| where c &lt; 0. */
final class HybridLaunches implements FeatureLaunches {
    private final DeviceRun run;
    private final HeadShape shape;
    private final FeatureKernel.Hybrid map;
    private final List<Term> terms;
    private long scalesOfQueries;
    private long scalesOfKeys;

    HybridLaunches(DeviceRun run, HeadShape shape, FeatureKernel.Hybrid map) {
        this.run = run;
        this.shape = shape;
        this.map = map;
        terms = new ArrayList<>(map.positive());
        terms.addAll(map.trigonometric());
    }

    private long rows(HeadRows rows) {
        return (long) shape.all() * rows.padded();
    }

    /** Returns root, g and direction of each term. */
    private long terms(boolean queries) {
        List<Double> numbers = new ArrayList<>();
        for (Term term : terms) {
            float c = term.coefficient();
            numbers.add(Math.sqrt(Math.abs(c)) * (queries && c < 0 ? -1 : 1));
            numbers.add((double) term.factor().ordinal());
            numbers.add((double) term.direction());
        }
        return run.tables.row(List.copyOf(numbers));
    }

    private long heights(HeadRows rows) {
        return run.room(rows.name() + " heights", rows(rows));
    }

    private long exponentsOf(HeadRows rows) {
        long exponents = run.room(rows.name() + " exponents", rows(rows));
        run.launches.rows(
                "hybrid_exponents",
                rows(rows),
                rows.p(),
                rows.x(),
                map.part(),
                shape.draws(),
                shape.size(),
                heights(rows),
                exponents);
        return exponents;
    }

    private void features(HeadRows rows, long m, long seen) {
        run.launches.rows(
                "hybrid_features",
                rows(rows),
                rows.p(),
                heights(rows),
                m,
                seen,
                terms(rows.queries()),
                map.positive().size(),
                terms.size(),
                map.part(),
                shape.draws(),
                map.tau(),
                rows.tokens(),
                rows.padded(),
                rows.phi());
    }

    @Override
    public void queries(HeadRows rows, float epsilonOfKeys, long mass) {
        scalesOfQueries = exponentsOf(rows);
        features(rows, scalesOfQueries, 0);
    }

    @Override
    public long exponents(HeadRows rows) {
        return exponentsOf(rows);
    }

    @Override
    public void keys(HeadRows rows, long m, long seen) {
        scalesOfKeys = m;
        features(rows, m, seen);
    }

    @Override
    public long gradient(HeadRows rows, long d, long constants, long visible, long sums) {
        long dp = run.room("dp", rows(rows) * shape.draws());
        run.launches.rows(
                "hybrid_gradient",
                rows(rows),
                rows.p(),
                heights(rows),
                rows.queries() ? scalesOfQueries : scalesOfKeys,
                visible,
                terms(rows.queries()),
                map.positive().size(),
                terms.size(),
                map.part(),
                shape.draws(),
                map.tau(),
                d,
                dp,
                sums);
        return dp;
    }

    @Override
    public float throughNorm(boolean queries) {
        return 1;
    }
}
