package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.WeightTensor;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Adds a tensor to a parameter, some rows at a time, so that no more of a file than that is in memory. */
final class ParameterFilling {
    /** Elements that are read at a time, unless a row has more. */
    private static final int PIECE = 1 << 22;

    private ParameterFilling() {}

    /**
     * Adds.
     *
     * @param array the parameter; changed
     * @param term what of the tensor, which has the term's shape
     * @throws DataFileException if a value is NaN or infinite
     */
    static void add(INDArray array, Term term, WeightTensor tensor, String origin) throws IOException {
        if (term.shape().size() == 1) {
            float[] values = read(tensor, term, term.from(), Math.toIntExact(array.length()), origin);
            array.addi(Nd4j.createFromArray(values).castTo(array.dataType()).reshape(array.shape()));
            return;
        }
        long width = term.shape().get(1);
        if (term.layout() == Term.Layout.EACH_ROW) {
            float[] row = read(tensor, term, term.from() * width, Math.toIntExact(width), origin);
            array.addiRowVector(Nd4j.createFromArray(row).castTo(array.dataType()));
            return;
        }
        long rows = term.layout() == Term.Layout.TURNED ? array.size(1) : array.size(0);
        long first = term.layout() == Term.Layout.COLUMNS ? 0 : term.from();
        int step = (int) Math.max(1, PIECE / width);
        for (long row = 0; row < rows; row += step) {
            long n = Math.min(step, rows - row);
            float[] values = read(tensor, term, (first + row) * width, Math.toIntExact(n * width), origin);
            INDArray piece =
                    Nd4j.createFromArray(values).castTo(array.dataType()).reshape(n, width);
            part(array, term, row, n).addi(piece(piece, term, array.size(1)));
        }
    }

    /** Returns the rows or columns of the parameter that a piece makes. */
    private static INDArray part(INDArray array, Term term, long row, long n) {
        return term.layout() == Term.Layout.TURNED
                ? array.get(NDArrayIndex.all(), NDArrayIndex.interval(row, row + n))
                : array.get(NDArrayIndex.interval(row, row + n), NDArrayIndex.all());
    }

    private static INDArray piece(INDArray piece, Term term, long columns) {
        return switch (term.layout()) {
            case TURNED -> piece.transpose();
            case COLUMNS -> piece.get(NDArrayIndex.all(), NDArrayIndex.interval(term.from(), term.from() + columns));
            default -> piece;
        };
    }

    private static float[] read(WeightTensor tensor, Term term, long from, int count, String origin)
            throws IOException {
        float[] values = tensor.floats(from, count);
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(values[i])) {
                throw new DataFileException(
                        origin,
                        0,
                        "weights must be finite; tensor=" + tensor.name() + ", element=" + (from + i) + ", value="
                                + values[i]);
            }
            values[i] *= (float) term.factor();
        }
        return values;
    }
}
