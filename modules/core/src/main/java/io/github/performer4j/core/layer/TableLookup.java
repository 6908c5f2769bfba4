package io.github.performer4j.core.layer;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.kernels.CpuKernels;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rows of a table by token id, and the sum of gradients by token id, in token order. */
interface TableLookup {

    /** Returns the lookup for nets of a type, on the engine that is in use. */
    static TableLookup of(DataType type) {
        return Engines.kernels(type) ? new FusedTable(CpuKernels.shared()) : new GraphTable();
    }

    /**
     * Copies rows of a table.
     *
     * @param table [V,E]
     * @param ids [B·T], each in [0, V); see {@link TokenIds}
     * @param out [B,T,E], written
     */
    void gather(INDArray table, int[] ids, INDArray out);

    /**
     * Adds rows into a table.
     *
     * @param gradient [V,E], overwritten by the sums
     * @param ids [B·T], each in [0, V)
     * @param error [B,T,E]
     */
    void scatter(INDArray gradient, int[] ids, INDArray error);
}
