package io.github.performer4j.core.table;

import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.layer.EmbeddingLookupVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rows of a table by token id, and the sum of gradients by token id: the program of {@link EmbeddingLookupVertex} on an engine, or else {@link GraphTable}'s two operations. */
final class TableLookup {
    private final TableProgram program;
    private final GraphTable operations = new GraphTable();

    /**
     * Prepares lookups.
     *
     * @param type of the net
     * @param layer its name, for the log
     */
    TableLookup(DataType type, String layer) {
        program = new TableProgram(type, layer, TableProgram::lookup);
    }

    /**
     * Copies rows of a table.
     *
     * @param table [V,E]
     * @param given token ids as they came in, [B,T]
     * @param ids [B·T], each in [0, V); see {@link TokenIds}
     * @param out [B,T,E], written
     */
    void gather(INDArray table, INDArray given, int[] ids, INDArray out) {
        if (program.runs(table)) {
            program.forward(table, TableProgram.Input.of(given, ids), true, out);
        } else {
            operations.gather(table, ids, out);
        }
    }

    /**
     * Adds rows into a table.
     *
     * @param table [V,E]
     * @param given token ids as they came in, [B,T]
     * @param ids [B·T], each in [0, V)
     * @param error [B,T,E]
     * @param gradient [V,E], overwritten by the sums
     */
    void scatter(INDArray table, INDArray given, int[] ids, INDArray error, INDArray gradient) {
        if (program.runs(table)) {
            program.backward(table, TableProgram.Input.of(given, ids), error, gradient, null);
        } else {
            operations.scatter(gradient, ids, error);
        }
    }
}
