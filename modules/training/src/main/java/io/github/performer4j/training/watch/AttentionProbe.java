package io.github.performer4j.training.watch;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.Attending;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.model.Replica;
import io.github.performer4j.core.net.AttentionMass;
import io.github.performer4j.core.program.AttentionPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How near the linear attention of a net is to exact attention, layer by layer and head by head, on one sequence of T tokens: with the shares {@code p_j = s_j / Σ s} of the attention that token j receives
 * ({@link AttentionMass}), p̂ of the net and p of the same net with exact attention, the error is their distance in total variation,
 *
 * <pre>½ Σ_j |p̂_j − p_j|   in [0, 1]</pre>
 *
 * <p>Errors of a layer include what the layers below it hand on. Beside it stand each head's temperature {@code exp(ρ_h)} and decay a_h, and how often the layer's features have been drawn.
 */
public final class AttentionProbe {
    private AttentionProbe() {}

    /**
     * One layer.
     *
     * @param name of its vertex
     * @param errors of its heads; null where there is no exact attention to compare with
     * @param temperatures of its heads; null if they have none
     * @param decays a_h of the heads that decay, at rest where decay is selective; null without
     * @param draws how many draws of its features have been made; 0 of exact attention
     */
    public record LayerState(String name, double[] errors, double[] temperatures, double[] decays, long draws) {}

    /**
     * Looks at a net; it is not changed.
     *
     * @param net float32, on kernels
     * @param ids [T] tokens as the net reads them
     * @return the blocks in their order
     * @throws IllegalArgumentException if attention cannot be measured there
     */
    public static List<LayerState> of(ComputationGraph net, int... ids) {
        INDArray tokens = Nd4j.createFromArray(new int[][] {ids}).castTo(DataType.FLOAT); // [1,T]
        List<AttentionMass> own = AttentionMass.of(Replica.of(net), tokens);
        List<AttentionMass> exact = comparable(net)
                ? AttentionMass.of(
                        AttentionChange.of(net, options -> options.withPrefix(0).withKind(AttentionOptions.Kind.EXACT)),
                        tokens)
                : null;
        List<LayerState> states = new ArrayList<>();
        for (int i = 0; i < own.size(); i++) {
            String name = own.get(i).layer();
            int more = name.indexOf('#'); // groups of heads, and blocks of a stack, attend one after the other
            int number = more < 0 ? 0 : Integer.parseInt(name.substring(more + 1)) - 1;
            Layer layer = net.getLayer(more < 0 ? name : name.substring(0, more));
            if (layer != null && layer.conf().getLayer() instanceof Attending attending) {
                Map<String, AttentionOptions> groups = groups(attending);
                String scope = List.copyOf(groups.keySet()).get(number);
                AttentionOptions group = groups.get(scope);
                INDArray rho = layer.paramTable().get(scope + AttentionPart.TEMPERATURE);
                states.add(state(net, rho, group, own.get(i), exact == null ? null : exact.get(i)));
            }
        }
        return states;
    }

    /** Returns all groups of heads of a layer, by what stands before the names of their parameters, in the order of execution. */
    private static Map<String, AttentionOptions> groups(Attending layer) {
        Map<String, AttentionOptions> all = new LinkedHashMap<>();
        layer.attentions()
                .forEach((block, options) -> options.groups().forEach((group, own) -> all.put(block + group, own)));
        return all;
    }

    /** Decay and grids have no exact counterpart, and neither has a layer of several groups of heads. */
    private static boolean comparable(ComputationGraph net) {
        boolean linear = false;
        for (Layer layer : net.getLayers()) {
            Map<String, AttentionOptions> all =
                    layer.conf().getLayer() instanceof Attending attending ? attending.attentions() : Map.of();
            for (AttentionOptions options : all.values()) {
                if (options.decay() != null
                        || options.grid() != null
                        || !options.further().isEmpty()) {
                    return false;
                }
                linear |= options.kind() != AttentionOptions.Kind.EXACT;
            }
        }
        return linear;
    }

    private static LayerState state(
            ComputationGraph net, INDArray rho, AttentionOptions options, AttentionMass own, AttentionMass exact) {
        double[] temperatures = null;
        if (rho != null) {
            temperatures = rho.castTo(DataType.DOUBLE).dup().data().asDouble();
            for (int h = 0; h < temperatures.length; h++) {
                temperatures[h] = Math.exp(temperatures[h]);
            }
        }
        double[] errors = null;
        if (exact != null) {
            errors = new double[own.heads().length];
            for (int h = 0; h < errors.length; h++) {
                errors[h] = distance(own.heads()[h], exact.heads()[h]);
            }
        }
        double[] decays = options.decay() == null
                ? null
                : options.decay().rates(options.heads()).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray();
        long draws = options.kind() == AttentionOptions.Kind.EXACT
                ? 0
                : options.redraw().index(net.getIterationCount()) + 1;
        return new LayerState(own.layer(), errors, temperatures, decays, draws);
    }

    private static double distance(double[] a, double[] b) {
        double sumA = 0;
        double sumB = 0;
        for (int j = 0; j < a.length; j++) {
            sumA += a[j];
            sumB += b[j];
        }
        double distance = 0;
        for (int j = 0; j < a.length; j++) {
            distance += Math.abs(a[j] / sumA - b[j] / sumB) / 2;
        }
        return distance;
    }
}
