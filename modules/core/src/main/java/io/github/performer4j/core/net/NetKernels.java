package io.github.performer4j.core.net;

import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.sides.SidesOnKernels;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a net on kernels that look at what its layers compute. */
final class NetKernels {
    private NetKernels() {}

    /**
     * Runs a net on one sequence, in inference.
     *
     * @param net float32; not used by others meanwhile
     * @param inputs the net's inputs, each with a batch of one and without padding
     * @param what is looked at, for messages
     * @param looking makes the kernels of a layer, of its name and those that compute
     * @throws IllegalArgumentException if the batch is greater, or the net does not run on our kernels
     */
    static void run(
            ComputationGraph net, INDArray[] inputs, String what, BiFunction<String, Kernels, Kernels> looking) {
        for (INDArray input : inputs) {
            if (input.size(0) != 1) {
                throw new IllegalArgumentException(
                        what + " is measured on one sequence at a time; batch=" + input.size(0));
            }
        }
        run(net, inputs, null, what, looking);
    }

    /**
     * The same of any batch.
     *
     * @param masks of the inputs; null for none
     */
    static void run(
            ComputationGraph net,
            INDArray[] inputs,
            INDArray[] masks,
            String what,
            BiFunction<String, Kernels, Kernels> looking) {
        if (!Engines.kernels(net.params().dataType())) {
            throw new IllegalArgumentException(what + " is measured on kernels, which run float32 on the CPU; type="
                    + net.params().dataType() + ", engine="
                    + Engines.of(net.params().dataType()).name());
        }
        use(net, looking);
        try {
            net.output(false, inputs, masks);
        } finally {
            net.clearLayerMaskArrays();
            use(net, (layer, own) -> own);
        }
    }

    private static void use(ComputationGraph net, BiFunction<String, Kernels, Kernels> made) {
        for (GraphVertex vertex : net.getVertices()) {
            GraphRuntime runtime =
                    vertex.hasLayer() ? GraphRuntime.of(vertex.getLayer()).orElse(null) : null;
            if (runtime instanceof FusedRuntime fused) {
                fused.use(made.apply(vertex.getVertexName(), CpuKernels.shared()));
            } else if (runtime instanceof SidesOnKernels sides) {
                sides.use(made.apply(vertex.getVertexName(), CpuKernels.shared()));
            }
        }
    }
}
