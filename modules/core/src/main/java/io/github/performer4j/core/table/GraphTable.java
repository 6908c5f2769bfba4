package io.github.performer4j.core.table;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Lookup in a table, and its gradient, by ND4J's operations, on every backend.
 *
 * <p>By hand and not by SameDiff, because the gradient of its {@code gather} is a loop over rows in M2.1 (minutes for one batch).
 */
final class GraphTable {

    /**
     * Copies rows of a table.
     *
     * @param table [V,E]
     * @param ids [B·T], each in [0, V)
     * @param out [B,T,E], written
     */
    void gather(INDArray table, int[] ids, INDArray out) {
        INDArray flat = Nd4j.createFromArray(ids);
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
     * @param ids [B·T], each in [0, V)
     * @param error [B,T,E]
     */
    void scatter(INDArray gradient, int[] ids, INDArray error) {
        INDArray flat = Nd4j.createFromArray(ids);
        INDArray rows = error.ordering() == 'c' ? error : error.dup('c');
        gradient.assign(0);
        Nd4j.exec(DynamicCustomOp.builder("scatter_add")
                .addInputs(gradient, flat, rows.reshape(flat.length(), gradient.size(1)))
                .addOutputs(gradient)
                .addBooleanArguments(true) // one thread: without it several add to a row at once and lose sums
                .build());
    }
}
