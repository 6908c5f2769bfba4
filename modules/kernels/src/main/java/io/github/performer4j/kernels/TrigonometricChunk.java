package io.github.performer4j.kernels;

/** Chunks of {@link FeatureKernel.Trigonometric}: {@code φ = exp(|x|²/2)[cos P; sin P]}; a query's own factor cancels and is left out. */
final class TrigonometricChunk extends FeatureChunk {
    private final Matrix phiRoom; // [C,M]
    private final float[] halfNorms;
    private final float[] factor;
    private Matrix phi;

    TrigonometricChunk(LinearAttentionSpec spec, AttentionElements elements, Scratch scratch, int slot, int size) {
        super(spec, spec.w(), elements, scratch, slot, size);
        phiRoom = scratch.matrix(slot + 1, size, spec.columns());
        halfNorms = scratch.array(slot + 1, size);
        factor = scratch.array(slot + 2, size);
    }

    @Override
    Matrix queries(Matrix rows) {
        project(rows);
        return waves();
    }

    private Matrix waves() {
        phi = phiRoom.rows(0, p.rows());
        elements.apply(ScalarFunction.COS, p, 0, phi.columns(0, p.columns()));
        elements.apply(ScalarFunction.SIN, p, 0, phi.columns(p.columns(), phi.columns()));
        return phi;
    }

    @Override
    void keyExponents(Matrix rows, float[] exponents) {
        project(rows);
        elements.halfSquaredNorms(rows, features.scale() * features.scale(), halfNorms);
        System.arraycopy(halfNorms, 0, exponents, 0, rows.rows());
    }

    @Override
    Matrix keys(float[] c) {
        waves();
        for (int r = 0; r < p.rows(); r++) {
            factor[r] = (float) Math.exp(halfNorms[r] - c[r]);
        }
        elements.scaleRows(phi, factor, phi);
        return phi;
    }

    @Override
    void queryGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, Matrix dx) {
        elements.addOuter(d, a, z, b);
        unproject(turned(d), dx);
    }

    @Override
    void keyGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] visible, Matrix dx) {
        elements.addOuter(d, a, z, null);
        if (visible != null) {
            elements.zeroRows(d, visible);
        }
        elements.dots(d, phi, factor); // through exp(|x|²/2)
        unproject(turned(d), dx);
        for (int r = 0; r < rows.rows(); r++) {
            factor[r] *= features.scale() * features.scale();
        }
        elements.addScaledRows(rows, factor, dx);
    }

    /** {@code dP_i = φ_cos,i d_sin,i − φ_sin,i d_cos,i}. */
    private Matrix turned(Matrix d) {
        int n = p.columns();
        for (int r = 0; r < p.rows(); r++) {
            long from = d.at(r);
            long waves = phi.at(r);
            for (int i = 0; i < n; i++) {
                float g = phi.block().get(waves + i) * d.block().get(from + n + i)
                        - phi.block().get(waves + n + i) * d.block().get(from + i);
                p.block().set(p.at(r) + i, g);
            }
        }
        return p;
    }
}
