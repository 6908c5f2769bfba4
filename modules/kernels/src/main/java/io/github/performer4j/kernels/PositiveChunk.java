package io.github.performer4j.kernels;

/** Chunks of {@link FeatureKernel.Positive}: {@code φ = exp(P − |x|²/2)}; P is overwritten by φ. */
class PositiveChunk extends FeatureChunk {
    private final float[] halfNorms;
    private final float[] shift;

    PositiveChunk(LinearAttentionSpec spec, Matrix w, AttentionElements elements, Scratch scratch, int slot, int size) {
        super(spec, w, elements, scratch, slot, size);
        halfNorms = scratch.array(slot + 1, size);
        shift = scratch.array(slot + 2, size);
    }

    private float squaredScale() {
        return ((FeatureKernel.Positive) features).normed() ? features.scale() * features.scale() : 0;
    }

    /** Returns the rows that features are taken of. */
    Matrix place(Matrix rows) {
        return rows;
    }

    /** The query's norm cancels against its own stabiliser. */
    @Override
    Matrix queries(Matrix rows) {
        project(place(rows));
        elements.rowMaxima(p, shift);
        elements.exponentials(p, shift, features.epsilon());
        return p;
    }

    @Override
    void keyExponents(Matrix rows, float[] exponents) {
        Matrix x = place(rows);
        project(x);
        elements.halfSquaredNorms(x, squaredScale(), halfNorms);
        elements.rowMaxima(p, exponents);
        for (int r = 0; r < rows.rows(); r++) {
            exponents[r] -= halfNorms[r];
        }
    }

    @Override
    Matrix keys(float[] c) {
        for (int r = 0; r < p.rows(); r++) {
            shift[r] = halfNorms[r] + c[r];
        }
        elements.exponentials(p, shift, 0);
        return p;
    }

    @Override
    void queryGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, Matrix dx) {
        gradient(rows, d, a, z, b, features.epsilon(), dx);
    }

    /** Masked rows have φ = 0, and so gradient 0. */
    @Override
    void keyGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] visible, Matrix dx) {
        gradient(rows, d, a, z, null, 0, dx);
    }

    private void gradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, float epsilon, Matrix dx) {
        elements.exponentialsGradient(p, d, a, z, b, epsilon, shift);
        for (int r = 0; r < rows.rows(); r++) {
            shift[r] *= -squaredScale(); // from −|x|²/2
        }
        gradientOut(rows, d, shift, dx);
    }

    /**
     * Writes the gradient to rows.
     *
     * @param d with respect to the exponents
     * @param factors of the rows themselves, from their norms
     */
    void gradientOut(Matrix rows, Matrix d, float[] factors, Matrix dx) {
        unproject(d, dx);
        elements.addScaledRows(rows, factors, dx);
    }
}
