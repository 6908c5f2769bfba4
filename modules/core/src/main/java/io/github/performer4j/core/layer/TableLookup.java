package io.github.performer4j.core.layer;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rows of a table by token id, and the sum of gradients by token id, in token order.
 *
 * <p>By hand and not by SameDiff, because the gradient of its {@code gather} is a loop over rows in M2.1 (minutes for one batch).
 */
final class TableLookup {
    private TableLookup() {}

    /**
     * Copies rows of a table.
     *
     * @param table [V,E]
     * @param ids [B,T], any numeric type
     * @param out [B,T,E], written
     * @throws IllegalArgumentException if an id is not in [0, V)
     */
    static void gather(INDArray table, INDArray ids, INDArray out) {
        INDArray flat = flat(ids);
        long low = flat.minNumber().longValue();
        long high = flat.maxNumber().longValue();
        if (low < 0 || high >= table.size(0)) {
            throw outOfBounds(table.size(0), low, high);
        }
        Nd4j.exec(DynamicCustomOp.builder("gather")
                .addInputs(table, flat)
                .addOutputs(out.reshape(flat.length(), table.size(1)))
                .addIntegerArguments(0)
                .build());
    }

    /**
     * Adds rows into a table.
     *
     * @param gradient [V,E], overwritten by the sums
     * @param ids [B,T]
     * @param error [B,T,E]
     */
    static void scatter(INDArray gradient, INDArray ids, INDArray error) {
        INDArray flat = flat(ids);
        gradient.assign(0);
        Nd4j.exec(DynamicCustomOp.builder("scatter_add")
                .addInputs(gradient, flat, error.reshape(flat.length(), gradient.size(1)))
                .addOutputs(gradient)
                .build());
    }

    static IllegalArgumentException outOfBounds(long vocabulary, Number smallest, Number largest) {
        return new IllegalArgumentException("token ids must be in [0, vocabulary); vocabulary=" + vocabulary
                + ", smallest=" + smallest + ", largest=" + largest);
    }

    private static INDArray flat(INDArray ids) {
        return ids.castTo(DataType.INT32).reshape(ids.length());
    }
}
