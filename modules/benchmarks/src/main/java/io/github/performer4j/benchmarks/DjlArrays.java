package io.github.performer4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** DJL arrays from and to a tensor's file. */
final class DjlArrays {
    private DjlArrays() {}

    /** Reads all inputs of a case, by name. */
    static Map<String, NDArray> inputs(NDManager manager, Case c, Path inputs) throws IOException {
        Map<String, NDArray> all = new LinkedHashMap<>();
        for (Tensor tensor : Tensors.inputs(c)) {
            all.put(tensor.name(), read(manager, inputs, tensor));
        }
        return all;
    }

    private static NDArray read(NDManager manager, Path folder, Tensor tensor) throws IOException {
        // DJL takes a direct buffer over as the array's memory: no second copy.
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.toIntExact(tensor.length() * Float.BYTES))
                .order(ByteOrder.nativeOrder());
        TensorFiles.read(TensorFiles.file(folder, tensor.name()), tensor.length(), (offset, piece, n) -> {
            bytes.position((int) offset * Float.BYTES)
                    .slice()
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer()
                    .put(piece, 0, n);
        });
        return manager.create(bytes.rewind(), new Shape(tensor.dimensions()), DataType.FLOAT32);
    }

    /** Writes an array under a name. */
    static void write(Path folder, String name, NDArray array) throws IOException {
        try (NDManager pieces = array.getManager().newSubManager()) {
            NDArray flat = array.stopGradient().flatten();
            flat.attach(pieces);
            TensorFiles.write(TensorFiles.file(folder, name), array.size(), (offset, values, n) -> {
                try (NDArray piece = flat.get("{}:{}", offset, offset + n)) {
                    System.arraycopy(piece.toFloatArray(), 0, values, 0, n);
                }
            });
        }
    }
}
