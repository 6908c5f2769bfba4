package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** libtorch's tensors from and to a tensor's file. */
final class LibtorchTensors {
    private LibtorchTensors() {}

    /**
     * Sets libtorch up.
     *
     * @param bfloat16 whether products are in bfloat16, as Python's {@code torch.set_float32_matmul_precision("medium")} has it
     */
    static void prepare(int threads, boolean bfloat16) {
        torch.set_num_threads(threads);
        if (bfloat16) {
            torch.globalContext().setFloat32MatmulPrecision("medium");
        }
    }

    /** Reads all inputs of a case, by name: float32, parameters and data that have gradients marked so. */
    static Map<String, Tensor> inputs(Case c, Path folder) throws IOException {
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (io.github.performer4j.benchmarks.Tensor tensor : Tensors.inputs(c)) {
            Tensor read = read(folder, tensor);
            if (tensor.name().equals("tokens") || tensor.name().equals("labels")) {
                read = read.to(torch.ScalarType.Long);
            } else if (differentiated(tensor.name())) {
                read.set_requires_grad(true);
            }
            all.put(tensor.name(), read);
        }
        return all;
    }

    /** Tells whether an input has a gradient. */
    static boolean differentiated(String name) {
        return !name.endsWith(Tensors.PROJECTION)
                && !name.equals("error")
                && !name.equals("tokens")
                && !name.equals("labels");
    }

    private static Tensor read(Path folder, io.github.performer4j.benchmarks.Tensor tensor) throws IOException {
        long[] shape = Arrays.stream(tensor.dimensions()).toArray();
        Tensor made = torch.zeros(shape);
        try (FloatPointer memory = made.data_ptr_float().capacity(tensor.length())) {
            TensorFiles.read(
                    TensorFiles.file(folder, tensor.name()),
                    tensor.length(),
                    (offset, piece, n) -> memory.position(offset).put(piece, 0, n));
        }
        return made;
    }

    /** Writes a tensor under a name. */
    static void write(Path folder, String name, Tensor tensor) throws IOException {
        try (Tensor flat = tensor.detach().contiguous();
                FloatPointer memory = flat.data_ptr_float().capacity(flat.numel())) {
            TensorFiles.write(
                    TensorFiles.file(folder, name),
                    flat.numel(),
                    (offset, values, n) -> memory.position(offset).get(values, 0, n));
        }
    }
}
