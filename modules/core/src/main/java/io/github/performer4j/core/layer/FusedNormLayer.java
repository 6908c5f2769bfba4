package io.github.performer4j.core.layer;

import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.Matrix;

/** {@link LayerNormLayer} on kernels; kept per token: two moments. */
final class FusedNormLayer implements FusedLayer {
    private final LayerNormLayer layer;

    FusedNormLayer(LayerNormLayer layer) {
        this.layer = layer;
    }

    @Override
    public String uncovered() {
        return null;
    }

    @Override
    public void forward(FusedPass pass, Matrix x, Matrix out) {
        FusedNorm norm = norm(pass);
        pass.kernels.rows(
                pass.rows(), (block, from, to) -> norm.forward(x.rows(from, to), from, to, out.rows(from, to)));
    }

    @Override
    public void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx) {
        FusedNorm norm = norm(pass);
        FusedSums sums = new FusedSums(pass, "gain", "bias");
        pass.kernels.rows(pass.rows(), (block, from, to) -> {
            Matrix d = dx.rows(from, to);
            pass.elements.fill(d, 0);
            norm.backward(error.rows(from, to), x.rows(from, to), block, from, to, sums, d);
        });
        sums.finish();
    }

    private FusedNorm norm(FusedPass pass) {
        return new FusedNorm(pass, "gain", "bias", (float) layer.getEpsilon(), Part.MOMENTS_1);
    }
}
