package io.github.performer4j.core.net;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.Attending;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fits learned projections to the attention of a trained net (attention transfer, arXiv 2410.10254, first stage): for each layer by itself, on the queries, keys and values that its exact attention sees,
 *
 * <pre>
 * min_W  Σ |φ_W(q)ᵀ Σ_j φ_W(k_j) v_jᵀ / φ_W(q)ᵀ Σ_j φ_W(k_j) − softmax(q kᵀ/√D) v|² / Σ |softmax(q kᵀ/√D) v|²
 * </pre>
 *
 * <p>All weights of the net stay; only W [draws,D] moves, by Adam's steps. Sums are over the tokens that are no padding.
 */
public final class AttentionTransfer {
    private final ComputationGraph teacher;
    private final FusedMemory memory = new FusedMemory(); // serves all steps
    private final Map<String, ProjectionFit> fits = new LinkedHashMap<>();

    /**
     * Begins with the projections of a net.
     *
     * @param teacher float32, on our kernels; not changed, and not used by others meanwhile
     * @param student a net with the teacher's layers, which attends by learned projections where they are to be fitted
     * @throws IllegalArgumentException if the student learns no projection, or the teacher attends linearly in a layer that does, or it has a window, a prefix, decay, or weights of places
     */
    public AttentionTransfer(ComputationGraph teacher, ComputationGraph student) {
        this.teacher = teacher;
        for (Layer layer : student.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            INDArray w = layer.getParam(Op.Attend.PROJECTION);
            if (w != null && layer.conf().getLayer() instanceof Attending attending) {
                requireExact(name, teacher.getLayer(name));
                fits.put(name, new ProjectionFit(checked(name, attending.attentions()), w));
            }
        }
        if (fits.isEmpty()) {
            throw new IllegalArgumentException(
                    "features are fitted where they learn: model.attention.learnedProjection must be true; layers="
                            + student.getNumLayers());
        }
    }

    private static void requireExact(String name, Layer layer) {
        boolean linear = layer.conf().getLayer() instanceof Attending own
                && own.attentions().values().stream().anyMatch(o -> o.kind() == AttentionOptions.Kind.LINEAR);
        if (linear) {
            throw notExact(name);
        }
    }

    private static IllegalArgumentException notExact(String layer) {
        return new IllegalArgumentException(
                "features are fitted to exact attention: it must be the model's own; layer=" + layer);
    }

    private static AttentionOptions checked(String layer, Map<String, AttentionOptions> attentions) {
        AttentionOptions o = attentions.values().iterator().next();
        if (attentions.size() > 1
                || o.groups().size() > 1
                || o.decay() != null
                || o.grid() != null
                || o.relative() != null
                || o.fourier() != null
                || o.prefix() > 0
                || o.featureMap().fitted().isPresent()) {
            throw new IllegalArgumentException(
                    "features are fitted to attention of all keys by what they hold: without groups, decay, grid, relative or Fourier positions, prefix and maps that fit themselves; layer="
                            + layer + ", featureMap=" + o.featureMap() + ", decay=" + o.decay() + ", relative="
                            + o.relative());
        }
        return o;
    }

    /**
     * Looks at a batch and moves each projection by one step.
     *
     * @param rate Adam's; 0 to look only
     * @param inputs the net's inputs
     * @param masks theirs, of rows with one sequence each; null for none
     * @return the relative squared error of each layer's attention before the step, in the order of execution
     * @throws IllegalArgumentException if rows are packed, or the teacher does not run on our kernels, or attends in such a layer otherwise than exactly, to all keys
     */
    public Map<String, Double> step(double rate, INDArray[] inputs, INDArray[] masks) {
        for (INDArray mask : masks == null ? new INDArray[0] : masks) {
            if (mask != null && mask.maxNumber().doubleValue() > 1) {
                throw new IllegalArgumentException(
                        "features are fitted to rows of one sequence each, not to packed ones; sequences in a row="
                                + mask.maxNumber().intValue());
            }
        }
        Map<String, Double> errors = new LinkedHashMap<>();
        NetKernels.run(teacher, inputs, masks, "attention", (layer, own) -> new Fitting(own, layer, rate, errors));
        for (String layer : fits.keySet()) {
            if (!errors.containsKey(layer)) {
                throw notExact(layer);
            }
        }
        return errors;
    }

