package io.github.performer4j.core.workspace;

import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer's parameters or gradients, wrapped in place: views of the net's one array, wrapped anew only when they move. */
public final class FusedArrays {
    private record Wrapped(INDArray array, long address, Matrix matrix) {}

    private final Map<String, Wrapped> wrapped = new HashMap<>();

    /**
     * Makes the wrappers those of a table of arrays.
     *
     * @param table null for a layer without parameters
     */
    public void follow(Map<String, INDArray> table) {
        if (table == null) {
            return;
        }
        table.forEach((name, array) -> {
            Wrapped last = wrapped.get(name);
            long address = NativeArrays.address(array);
            if (last == null || !last.array().equalShapes(array) || last.address() != address) {
                wrapped.put(name, new Wrapped(array, address, NativeArrays.matrix(array)));
            }
        });
    }

    /** Returns an array, [in,out] or [1,n]; null if the layer has none of that name. */
    Matrix get(String name) {
        Wrapped w = wrapped.get(name);
        return w == null ? null : w.matrix();
    }
}
