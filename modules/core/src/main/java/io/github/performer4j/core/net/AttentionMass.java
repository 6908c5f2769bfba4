package io.github.performer4j.core.net;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.cpu.AttendKernel;
import io.github.performer4j.core.layer.Attending;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
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
        for (Layer layer : net.getLayers()) {
            if (layer.conf().getLayer() instanceof Attending attending) {
                attending.attentions().values().forEach(AttentionMass::check);
            }
        }
        List<AttentionMass> all = new ArrayList<>();
        NetKernels.run(
                net, inputs, "attention mass", (layer, own) -> new MassKernels(own, heads -> add(all, layer, heads)));
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

    private static void add(List<AttentionMass> all, String layer, double[][] heads) {
        long before = all.stream()
                .filter(mass -> mass.layer().equals(layer) || mass.layer().startsWith(layer + "#"))
                .count();
        all.add(new AttentionMass(before == 0 ? layer : layer + "#" + (before + 1), heads));
    }
}
