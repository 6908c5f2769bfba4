package io.github.performer4j.core.layer;

import io.github.performer4j.kernels.CpuKernels;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rows of a table by token id, and the sum of gradients by token id, in token order. */
interface TableLookup {

    /** Returns the lookup for nets of a type, on the engine that is in use. */
    static TableLookup of(DataType type) {
        return Engine.kernels(type) ? new FusedTable(CpuKernels.shared()) : new GraphTable();
    }

    /**
     * Copies rows of a table.
     *
     * @param table [V,E]
     * @param ids [B,T], any numeric type
     * @param out [B,T,E], written
     * @throws IllegalArgumentException if an id is not in [0, V)
     */
    void gather(INDArray table, INDArray ids, INDArray out);

    /**
     * Adds rows into a table.
     *
     * @param gradient [V,E], overwritten by the sums
     * @param ids [B,T]
     * @param error [B,T,E]
     */
    void scatter(INDArray gradient, INDArray ids, INDArray error);

    /** Returns what says that an id is not in [0, V). */
    static IllegalArgumentException outOfBounds(long vocabulary, double smallest, double largest) {
        return new IllegalArgumentException("token ids must be in [0, vocabulary); vocabulary=" + vocabulary
                + ", smallest=" + whole(smallest) + ", largest=" + whole(largest));
    }

    private static Number whole(double id) {
        return id == (long) id ? (Number) (long) id : (Number) id;
    }
}