    /** Writes the projections into a net with the student's layers. */
    public void write(ComputationGraph student) {
        fits.forEach((layer, fit) -> fit.write(student.getLayer(layer).getParam(Op.Attend.PROJECTION)));
    }

    /** Kernels that fit projections to the exact attention that they compute. */
    private final class Fitting extends ForwardingKernels {
        private final String layer;
        private final double rate;
        private final Map<String, Double> errors;

        Fitting(Kernels own, String layer, double rate, Map<String, Double> errors) {
            super(own);
            this.layer = layer;
            this.rate = rate;
            this.errors = errors;
        }

        @Override
        public void attend(ExactAttentionSpec spec, Heads out, FloatBlock saved) {
            own.attend(spec, out, saved);
            ProjectionFit fit = fits.get(layer);
            if (fit == null) {
                return;
            }
            if (spec.window() != null || spec.bias() != null) {
                throw new IllegalArgumentException(
                        "features are fitted to attention of all keys by what they hold; layer=" + layer + ", window="
                                + spec.window() + ", weights of places=" + (spec.bias() != null));
            }
            LinearAttentionSpec linear = fit.spec(spec);
            Heads estimate = like("estimate", out);
            int length = Math.toIntExact(Math.max(1, own.saved(linear)));
            FloatBlock kept = memory.matrix("kept", length, 1).block();
            own.attend(linear, estimate, kept);
            Heads error = like("error", out);
            Difference difference = difference(spec, estimate, out, error);
            errors.put(layer, difference.squares() * difference.scale());
            if (rate > 0) {
                Matrix dw = memory.matrix("dw", linear.w().rows(), linear.w().columns());
                own.attendBackward(
                        linear,
                        estimate,
                        kept,
                        error,
                        like("dq", spec.q()),
                        like("dk", spec.k()),
                        like("dv", spec.v()),
                        dw);
                fit.step(rate, dw, 2 * difference.scale());
            }
        }
    }

    /** Σ |estimate − exact|² and Σ |exact|². */
    private record Difference(double squares, double all) {
        double scale() {
            return all > 0 ? 1 / all : 0;
        }
    }

    private Heads like(String part, Heads x) {
        return Heads.of(memory.matrix(part, x.batch() * x.tokens(), x.heads() * x.size()), x.batch(), x.heads());
    }

    /** Writes estimate − exact, 0 where there is padding, and returns the sums of its squares and of the exact ones. */
    private static Difference difference(ExactAttentionSpec spec, Heads estimate, Heads exact, Heads error) {
        double squares = 0;
        double all = 0;
        float[] e = new float[exact.size()];
        float[] o = new float[exact.size()];
        for (int b = 0; b < exact.batch(); b++) {
            for (int h = 0; h < exact.heads(); h++) {
                Matrix from = estimate.rows(b, h);
                Matrix to = exact.rows(b, h);
                Matrix difference = error.rows(b, h);
                for (int t = 0; t < exact.tokens(); t++) {
                    boolean real = spec.mask() == null || spec.mask().get((long) b * exact.tokens() + t) >= 0.5f;
                    from.block().read(from.at(t), e, 0, e.length);
                    to.block().read(to.at(t), o, 0, o.length);
                    for (int c = 0; c < e.length; c++) {
                        double d = real ? (double) e[c] - o[c] : 0;
                        squares += d * d;
                        all += real ? (double) o[c] * o[c] : 0;
                        e[c] = (float) d;
                    }
                    difference.block().write(difference.at(t), e, 0, e.length);
                }
            }
        }
        return new Difference(squares, all);
    }
}
