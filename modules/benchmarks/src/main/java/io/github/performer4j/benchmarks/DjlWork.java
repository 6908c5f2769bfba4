package io.github.performer4j.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Attention or a block on DJL. DJL differentiates scalars only, so backward starts from Σ output ⊙ error: two passes over one array, below
 * one per cent of the whole.
 */
final class DjlWork implements EngineWork {
    private final NDManager manager = NDManager.newBaseManager();
    private final Case sizes;
    private final DjlMaths maths;
    private final Map<String, NDArray> inputs;

    DjlWork(Case c, Path folder) throws IOException {
        sizes = c;
        maths = new DjlMaths(c, manager);
        inputs = DjlArrays.inputs(manager, c, folder);
    }

    @Override
    public void forward() {
        try (NDManager scope = manager.newSubManager()) {
            output(views(inputs, scope, false));
        }
    }

    @Override
    public void backward() {
        try (NDManager scope = manager.newSubManager()) {
            differentiate(views(inputs, scope, true));
        }
    }

    @Override
    public void check(Path folder) throws IOException {
        try (NDManager scope = manager.newSubManager()) {
            DjlArrays.write(folder, Outputs.FORWARD, output(views(inputs, scope, false)));
        }
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> leaves = views(inputs, scope, true);
            differentiate(leaves);
            for (Map.Entry<String, NDArray> leaf : leaves.entrySet()) {
                if (differentiated(leaf.getKey())) {
                    DjlArrays.write(
                            folder,
                            Outputs.GRADIENT + leaf.getKey(),
                            leaf.getValue().getGradient());
                }
            }
        }
    }

    private NDArray output(Map<String, NDArray> leaves) {
        String layer = Tensors.attending(sizes).get(0);
        NDArray w = leaves.get(layer + Tensors.PROJECTION);
        return sizes.work() == Work.ATTENTION
                ? maths.attend(leaves.get("q"), leaves.get("k"), leaves.get("v"), w)
                : maths.block(leaves.get("x"), leaves, layer + "_", w);
    }

    private void differentiate(Map<String, NDArray> leaves) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(output(leaves).mul(leaves.get("error")).sum());
        }
    }

    /**
     * Returns views of arrays that live in a scope, and with them all that is computed from them. A fresh view has no gradient yet, so
     * none is set to zero and added to.
     */
    static Map<String, NDArray> views(Map<String, NDArray> arrays, NDManager scope, boolean gradients) {
        Map<String, NDArray> views = new LinkedHashMap<>();
        arrays.forEach((name, array) -> {
            NDArray view = array.stopGradient();
            view.attach(scope);
            if (gradients && differentiated(name)) {
                view.setRequiresGradient(true);
            }
            views.put(name, view);
        });
        return views;
    }

    private static boolean differentiated(String name) {
        return !name.endsWith(Tensors.PROJECTION)
                && !name.equals("error")
                && !name.equals("tokens")
                && !name.equals("labels");
    }
}
