package io.github.performer4j.core.feature;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a feature map makes of coupled rows of W: which {@link Projection} it has where none is named, and which harm
 * it.
 *
 * <p>An estimate is a mean over rows, so its error is that of independent rows and the covariance of what two rows w_i,
 * w_j give. Where a row gives {@code exp(w·z)}, z = x + y, that is
 * {@code E exp((w_i + w_j)·z)}, which is small where sums of rows are short: simplex directions, then orthogonal ones.
 * Where a row gives something even in w, as {@code cos(w·z)} or
 * {@code cosh(w·z)}, sums and differences count alike, and what makes the ones short makes the others long: orthogonal
 * directions are best, and a simplex loses, in few dimensions
 * against independent rows even. Measured errors of every map with every projection: docs/feature-maps.md.
 */
public enum Coupling {
    /** A row gives exp(w·z). */
    EXPONENTIAL(Projection.SIMPLEX),
    /**
     * The same in coordinates, or with a factor exp(A|w|²), fitted to data: bending a simplex by the norms of W, which
     * are other ones there, goes too far.
     */
    FITTED_EXPONENTIAL(Projection.SIMPLEX, Projection.SIMPLEX_PLUS),
    /** A row gives a function that is even in w. */
    EVEN(Projection.ORTHOGONAL, Projection.SIMPLEX, Projection.SIMPLEX_PLUS),
    /** No coupling is known to harm: kernels of their own, which have no error, and hybrid maps. */
    ANY(Projection.ORTHOGONAL),
    /** There are no rows, or they have no directions: a projection changes nothing. */
    NONE(Projection.IID);

    private final Projection own;
    private final Set<Projection> harmful = EnumSet.noneOf(Projection.class);

    Coupling(Projection own, Projection... harmful) {
        this.own = own;
        this.harmful.addAll(Set.of(harmful));
    }

    /** Returns the projection of least error among those without bias. */
    public Projection own() {
        return own;
    }

    /**
     * Returns whether a projection has more error than {@link #own} by how it couples rows, and is not just a weaker
     * coupling.
     */
    public boolean harmedBy(Projection projection) {
        return harmful.contains(projection);
    }
}
