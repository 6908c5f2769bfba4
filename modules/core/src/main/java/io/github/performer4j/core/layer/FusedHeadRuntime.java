package io.github.performer4j.core.layer;

import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.Matrix;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * {@link LanguageModelHeadLayer} on kernels.
 *
 * <p>Rows are worked on in chunks, so that logits take {@value #CHUNK} values at most (and {@value #ROWS} rows at least), however many
 * tokens and ids there are: a chunk's logits become their gradient in place, and that is added to the gradients of W and b.
 */
final class FusedHeadRuntime extends FusedLossRuntime {
    private static final int CHUNK = 1 << 24;
    private static final int ROWS = 128;
    /** Rows and columns of a tile of W's gradient. */
    private static final int TILE_IN = 128;

    private static final int TILE_OUT = 256;

    private int largest = CHUNK;

    FusedHeadRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    /** Sets the number of logits in a chunk, for tests. */
    void limit(int values) {
        largest = values;
    }

    @Override
    int vocabulary(int width) {
        return parameter("W").columns();
    }

    @Override
    void logits(Matrix x, Matrix out) {
        kernels().elements().fillRows(parameter("b"), out);
        kernels().multiply(x, parameter("W"), 1, 1, out);
    }

    @Override
    double differentiate(Matrix x, int[] labels, float weight, Matrix dx) {
        int vocabulary = parameter("W").columns();
        int chunk = Math.min(x.rows(), Math.max(ROWS, largest / vocabulary));
        Matrix logits = FusedMemory.phase().matrix(Part.LOGITS, chunk, vocabulary);
        Matrix sums = FusedMemory.phase().matrix(Part.SUMS, kernels().mostBlocks(chunk), vocabulary);
        kernels().elements().fill(sums, 0);
        double loss = 0;
        int blocks = 0;
        for (int first = 0; first < x.rows(); first += chunk) {
            int n = Math.min(chunk, x.rows() - first);
            Matrix rows = x.rows(first, first + n);
            loss += differentiate(rows, labels, first, weight, logits.rows(0, n), sums, dx.rows(first, first + n));
            addWeightGradient(rows, logits.rows(0, n), first == 0 ? 0 : 1);
            blocks = Math.max(blocks, kernels().blocks(n)); // the last chunk is shorter, and may have more
        }
        kernels().elements().fill(gradient("b"), 0);
        kernels().elements().addColumnSums(sums.rows(0, blocks), gradient("b"));
        return loss;
    }

    /** Turns a chunk's logits into their gradient, and adds its columns to the sums of each block of rows. */
    private double differentiate(
            Matrix x, int[] labels, int first, float weight, Matrix logits, Matrix sums, Matrix dx) {
        double[] losses = new double[kernels().blocks(x.rows())];
        kernels().rows(x.rows(), (block, from, to) -> {
            Matrix d = logits.rows(from, to);
            logits(x.rows(from, to), d);
            losses[block] = kernels().elements().crossEntropy(d, labels, first + from, weight);
            kernels().elements().addColumnSums(d, sums.rows(block, block + 1));
            kernels().multiplyTransposed(d, parameter("W"), 1, 0, dx.rows(from, to));
        });
        return sum(losses);
    }

    private void addWeightGradient(Matrix x, Matrix d, float beta) {
        Matrix gradient = gradient("W");
        int across = (gradient.columns() + TILE_OUT - 1) / TILE_OUT;
        int down = (gradient.rows() + TILE_IN - 1) / TILE_IN;
        kernels().tasks(across * down, tile -> {
            int i = tile / across * TILE_IN;
            int j = tile % across * TILE_OUT;
            int iEnd = Math.min(gradient.rows(), i + TILE_IN);
            int jEnd = Math.min(gradient.columns(), j + TILE_OUT);
            Matrix c = gradient.rows(i, iEnd).columns(j, jEnd);
            kernels().transposedMultiply(x.columns(i, iEnd), d.columns(j, jEnd), 1, beta, c);
        });
    }
}
