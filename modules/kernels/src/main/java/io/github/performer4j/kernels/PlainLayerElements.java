package io.github.performer4j.kernels;

/** {@link LayerElements} in plain Java: the fallback, and the reference of the vector form. */
final class PlainLayerElements implements LayerElements {

    @Override
    public void copy(Matrix x, Matrix out) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void add(Matrix x, Matrix y) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void fill(Matrix x, float value) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void fillRows(Matrix row, Matrix out) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void addRow(Matrix x, Matrix row, Matrix out) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void addColumnSums(Matrix x, Matrix sums) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix moments) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void layerNormGradient(
            Matrix error, Matrix x, Matrix gain, Matrix moments, Matrix dx, Matrix dGain, Matrix dBias) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void activate(Activation f, Matrix z, Matrix out) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void activateGradient(Activation f, Matrix z, Matrix d, Matrix out) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void gated(Activation f, Matrix z, Matrix gate, Matrix out) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void gatedGradient(Activation f, Matrix z, Matrix gate, Matrix d, Matrix dGate, Matrix out) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void dropout(Matrix x, long firstRow, double p, long state) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public double crossEntropy(Matrix logits, int[] labels, int firstLabel, float weight) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void softmax(Matrix x) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void gather(Matrix table, int[] ids, int first, Matrix out) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void scatterAdd(Matrix x, int[] ids, int first, Matrix table) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public double squaredNorm(FloatBlock x, long offset, long n) {
        throw new UnsupportedOperationException("not built yet");
    }

    @Override
    public void adamW(
            FloatBlock p,
            long pAt,
            FloatBlock g,
            long gAt,
            FloatBlock m,
            long mAt,
            FloatBlock v,
            long vAt,
            long n,
            AdamW options,
            long step,
            float rate,
            float gradientFactor) {
        throw new UnsupportedOperationException("not built yet");
    }
}
