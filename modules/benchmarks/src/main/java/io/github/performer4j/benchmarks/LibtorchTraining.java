package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.OptimizerParamGroupVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A language model on libtorch, eager, trained with libtorch's own AdamW. */
final class LibtorchTraining implements EngineWork {
    private final Case sizes;
    private final LibtorchMaths maths;
    private final Map<String, Tensor> inputs;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final AdamW optimizer;
    private int step;

    LibtorchTraining(Case c, Path folder) throws IOException {
        sizes = c;
        maths = new LibtorchMaths(c);
        inputs = LibtorchTensors.inputs(c, folder);
        TensorVector decayed = new TensorVector();
        TensorVector plain = new TensorVector();
        for (io.github.performer4j.benchmarks.Tensor tensor : Tensors.parameters(c)) {
            Tensor parameter = inputs.get(tensor.name());
            parameters.put(tensor.name(), parameter);
            (parameter.dim() == 2 ? decayed : plain).push_back(parameter);
        }
        optimizer = new AdamW(decayed, options(TrainingNet.DECAY));
        optimizer.add_param_group(new OptimizerParamGroup(plain, options(0)));
    }

    private static AdamWOptions options(double decay) {
        AdamWOptions options = new AdamWOptions(TrainingNet.RATE);
        options.betas().put(0, TrainingNet.BETA1).put(1, TrainingNet.BETA2);
        options.eps().put(TrainingNet.EPSILON);
        options.weight_decay().put(decay);
        return options;
    }

    @Override
    public void forward() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            torch.softmax(logits(), -1);
        }
    }

    @Override
    public void backward() {
        try (PointerScope scope = new PointerScope()) {
            differentiate();
            update();
        }
    }

    @Override
    public void check(Path folder) throws IOException {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            LibtorchTensors.write(folder, Outputs.FORWARD, torch.softmax(logits(), -1));
        }
        try (PointerScope scope = new PointerScope()) {
            differentiate();
            for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
                LibtorchTensors.write(
                        folder,
                        Outputs.GRADIENT + parameter.getKey(),
                        parameter.getValue().grad());
            }
            update();
        }
        for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
            LibtorchTensors.write(folder, Outputs.UPDATED + parameter.getKey(), parameter.getValue());
        }
    }

    private Tensor logits() {
        Tensor x = torch.embedding(inputs.get("embedding_W"), inputs.get("tokens"))
                .add(inputs.get("positions_P")); // [B,T,E]
        for (String layer : Tensors.attending(sizes)) {
            x = maths.block(x, inputs, layer + "_", inputs.get(layer + Tensors.PROJECTION));
        }
        x = maths.norm(x, inputs.get("final-norm_gain"), inputs.get("final-norm_bias"));
        return LibtorchMaths.linear(x, inputs, "head_W", "head_b"); // [B,T,V]
    }

    private void differentiate() {
        optimizer.zero_grad(true);
        Tensor rows = logits().view(-1, sizes.vocabulary());
        torch.cross_entropy_loss(rows, inputs.get("labels").view(-1)).backward();
    }

    /** One step of AdamW; libtorch adds ε after the correction of bias, Deeplearning4j before. */
    private void update() {
        step++;
        double epsilon = TrainingNet.EPSILON / Math.sqrt(1 - Math.pow(TrainingNet.BETA2, step));
        OptimizerParamGroupVector groups = optimizer.param_groups();
        for (long i = 0; i < groups.size(); i++) {
            new AdamWOptions(groups.get(i).options()).eps().put(epsilon);
        }
        optimizer.step();
    }
}
