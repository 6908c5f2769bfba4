package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.ExactAttentionSpec;
import io.github.performer4j.kernels.FloatBlock;
import io.github.performer4j.kernels.Heads;
import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.LinearAttentionSpec;
import io.github.performer4j.kernels.Matrix;
import java.util.List;

/**
 * {@link AttentionPart} on kernels, in one pass: projections and their gradients on blocks of rows, attention between them on whole sequences.
 *
 * <p>Kept from forward to backward: q, k, v, the attended values, the frames of data-dependent features and what the attention
 * kernel saves; features are computed again.
 */
final class FusedAttention {
    static final String[] VECTORS = {"bq", "bk", "bv", "bo"};

    private final FusedPass pass;
    private final AttentionOptions options;
    private final int width;
    private final Matrix q;
    private final Matrix k;
    private final Matrix v;
    private final Matrix attended;
    private final FusedProjections projections;
    private Matrix outWeight; // Woᵀ; null where there are few rows
    private Matrix dAttended;

    FusedAttention(FusedPass pass, AttentionOptions options, int width) {
        this.pass = pass;
        this.options = options;
        this.width = width;
        projections = new FusedProjections(pass, width);
        q = projections.values(0);
        k = projections.values(1);
        v = projections.values(2);
        attended = pass.matrix(Part.ATTENDED, width);
    }

    /** Returns the option that the kernels do not cover; null if they cover all. */
    static String uncovered(AttentionOptions options) {
        boolean covered = options.kind() == AttentionOptions.Kind.EXACT
                || options.featureMap().featureKernel(1, options.features()).isPresent();
        return covered ? null : "featureMap=" + options.featureMap().getClass().getName();
    }

    /** Prepares the weights for {@link #project}. */
    void beginForward() {
        projections.beginForward();
    }

    /** Computes q, k and v of a block of rows. */
    void project(Matrix rows, int from, int to) {
        projections.project(rows, from, to);
    }

    /** Attends, all rows. */
    void attend() {
        if (AttentionPart.collects(options, pass.training, pass.collecting())) {
            collect();
        }
        if (exact()) {
            ExactAttentionSpec spec = exactSpec();
            pass.kernels.attend(spec, heads(attended), pass.saved(pass.kernels.saved(spec)));
        } else {
            LinearAttentionSpec spec = linearSpec(true);
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            pass.addUnderflows(pass.kernels.attend(spec, heads(attended), saved));
        }
    }

    private void collect() {
        FusedMoments queries = FusedMoments.of(pass, Part.MOMENTS_Q, heads(q));
        FusedMoments keys = FusedMoments.of(pass, Part.MOMENTS_K, heads(k));
        int length = KeptStatistics.length(options.headSize(width));
        double[][] sums = new double[options.heads()][length];
        for (int h = 0; h < sums.length; h++) {
            queries.addHead(h, sums[h], 0);
            keys.addHead(h, sums[h], length / 2);
        }
        pass.collect(sums);
    }

    /** Returns attended values of a block of rows, before Wo. */
    Matrix attended(int from, int to) {
        return attended.rows(from, to);
    }

    /** Takes the memory of the backward pass. */
    void beginBackward(FusedTransposes transposes) {
        projections.beginBackward(transposes);
        dAttended = pass.transientMatrix(Part.D_ATTENDED, width);
        outWeight = transposes.of(pass.parameter("Wo"), Part.WO_T);
    }

    /**
     * Goes back through Wo on a block of rows.
     *
     * @param error derivative with respect to the output of Wo
     */
    void outputBackward(Matrix error, int block, int from, int to, FusedSums sums) {
        sums.add(block, "bo", error);
        FusedTransposes.back(pass, error, pass.parameter("Wo"), outWeight, 0, dAttended.rows(from, to));
    }

    /** Goes back through attention, all rows. */
    void attendBackward() {
        Matrix dw = pass.gradient(AttentionPart.PROJECTION); // null unless W is learned
        Heads dq = heads(projections.gradients(0));
        Heads dk = heads(projections.gradients(1));
        Heads dv = heads(projections.gradients(2));
        if (exact()) {
            if (dw != null) {
                pass.elements.fill(dw, 0);
            }
            ExactAttentionSpec spec = exactSpec();
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            pass.kernels.attendBackward(spec, heads(attended), saved, heads(dAttended), dq, dk, dv);
        } else {
            LinearAttentionSpec spec = linearSpec(false);
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            pass.kernels.attendBackward(spec, heads(attended), saved, heads(dAttended), dq, dk, dv, dw);
        }
    }

    /**
     * Goes back through the projections on a block of rows.
     *
     * @param beta 0 to write dx, 1 to add to it
     */
    void projectBackward(Matrix dx, float beta, int block, int from, int to, FusedSums sums) {
        projections.backward(dx, beta, block, from, to, sums);
    }

    /**
     * Lists the gradients of the weights.
     *
     * @param x what {@link #project} was given, all rows
     * @param error what {@link #outputBackward} was given, all rows
     */
    void addWeightGradients(Matrix x, Matrix error, List<WeightGradient> list) {
        list.add(new WeightGradient(attended, error, pass.gradient("Wo")));
        projections.addWeightGradients(x, list);
    }

    /** Ends the backward pass, when the gradients of weights and biases stand. */
    void finishGradients() {
        projections.finishGradients();
    }

    private boolean exact() {
        return options.kindFor(width, pass.tokens) == AttentionOptions.Kind.EXACT;
    }

    private ExactAttentionSpec exactSpec() {
        return new ExactAttentionSpec(heads(q), heads(k), heads(v), pass.mask, options.causal());
    }

    /** Returns what linear attention computes; see {@link FusedMap#spec}. */
    private LinearAttentionSpec linearSpec(boolean forward) {
        return new FusedMap(pass, options, options.headSize(width)).spec(heads(q), heads(k), heads(v), forward);
    }

    private Heads heads(Matrix x) {
        return Heads.of(x, pass.batch, options.heads());
    }
}
