package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Attention or a block on libtorch, eager. */
final class LibtorchWork implements EngineWork {
    private final Case sizes;
    private final LibtorchMaths maths;
    private final Map<String, Tensor> inputs;
    private final List<String> leaves;

    LibtorchWork(Case c, Path folder) throws IOException {
        sizes = c;
        maths = new LibtorchMaths(c);
        inputs = LibtorchTensors.inputs(c, folder);
        leaves =
                inputs.keySet().stream().filter(LibtorchTensors::differentiated).toList();
    }

    @Override
    public void forward() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            output();
        }
    }

    @Override
    public void backward() {
        try (PointerScope scope = new PointerScope()) {
            gradients();
        }
    }

    @Override
    public void check(Path folder) throws IOException {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            LibtorchTensors.write(folder, Outputs.FORWARD, output());
        }
        try (PointerScope scope = new PointerScope()) {
            TensorVector gradients = gradients();
            for (int i = 0; i < leaves.size(); i++) {
                LibtorchTensors.write(folder, Outputs.GRADIENT + leaves.get(i), gradients.get(i));
            }
        }
    }

    private Tensor output() {
        String layer = Tensors.attending(sizes).get(0);
        Tensor w = inputs.get(layer + Tensors.PROJECTION);
        return sizes.work() == Work.ATTENTION
                ? maths.attend(inputs.get("q"), inputs.get("k"), inputs.get("v"), w)
                : maths.block(inputs.get("x"), inputs, layer + "_", w);
    }

    private TensorVector gradients() {
        Tensor[] wanted = leaves.stream().map(inputs::get).toArray(Tensor[]::new);
        return torch.grad(
                new TensorVector(output()),
                new TensorVector(wanted),
                new TensorVector(inputs.get("error")),
                new org.bytedeco.pytorch.BoolOptional(),
                false,
                false);
    }
}
