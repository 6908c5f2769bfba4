package io.github.performer4j.core.layer;

import io.github.performer4j.kernels.Matrix;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** {@link TokenLossLayer} on kernels: the input is the logits, and its gradient the only array of their size. */
final class FusedLogitsRuntime extends FusedLossRuntime {

    FusedLogitsRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    int vocabulary(int width) {
        return width;
    }

    @Override
    void logits(Matrix x, Matrix out) {
        kernels().elements().copy(x, out);
    }

    @Override
    double differentiate(Matrix x, int[] labels, float weight, Matrix dx) {
        double[] losses = new double[kernels().blocks(x.rows())];
        kernels().rows(x.rows(), (block, from, to) -> {
            logits(x.rows(from, to), dx.rows(from, to));
            losses[block] = kernels().elements().crossEntropy(dx.rows(from, to), labels, from, weight);
        });
        return sum(losses);
    }
}
