package io.github.performer4j.kernels;

import io.github.performer4j.kernels.FeatureKernel.Hybrid.Factor;
import io.github.performer4j.kernels.FeatureKernel.Hybrid.Term;
import java.util.Arrays;
import java.util.List;

/**
 * Chunks of {@link FeatureKernel.Hybrid}: each term has b columns {@code f u} or {@code f ω} with a number {@code f = √|c| g(t_j·x)} for each row and
 * the two parts {@code u = exp(W⁺x − |x|²/2)}, {@code ω = √2 exp(|x|²/2)[cos W^t x; sin W^t x]}, both stabilised alike.
 *
 * <p>Backward, {@code du = Σ f d} and {@code dω = Σ f d} over the terms of each part and {@code df = Σ_i d_i u_i} or {@code Σ_i d_i ω_i}; then as for the parts alone.
 */
final class HybridChunk extends FeatureChunk {
    private final FeatureKernel.Hybrid map;
    private final boolean queries;
    private final int b;
    private final int directionsAt; // column of P
    private final Matrix phiRoom; // [C,M]
    private final Matrix omegaRoom; // [C,b]
    private final Matrix dpRoom; // [C,draws]
    private final Matrix dOmegaRoom; // [C,b]
    private final Matrix factorRoom; // cosines, sines of t_j·x/τ [C,2n]
    private final float[] tops;
    private final float[] halfNorms;
    private final float[] f;
    private final float[] sums;
    private final float[] zeros;
    private Matrix omega;
    private Matrix factors;

    HybridChunk(
            LinearAttentionSpec spec,
            boolean queries,
            AttentionElements elements,
            Scratch scratch,
            int slot,
            int size) {
        super(spec, spec.w(), elements, scratch, slot, size);
        map = (FeatureKernel.Hybrid) spec.features();
        this.queries = queries;
        b = map.part();
        directionsAt = b + b / 2;
        phiRoom = scratch.matrix(slot + 1, size, spec.columns());
        omegaRoom = scratch.matrix(slot + 2, size, b);
        dpRoom = scratch.matrix(slot + 3, size, spec.draws());
        dOmegaRoom = scratch.matrix(slot + 4, size, b);
        factorRoom = scratch.matrix(slot + 5, size, 2 * map.directions());
        tops = scratch.array(slot + 1, size);
        halfNorms = scratch.array(slot + 2, size);
        f = scratch.array(slot + 3, size);
        sums = scratch.array(slot + 4, size);
        zeros = scratch.array(slot + 5, size);
    }

    @Override
    Matrix queries(Matrix rows) {
        keyExponents(rows, tops);
        return keys(tops);
    }

    @Override
    void keyExponents(Matrix rows, float[] exponents) {
        project(rows);
        elements.halfSquaredNorms(rows, map.scale() * map.scale(), halfNorms);
        elements.rowMaxima(p.columns(0, b), exponents);
        for (int r = 0; r < rows.rows(); r++) {
            exponents[r] = Math.max(exponents[r] - halfNorms[r], halfNorms[r]);
        }
    }

    @Override
    Matrix keys(float[] c) {
        int n = p.rows();
        for (int r = 0; r < n; r++) {
            sums[r] = halfNorms[r] + c[r];
            f[r] = (float) (Math.sqrt(2) * Math.exp(halfNorms[r] - c[r]));
        }
        elements.exponentials(p.columns(0, b), sums, 0);
        omega = omegaRoom.rows(0, n);
        elements.waves(p.columns(b, directionsAt), f, omega);
        Matrix directions = p.columns(directionsAt, p.columns());
        Arrays.fill(f, 0, n, 1 / map.tau());
        elements.scaleRows(directions, f, directions); // their signs stay
        factors = factorRoom.rows(0, n);
        elements.waves(directions, null, factors);
        Matrix phi = phiRoom.rows(0, n);
        copies(map.positive(), 0, p.columns(0, b), phi);
        copies(map.trigonometric(), map.positive().size(), omega, phi);
        return phi;
    }

