package io.github.performer4j.core.net;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.cpu.AttendKernel;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.layer.Attending;
import io.github.performer4j.core.sides.SidesOnKernels;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How much attention each position receives, of every attention of a net: {@code s_j = Σ_i A_ij}, A the attention's weights with rows that sum to 1, so that Σ_j s_j = Tq; where all keys are
 * alike, s_j = 1 without causality. It takes time and memory linear in T as the attention does: {@code s_j = φ(k_j) · Σ_i φ(q_i) / (φ(q_i) · z)}, z = Σ_j φ(k_j) over the keys that i sees.
 *
 * @param layer name of the layer in its net; followed by {@code #2} and so on, where a layer has several attentions
 * @param heads [H][Tk]
 */
public record AttentionMass(String layer, double[][] heads) {

    /**
     * Runs a net on one sequence, in inference, and measures.
     *
     * @param net float32, its layers on our kernels; not used by others meanwhile
     * @param inputs the net's inputs, each with a batch of one and without padding
     * @return one entry for each attention, in the order in which they run
     * @throws IllegalArgumentException if the batch is greater, the net does not run on our kernels, has no attention, or an exact prefix that they do not cover
     */
    public static List<AttentionMass> of(ComputationGraph net, INDArray... inputs) {
        for (INDArray input : inputs) {
            if (input.size(0) != 1) {
                throw new IllegalArgumentException(
                        "attention mass is measured on one sequence at a time; batch=" + input.size(0));
            }
        }
        if (!Engines.kernels(net.params().dataType())) {
            throw new IllegalArgumentException(
                    "attention mass is measured on kernels, which run float32 on the CPU; type="
                            + net.params().dataType() + ", engine="
                            + Engines.of(net.params().dataType()).name());
        }
        for (Layer layer : net.getLayers()) {
            if (layer.conf().getLayer() instanceof Attending attending) {
                attending.attentions().values().forEach(AttentionMass::check);
            }
        }
        List<AttentionMass> all = new ArrayList<>();
        measure(net, true, all);
        try {
            net.output(false, inputs);
        } finally {
            measure(net, false, all);
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("the net must have attention on kernels; layers=" + net.getNumLayers());
        }
        return all;
    }

    private static void check(AttentionOptions options) {
        if (options.prefix() > 0 && AttendKernel.uncovered(options) != null) {
            throw new IllegalArgumentException(
                    "attention mass is measured on kernels, which have an exact prefix of positive features only; "
                            + AttendKernel.uncovered(options));
        }
    }

    private static void measure(ComputationGraph net, boolean begin, List<AttentionMass> all) {
        for (GraphVertex vertex : net.getVertices()) {
            GraphRuntime runtime =
                    vertex.hasLayer() ? GraphRuntime.of(vertex.getLayer()).orElse(null) : null;
            Kernels own = CpuKernels.shared();
            Kernels used = begin ? new MassKernels(own, heads -> add(all, vertex.getVertexName(), heads)) : own;
            if (runtime instanceof FusedRuntime fused) {
                fused.use(used);
            } else if (runtime instanceof SidesOnKernels sides) {
                sides.use(used);
            }
        }
    }

    private static void add(List<AttentionMass> all, String layer, double[][] heads) {
        long before = all.stream()
                .filter(mass -> mass.layer().equals(layer) || mass.layer().startsWith(layer + "#"))
                .count();
        all.add(new AttentionMass(before == 0 ? layer : layer + "#" + (before + 1), heads));
    }
}
