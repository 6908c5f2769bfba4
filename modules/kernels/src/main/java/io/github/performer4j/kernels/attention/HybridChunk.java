package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.attention.FeatureKernel.Hybrid.Factor;
import io.github.performer4j.kernels.attention.FeatureKernel.Hybrid.Term;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chunks of {@link FeatureKernel.Hybrid}: each term has b columns {@code f u} or {@code f ω} with a number {@code f = √|c| g(t_j·x)} for each row and
 * the two parts {@code u = exp(W⁺x − |x|²/2)}, {@code ω = √2 exp(|x|²/2)[cos W^t x; sin W^t x]}, both stabilised alike.
 *
 * <p>Backward, {@code du = Σ f d} and {@code dω = Σ f d} over the terms of each part and {@code df = Σ_i d_i u_i} or {@code Σ_i d_i ω_i}, i over a term's columns; then as for the parts alone.
 */
final class HybridChunk extends FeatureChunk {
    private final FeatureKernel.Hybrid map;
    private final List<Term> all;
    private final int b;
    private final int directionsAt; // column of P
    private final int first; // terms of the positive part
    private final int terms; // of both
    private final Matrix phiRoom; // [C,M]
    private final Matrix omegaRoom; // [C,b]
    private final Matrix dpRoom; // [C,draws]
    private final Matrix dOmegaRoom; // [C,b]
    private final Matrix turnRoom; // cosines, sines of t_j·x/τ [C,2n]
    private final Matrix factorRoom; // f [C,terms]
    private final Matrix dFactorRoom;
    private final float[] tops;
    private final float[] halfNorms;
    private final float[] f;
    private final float[] sums;
    private final float[] zeros;
    private final float[] roots; // √|c| of each term, with its sign
    private final float[] perTerm;
    private final float[] perDirection;
    private final float[] waves; // of a row's directions
    private Matrix omega;
    private Matrix turns;
    private Matrix factors;

    HybridChunk(ChunkPlace place, FeatureKernel.Hybrid map) {
        super(place, place.spec().w());
        this.map = map;
        b = map.part();
        directionsAt = b + b / 2;
        first = map.positive().size();
        terms = first + map.trigonometric().size();
        all = new ArrayList<>(map.positive());
        all.addAll(map.trigonometric());
        phiRoom = place.matrix(1, place.spec().columns());
        omegaRoom = place.matrix(2, b);
        dpRoom = place.matrix(3, place.spec().draws());
        dOmegaRoom = place.matrix(4, b);
        turnRoom = place.matrix(5, 2 * map.directions());
        factorRoom = place.matrix(6, terms);
        dFactorRoom = place.matrix(7, terms);
        tops = place.array(1);
        halfNorms = place.array(2);
        f = place.array(3);
        sums = place.array(4);
        zeros = place.array(5);
        perTerm = new float[terms];
        perDirection = new float[map.directions()];
        waves = new float[2 * map.directions()];
        roots = new float[terms];
        for (int i = 0; i < terms; i++) {
            float c = all.get(i).coefficient();
            roots[i] = (float) Math.sqrt(Math.abs(c)) * (place.queries() && c < 0 ? -1 : 1);
        }
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
            f[r] = (float) (Math.sqrt(2) * Math.exp(halfNorms[r] - c[r]));
        }
        elements.exponentials(p.columns(0, b), halfNorms, c, 0);
        omega = omegaRoom.rows(0, n);
        elements.waves(p.columns(b, directionsAt), f, omega);
        Matrix directions = p.columns(directionsAt, p.columns());
        Arrays.fill(f, 0, n, 1 / map.tau());
        elements.scaleRows(directions, f, directions); // their signs stay
        turns = turnRoom.rows(0, n);
        elements.waves(directions, null, turns);
        factors = factorRoom.rows(0, n);
        factors();
        Matrix phi = phiRoom.rows(0, n);
        elements.copies(p.columns(0, b), factors.columns(0, first), phi.columns(0, first * b));
        elements.copies(omega, factors.columns(first, terms), phi.columns(first * b, terms * b));
        return phi;
    }

    /** Computes f. */
    private void factors() {
        int n = map.directions();
        for (int r = 0; r < p.rows(); r++) {
            p.block().read(p.at(r) + directionsAt, perDirection, 0, n);
            turns.block().read(turns.at(r), waves, 0, 2 * n);
            for (int i = 0; i < terms; i++) {
                int j = all.get(i).direction();
                float g = switch (all.get(i).factor()) {
                    case ONE -> 1;
                    case SIGN -> Math.signum(perDirection[j]);
                    case COS -> waves[j];
                    case SIN -> waves[n + j];
                };
                perTerm[i] = roots[i] * g;
            }
            factors.block().write(factors.at(r), perTerm, 0, terms);
        }
    }

    @Override
    void queryGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] constants, Matrix dx) {
        gradient(rows, d, a, z, constants, null, dx);
    }

    private void gradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] constants, float[] visible, Matrix dx) {
        int n = rows.rows();
        Matrix dp = dpRoom.rows(0, n);
        Matrix du = dp.columns(0, b);
        Matrix dOmega = dOmegaRoom.rows(0, n);
        Matrix dFactors = dFactorRoom.rows(0, n);
        Matrix u = p.columns(0, b);
        int split = first * b;
        int end = terms * b;
        elements.copiesGradient(
                u,
                factors.columns(0, first),
                d.columns(0, split),
                a,
                z.columns(0, split),
                constants,
                du,
                dFactors.columns(0, first));
        elements.copiesGradient(
                omega,
                factors.columns(first, terms),
                d.columns(split, end),
                a,
                z.columns(split, end),
                constants,
                dOmega,
                dFactors.columns(first, terms));
        Matrix dDirections = dp.columns(directionsAt, dp.columns());
        turn(dFactors, dDirections);
        Arrays.fill(zeros, 0, n, 0);
        Matrix any = z.columns(0, b); // times 0
        elements.exponentialsGradient(u, du, zeros, any, null, 0, sums);
        elements.wavesGradient(omega, dOmega, zeros, any, null, dp.columns(b, directionsAt), f);
        for (int r = 0; r < n; r++) {
            f[r] = (f[r] - sums[r]) * map.scale() * map.scale(); // through ±|x|²/2
        }
        unproject(rows, dp, visible, dx);
        elements.addScaledRows(rows, f, dx);
    }

    /** Masked rows have φ = 0 and so gradient 0; their parts may have overflowed. */
    @Override
    void keyGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] visible, Matrix dx) {
        if (visible != null) {
            elements.zeroRows(p, visible);
            elements.zeroRows(omega, visible);
            elements.zeroRows(d, visible);
        }
        gradient(rows, d, a, z, null, visible, dx);
    }

    /** Writes the derivatives by t_j·x: sums of {@code df f'}, {@code cos' = −sin} and {@code sin' = cos}. */
    private void turn(Matrix dFactors, Matrix dDirections) {
        int n = map.directions();
        for (int r = 0; r < dDirections.rows(); r++) {
            turns.block().read(turns.at(r), waves, 0, 2 * n);
            dFactors.block().read(dFactors.at(r), perTerm, 0, terms);
            Arrays.fill(perDirection, 0);
            for (int i = 0; i < terms; i++) {
                int j = all.get(i).direction();
                float df = perTerm[i] * roots[i] / map.tau();
                if (all.get(i).factor() == Factor.COS) {
                    perDirection[j] -= df * waves[n + j];
                } else if (all.get(i).factor() == Factor.SIN) {
                    perDirection[j] += df * waves[j];
                }
            }
            dDirections.block().write(dDirections.at(r), perDirection, 0, n);
        }
    }
}