    private void copies(List<Term> terms, int first, Matrix part, Matrix phi) {
        for (int i = 0; i < terms.size(); i++) {
            factor(terms.get(i));
            elements.scaleRows(part, f, term(phi, first + i));
        }
    }

    private Matrix term(Matrix x, int i) {
        return x.columns(i * b, (i + 1) * b);
    }

    /** Computes f of a term. */
    private void factor(Term term) {
        float root = root(term);
        for (int r = 0; r < p.rows(); r++) {
            f[r] = switch (term.factor()) {
                case ONE -> root;
                case SIGN -> root * Math.signum(p.get(r, directionsAt + term.direction()));
                case COS -> root * factors.get(r, term.direction());
                case SIN -> root * factors.get(r, map.directions() + term.direction());
            };
        }
    }

    private float root(Term term) {
        float root = (float) Math.sqrt(Math.abs(term.coefficient()));
        return queries && term.coefficient() < 0 ? -root : root;
    }

    @Override
    void queryGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, Matrix dx) {
        elements.addOuter(d, a, z, b);
        gradient(rows, d, z, dx);
    }

    @Override
    void keyGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] visible, Matrix dx) {
        elements.addOuter(d, a, z, null);
        if (visible != null) { // masked rows have φ = 0 and so gradient 0; their parts may have overflowed
            elements.zeroRows(p, visible);
            elements.zeroRows(omega, visible);
        }
        gradient(rows, d, z, dx);
    }

    private void gradient(Matrix rows, Matrix d, Matrix z, Matrix dx) {
        int n = rows.rows();
        Matrix dp = dpRoom.rows(0, n);
        Matrix du = dp.columns(0, b);
        Matrix dOmega = dOmegaRoom.rows(0, n);
        Matrix dDirections = dp.columns(directionsAt, dp.columns());
        HeadTask.zero(dDirections);
        gather(map.positive(), 0, d, p.columns(0, b), du, dDirections);
        gather(map.trigonometric(), map.positive().size(), d, omega, dOmega, dDirections);
        Arrays.fill(zeros, 0, n, 0);
        Matrix any = z.columns(0, b); // times 0
        elements.exponentialsGradient(p.columns(0, b), du, zeros, any, null, 0, sums);
        elements.wavesGradient(omega, dOmega, zeros, any, null, dp.columns(b, directionsAt), f);
        for (int r = 0; r < n; r++) {
            f[r] = (f[r] - sums[r]) * map.scale() * map.scale(); // through ±|x|²/2
        }
        unproject(dp, dx);
        elements.addScaledRows(rows, f, dx);
    }

    /** Computes the derivative with respect to a part, and adds that with respect to the directions. */
    private void gather(List<Term> terms, int first, Matrix d, Matrix part, Matrix dPart, Matrix dDirections) {
        for (int i = 0; i < terms.size(); i++) {
            Term term = terms.get(i);
            Matrix own = term(d, first + i);
            factor(term);
            if (i == 0) {
                elements.scaleRows(own, f, dPart);
            } else {
                elements.addScaledRows(own, f, dPart);
            }
            if (term.factor() == Factor.COS || term.factor() == Factor.SIN) {
                elements.dots(own, part, sums);
                turn(term, dDirections);
            }
        }
    }

    /** Adds {@code df · f'}, f' by t_j·x; {@code cos' = −sin} and {@code sin' = cos}. */
    private void turn(Term term, Matrix dDirections) {
        boolean cosine = term.factor() == Factor.COS;
        float slope = root(term) / map.tau() * (cosine ? -1 : 1);
        int j = term.direction();
        int other = cosine ? map.directions() + j : j;
        for (int r = 0; r < dDirections.rows(); r++) {
            dDirections.set(r, j, dDirections.get(r, j) + slope * factors.get(r, other) * sums[r]);
        }
    }
}
