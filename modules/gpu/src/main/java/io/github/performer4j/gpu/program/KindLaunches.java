package io.github.performer4j.gpu.program;

/** Features by their kind: positive, trigonometric, generalised ones, and exponentials of any exponents (features.cu). */
final class KindLaunches implements FeatureLaunches {
    private final DeviceRun run;
    private final HeadShape shape;
    private long heights;

    KindLaunches(DeviceRun run, HeadShape shape) {
        this.run = run;
        this.shape = shape;
    }

    private long rows(HeadRows rows) {
        return (long) shape.all() * rows.padded();
    }

    @Override
    public void queries(HeadRows rows, float epsilonOfKeys, long mass) {
        run.launches.rows(
                "query_features",
                rows(rows),
                shape.kind(),
                rows.p(),
                rows.phi(),
                shape.draws(),
                shape.features().epsilon(),
                epsilonOfKeys,
                rows.tokens(),
                rows.padded(),
                mass);
    }

    @Override
    public long exponents(HeadRows rows) {
        if (!shape.exponential()) {
            return 0;
        }
        heights = run.room("heights", rows(rows));
        long exponents = run.room("exponents", rows(rows));
        run.launches.rows(
                "key_exponents",
                rows(rows),
                shape.kind(),
                rows.p(),
                rows.x(),
                shape.draws(),
                shape.size(),
                heights,
                exponents);
        return exponents;
    }

    @Override
    public void keys(HeadRows rows, long m, long seen) {
        long n = rows(rows) * shape.draws();
        run.launches.values(
                "key_features",
                n,
                shape.kind(),
                rows.p(),
                heights,
                m,
                seen,
                rows.phi(),
                n,
                shape.draws(),
                shape.features().epsilon());
    }

    @Override
    public long gradient(HeadRows rows, long d, long constants, long visible, long sums) {
        long dp = shape.kind() == FeatureKinds.TRIGONOMETRIC ? run.room("dp", rows(rows) * shape.draws()) : d;
        run.launches.rows(
                "feature_gradient",
                rows(rows),
                shape.kind(),
                rows.p(),
                rows.phi(),
                d,
                constants,
                visible,
                rows.queries() ? shape.features().epsilon() : 0f,
                shape.draws(),
                dp,
                sums);
        return dp;
    }

    @Override
    public float throughNorm(boolean queries) {
        boolean amplitudes = !queries && shape.kind() == FeatureKinds.TRIGONOMETRIC;
        return shape.kind() == FeatureKinds.POSITIVE ? -1 : amplitudes ? 1 : 0;
    }
}
