package io.github.performer4j.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What weights of a file must be: of one NaN among them every result would be NaN, and nothing would say why. */
final class FiniteWeights {
    /** Numbers whose sum is taken at once: BLAS counts them by an int. */
    private static final long PIECE = 1L << 30;

    private FiniteWeights() {}

    /**
     * Looks at all parameters of a net.
     *
     * @param file that they are from, for the message
     * @throws IOException one line that names the first parameter with a value that is NaN or infinite
     */
    static void require(ComputationGraph net, Path file) throws IOException {
        if (finite(net.params())) {
            return;
        }
        for (Map.Entry<String, INDArray> entry : net.paramTable().entrySet()) {
            INDArray values = entry.getValue().dup('c').reshape(entry.getValue().length());
            for (long i = 0; i < values.length(); i++) {
                if (!Double.isFinite(values.getDouble(i))) {
                    throw new IOException("weights must be finite; file=" + file + ", parameter=" + entry.getKey()
                            + ", element=" + i + ", value=" + values.getDouble(i));
                }
            }
        }
    }

    /**
     * Returns whether the sum of absolute values is finite, which no NaN and nothing infinite leaves so: BLAS takes it in a small part of the time in which ND4J looks at each number.
     *
     * @param values a vector or [1,n]
     * @return false too if the sum overflows, or BLAS does not know the type
     */
    private static boolean finite(INDArray values) {
        boolean finite = values.dataType() == DataType.FLOAT || values.dataType() == DataType.DOUBLE;
        INDArray row = values.reshape(values.length());
        for (long from = 0; finite && from < row.length(); from += PIECE) {
            INDArray piece = row.get(NDArrayIndex.interval(from, Math.min(from + PIECE, row.length())));
            finite = Double.isFinite(Nd4j.getBlasWrapper().asum(piece));
        }
        return finite;
    }
}
