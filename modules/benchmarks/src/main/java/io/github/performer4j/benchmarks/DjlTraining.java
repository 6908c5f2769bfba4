package io.github.performer4j.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A language model on DJL, trained with DJL's own AdamW operation. */
final class DjlTraining implements EngineWork {
    /** DJL clips gradients unless the bound is negative. */
    private static final float NO_CLIPPING = -1;

    private final NDManager manager = NDManager.newBaseManager();
    private final Case sizes;
    private final DjlMaths maths;
    private final Map<String, NDArray> inputs;
    private final Map<String, NDList> moments = new LinkedHashMap<>();
    private int step;

    DjlTraining(Case c, Path folder) throws IOException {
        sizes = c;
        maths = new DjlMaths(c, manager);
        inputs = DjlArrays.inputs(manager, c, folder);
        inputs.replaceAll((name, array) ->
                name.equals("tokens") || name.equals("labels") ? array.toType(DataType.INT64, true) : array);
        for (Tensor tensor : Tensors.parameters(c)) {
            NDArray parameter = inputs.get(tensor.name());
            moments.put(tensor.name(), new NDList(parameter.zerosLike(), parameter.zerosLike()));
        }
    }

    @Override
    public void forward() {
        try (NDManager scope = manager.newSubManager()) {
            probabilities(scope);
        }
    }

    private NDArray probabilities(NDManager scope) {
        return logits(DjlWork.views(inputs, scope, false)).softmax(-1);
    }

    @Override
    public void backward() {
        try (NDManager scope = manager.newSubManager()) {
            update(differentiate(scope));
        }
    }

    @Override
    public void check(Path folder) throws IOException {
        try (NDManager scope = manager.newSubManager()) {
            DjlArrays.write(folder, Outputs.FORWARD, probabilities(scope));
        }
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> leaves = differentiate(scope);
            for (String name : moments.keySet()) {
                DjlArrays.write(
                        folder, Outputs.GRADIENT + name, leaves.get(name).getGradient());
            }
            update(leaves);
        }
        for (String name : moments.keySet()) {
            DjlArrays.write(folder, Outputs.UPDATED + name, inputs.get(name));
        }
    }

    private NDArray logits(Map<String, NDArray> p) {
        NDArray table = p.get("embedding_W");
        NDArray x = table.getNDArrayInternal()
                .embedding(p.get("tokens"), table, SparseFormat.DENSE)
                .singletonOrThrow()
                .add(p.get("positions_P")); // [B,T,E]
        for (String layer : Tensors.attending(sizes)) {
            x = maths.block(x, p, layer + "_", p.get(layer + Tensors.PROJECTION));
        }
        x = maths.norm(x, p.get("final-norm_gain"), p.get("final-norm_bias"));
        return DjlMaths.linear(x, p, "head_W", "head_b"); // [B,T,V]
    }

    private Map<String, NDArray> differentiate(NDManager scope) {
        Map<String, NDArray> leaves = DjlWork.views(inputs, scope, true);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray labels = leaves.get("labels").expandDims(-1); // [B,T,1]
            collector.backward(
                    logits(leaves).logSoftmax(-1).gather(labels, -1).mean().neg());
        }
        return leaves;
    }

    private void update(Map<String, NDArray> leaves) {
        step++;
        double corrected = TrainingNet.RATE
                * Math.sqrt(1 - Math.pow(TrainingNet.BETA2, step))
                / (1 - Math.pow(TrainingNet.BETA1, step));
        moments.forEach((name, moment) -> {
            NDArray parameter = inputs.get(name);
            double decay = parameter.getShape().dimension() == 2 ? TrainingNet.DECAY : 0;
            NDList state = new NDList(parameter, leaves.get(name).getGradient(), moment.get(0), moment.get(1));
            parameter
                    .getNDArrayInternal()
                    .adamUpdate(
                            state,
                            new NDList(parameter),
                            (float) TrainingNet.RATE,
                            (float) corrected,
                            (float) decay,
                            1,
                            NO_CLIPPING,
                            (float) TrainingNet.BETA1,
                            (float) TrainingNet.BETA2,
                            (float) TrainingNet.EPSILON,
                            false,
                            true);
        });
    }
}
