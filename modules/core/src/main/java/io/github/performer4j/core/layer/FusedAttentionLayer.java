package io.github.performer4j.core.layer;

import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.Matrix;
import java.util.ArrayList;
import java.util.List;

/** {@link PerformerAttentionLayer} on kernels. */
final class FusedAttentionLayer implements FusedLayer {
    private final PerformerAttentionLayer layer;

    FusedAttentionLayer(PerformerAttentionLayer layer) {
        this.layer = layer;
    }

    @Override
    public String uncovered() {
        return FusedAttention.uncovered(layer.getAttention());
    }

    @Override
    public void forward(FusedPass pass, Matrix x, Matrix out) {
        FusedAttention attention = new FusedAttention(pass, layer.getAttention(), layer.getWidth());
        attention.beginForward();
        pass.kernels.rows(pass.rows(), (block, from, to) -> attention.project(x.rows(from, to), from, to));
        attention.attend();
        pass.kernels.rows(
                pass.rows(),
                (block, from, to) -> pass.product(attention.attended(from, to), "Wo", "bo", out.rows(from, to)));
    }

    @Override
    public void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx) {
        FusedAttention attention = new FusedAttention(pass, layer.getAttention(), layer.getWidth());
        FusedSums sums = new FusedSums(pass, FusedAttention.VECTORS);
        FusedTransposes transposes = new FusedTransposes(pass);
        attention.beginBackward(transposes);
        transposes.make();
        pass.kernels.rows(
                pass.rows(),
                (block, from, to) -> attention.outputBackward(error.rows(from, to), block, from, to, sums));
        attention.attendBackward();
        pass.kernels.rows(
                pass.rows(),
                (block, from, to) -> attention.projectBackward(dx.rows(from, to), 0, block, from, to, sums));
        List<WeightGradient> weights = new ArrayList<>();
        attention.addWeightGradients(x, error, weights);
        pass.kernels.weightGradients(weights);
        sums.finish();
        attention.finishGradients();
    }
}
