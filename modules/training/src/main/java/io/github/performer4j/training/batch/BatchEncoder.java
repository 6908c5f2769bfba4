package io.github.performer4j.training.batch;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import java.util.Collection;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns a batch into the arrays a graph reads. The default is what performer4j's models take; an own one lets the
 * trainer
 * drive any Deeplearning4j graph.
 */
@FunctionalInterface
public interface BatchEncoder {
    /**
     * The arrays of one batch, in the order of the graph's inputs and outputs.
     *
     * @param features the graph's inputs
     * @param labels the labels of its outputs; null for inference
     * @param featureMasks masks of the inputs, 1 = real, or of packed rows the number of the token's sequence in its row; null, or null entries, where there is none
     * @param labelMasks masks of the labels, likewise
     */
    record Arrays(INDArray[] features, INDArray[] labels, INDArray[] featureMasks, INDArray[] labelMasks) {
        /** Makes the arrays of a graph of one input and one output; null for what there is not. */
        public static Arrays of(INDArray features, INDArray labels, INDArray featureMask, INDArray labelMask) {
            return new Arrays(one(features), one(labels), one(featureMask), one(labelMask));
        }

        private static INDArray[] one(INDArray array) {
            return array == null ? null : new INDArray[] {array};
        }
    }

    /**
     * Makes the arrays.
     *
     * @param batch B rows
     * @param type the graph's floating-point type
     */
    Arrays encode(Batch batch, DataType type);

    /**
     * All columns as they are, ids too in the graph's floating-point type; masks of tokens [B,T] (of packed rows {@link Column#sequences}), masks of rows
     * [B,1]. Label masks of rows are null where they hide nothing: Deeplearning4j
     * M2.1 takes [1,1] for a mask of outputs, which losses and evaluations refuse.
     */
    static BatchEncoder columns() {
        return (batch, type) -> new Arrays(
                arrays(batch.inputs().values(), type),
                batch.labels().isEmpty() ? null : arrays(batch.labels().values(), type),
                masks(batch.inputs().values(), BatchEncoder::real, type),
                masks(batch.labels().values(), column -> numbers(hiding(column)), type));
    }

    private static INDArray[] arrays(Collection<Column> columns, DataType type) {
        return columns.stream()
                .map(column -> array(column.toFloats(), type, column.shape()))
                .toArray(INDArray[]::new);
    }

    /** Returns the mask of an input, by sequence where rows are packed; null for none. */
    private static float[] real(Column column) {
        if (column.sequences() == null) {
            return numbers(column.mask());
        }
        float[] values = new float[column.sequences().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.sequences()[i];
        }
        return values;
    }

    private static float[] numbers(boolean... mask) {
        if (mask == null) {
            return null;
        }
        float[] values = new float[mask.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = mask[i] ? 1 : 0;
        }
        return values;
    }

    /** Returns the mask of labels; null if it has an entry for each row and hides none. */
    private static boolean[] hiding(Column column) {
        return column.maskedByToken() || column.real() < column.size(0) ? column.mask() : null;
    }

    private static INDArray[] masks(Collection<Column> columns, Function<Column, float[]> of, DataType type) {
        if (columns.stream().allMatch(column -> of.apply(column) == null)) {
            return null;
        }
        return columns.stream()
                .map(column -> mask(of.apply(column), column.size(0), type))
                .toArray(INDArray[]::new);
    }

    private static INDArray mask(float[] mask, int rows, DataType type) {
        return mask == null ? null : array(mask, type, rows, mask.length / rows);
    }

    private static INDArray array(float[] values, DataType type, int... shape) {
        long[] longs = java.util.Arrays.stream(shape).asLongStream().toArray();
        return Nd4j.createFromArray(values).reshape('c', longs).castTo(type);
    }
}
