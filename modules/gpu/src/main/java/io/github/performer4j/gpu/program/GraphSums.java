package io.github.performer4j.gpu.program;

/**
 * Sums over a graph kernel on a device, {@code S_i = Σ_j K_ij (φ_i·ψ_j) x_j}, and their gradient, in blocks of features: {@code z = Φ'ᵀ(ψ ⊗ x)}, {@code S = φ(Φ z)}, never [N,N].
 *
 * <p>As {@link io.github.performer4j.kernels.mask.MaskedAttention} by {@link io.github.performer4j.kernels.graph.FactorMask}; Φ and Φ' trade places in the gradient: {@code dz = Φᵀ(φ ⊗ dS)} is to ψ, x and Φ' what z is to φ, S and Φ.
 */
final class GraphSums {
    /** Values of z at a time, about. */
    static final long ROOM = 1L << 25;

    private final DeviceRun run;
    private final GraphPlaces places;
    private final int heads;
    private final int all;
    private final int features;
    private final int width;
    private final int block;

    /**
     * Prepares sums.
     *
     * @param heads H
     * @param all B·H
     * @param features M
     * @param width of x
     * @param room values of z that there may be; a feature goes alone where that is more
     */
    GraphSums(DeviceRun run, GraphPlaces places, int heads, int all, int features, int width, long room) {
        this.run = run;
        this.places = places;
        this.heads = heads;
        this.all = all;
        this.features = features;
        this.width = width;
        block = (int) Math.max(1, Math.min(features, room / Math.max(1, (long) all * places.nodes() * width)));
    }

    private long nodes() {
        return (long) all * places.nodes();
    }

    /** Returns weights of places with θ, [H,P]; θ 0 for weights 1. */
    long weights(String name, long values, long theta) {
        long n = (long) heads * places.count();
        long to = run.room(name, n);
        run.launches.values("graph_weights", n, values, theta, to, n, places.count(), places.lengths());
        return to;
    }

    /** One of both factors in a sum: its weights, and what it is multiplied with. */
    record Factor(long weights, long phi, long x) {}

    /** Returns z of a block of features, [B·H,N,block,width]. */
    private long gathered(String name, Factor factor, int from, int size) {
        long n = nodes() * size * width;
        long z = run.room(name, nodes() * block * width);
        run.launches.values(
                "graph_gather",
                n,
                factor.weights(),
                places.rows(),
                places.columnStarts(),
                places.columnOrder(),
                factor.phi(),
                factor.x(),
                z,
                n,
                heads,
                places.nodes(),
                places.count(),
                features,
                from,
                size,
                width);
        return z;
    }

    private void spread(Factor factor, long z, long y, int from, int size, boolean adds) {
        long n = nodes() * width;
        run.launches.values(
                "graph_spread",
                n,
                factor.weights(),
                places.columns(),
                places.rowStarts(),
                factor.phi(),
                z,
                y,
                n,
                heads,
                places.nodes(),
                places.count(),
                features,
                from,
                size,
                width,
                Launches.flag(adds));
    }

    /**
     * Computes sums.
     *
     * @param left weights of Φ with φ; x is not read
     * @param right weights of Φ' with ψ and x
     * @param sums written, [B·H,N,width]
     */
    void forward(Factor left, Factor right, long sums) {
        for (int from = 0; from < features; from += block) {
            int size = Math.min(block, features - from);
            spread(left, gathered("z", right, from, size), sums, from, size, from > 0);
        }
    }

    /**
     * Computes the gradient of x alone.
     *
     * @param left weights of Φ with φ, and dS in the place of x
     * @param right weights of Φ' with ψ; x is not read
     * @param dx written, [B·H,N,width]
     */
    void transposed(Factor left, Factor right, long dx) {
        for (int from = 0; from < features; from += block) {
            int size = Math.min(block, features - from);
            spread(right, gathered("dz", left, from, size), dx, from, size, from > 0);
        }
    }

    /**
     * Where gradients go.
     *
     * @param phi of φ, [B·H,N,M]
     * @param psi of ψ
     * @param x of x, [B·H,N,width]
     * @param left of the weights of Φ, [H,P]; 0 if nobody wants them
     * @param right of those of Φ'
     */
    record Targets(long phi, long psi, long x, long left, long right) {}

    /**
     * Computes gradients.
     *
     * @param left Φ with φ, and dS in the place of x
     * @param right Φ' with ψ and x
     */
    void backward(Factor left, Factor right, Targets to) {
        for (int from = 0; from < features; from += block) {
            int size = Math.min(block, features - from);
            long z = gathered("z", right, from, size);
            long dz = gathered("dz", left, from, size);
            featureGradient(left, z, to.phi(), from, size);
            featureGradient(right, dz, to.psi(), from, size);
            spread(right, dz, to.x(), from, size, from > 0);
            if (to.left() != 0) {
                placeGradient(left, z, to.left(), from, size);
                placeGradient(right, dz, to.right(), from, size);
            }
        }
    }

    private void featureGradient(Factor factor, long z, long to, int from, int size) {
        long n = nodes() * size;
        run.launches.values(
                "graph_feature_gradient",
                n,
                factor.weights(),
                places.columns(),
                places.rowStarts(),
                factor.x(),
                z,
                to,
                n,
                heads,
                places.nodes(),
                places.count(),
                features,
                from,
                size,
                width);
    }

    private void placeGradient(Factor factor, long z, long to, int from, int size) {
        run.launches.rows(
                "graph_place_gradient",
                (long) heads * places.count(),
                places.rows(),
                places.columns(),
                places.items(),
                factor.phi(),
                factor.x(),
                z,
                to,
                heads,
                places.nodes(),
                places.count(),
                features,
                from,
                size,
                width,
                Launches.flag(from > 0));
    }
}
