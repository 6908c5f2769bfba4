package io.github.performer4j.core.layer;

import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@link PerformerBlockLayer} on kernels.
 *
 * <p>Rows are worked on in blocks that stay in the cache from norm to residual; between them attention sees whole sequences. Kept per token:
 * q, k, v, attended values and the sum after attention, E each, z (and the gate), F, the moments of both norms; post-norm one more sum.
 */
final class FusedBlock implements FusedLayer {
    private static final String[] NORMS = {"gain1", "bias1", "gain2", "bias2"};

    private final PerformerBlockLayer layer;

    FusedBlock(PerformerBlockLayer layer) {
        this.layer = layer;
    }

    @Override
    public String uncovered() {
        return FusedAttention.uncovered(layer.getAttention());
    }

    @Override
    public void forward(FusedPass pass, Matrix x, Matrix out) {
        boolean pre = layer.isPreNorm();
        double p = layer.getDropout();
        FusedAttention attention = attention(pass);
        FusedFeedForward feedForward = feedForward(pass);
        FusedNorm norm1 = norm(pass, 1);
        FusedNorm norm2 = norm(pass, 2);
        Matrix y = pass.matrix(Part.Y, layer.getWidth()); // x + attention, before any norm
        Matrix sum = pre ? out : pass.matrix(Part.SUM, layer.getWidth());
        attention.beginForward();
        pass.kernels.rows(pass.rows(), (block, from, to) -> {
            Matrix rows = x.rows(from, to);
            attention.project(pre ? norm1.forward(rows, from, to) : rows, from, to);
        });
        attention.attend();
        pass.kernels.rows(pass.rows(), (block, from, to) -> {
            Matrix rows = y.rows(from, to);
            pass.residual(x.rows(from, to), attention.attended(from, to), "Wo", "bo", p, 0, from, rows);
            Matrix normed = (pre ? norm2 : norm1).forward(rows, from, to);
            Matrix values = feedForward.forward(normed, from, to);
            pass.residual(pre ? rows : normed, values, "W2", "b2", p, 1, from, sum.rows(from, to));
            if (!pre) {
                norm2.forward(sum.rows(from, to), from, to, out.rows(from, to));
            }
        });
    }

    @Override
    public void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx) {
        boolean pre = layer.isPreNorm();
        int width = layer.getWidth();
        boolean drops = pass.drops(layer.getDropout());
        FusedAttention attention = attention(pass);
        FusedFeedForward feedForward = feedForward(pass);
        FusedNorm norm1 = norm(pass, 1);
        FusedNorm norm2 = norm(pass, 2);
        FusedNorm inner = pre ? norm2 : norm1; // the norm between attention and feed-forward
        FusedSums sums = new FusedSums(
                pass,
                Stream.of(FusedAttention.VECTORS, FusedFeedForward.VECTORS, NORMS)
                        .flatMap(Stream::of)
                        .toArray(String[]::new));
        FusedTransposes transposes = new FusedTransposes(pass);
        attention.beginBackward(transposes);
        feedForward.beginBackward(transposes);
        transposes.make();
        Matrix y = pass.matrix(Part.Y, width);
        Matrix sum = pre ? null : pass.matrix(Part.SUM, width);
        Matrix dSum = pre ? error : pass.transientMatrix(Part.D_SUM, width);
        Matrix dFed = drops ? pass.transientMatrix(Part.D_BRANCH_2, width) : dSum;
        Matrix dy = pass.transientMatrix(Part.D_Y, width);
        Matrix dAttended = drops ? pass.transientMatrix(Part.D_BRANCH_1, width) : dy;
        Matrix normed2 = pass.transientMatrix(Part.NORMED_2, width); // what the feed-forward was given
        pass.kernels.rows(pass.rows(), (block, from, to) -> {
            Matrix d = dSum.rows(from, to);
            if (!pre) {
                pass.elements.fill(d, 0);
                norm2.backward(error.rows(from, to), sum.rows(from, to), block, from, to, sums, d);
            }
            dropped(pass, d, 1, from, dFed.rows(from, to));
            Matrix dNormed = FusedMemory.task().matrix(Part.D_NORMED, to - from, width);
            feedForward.backward(dFed.rows(from, to), block, from, to, sums, dNormed);
            Matrix dRows = dy.rows(from, to);
            if (pre) {
                pass.elements.copy(d, dRows);
            } else { // the residual branches off behind the norm
                pass.elements.fill(dRows, 0);
                pass.elements.add(d, dNormed);
            }
            inner.backward(dNormed, y.rows(from, to), block, from, to, sums, dRows);
            inner.again(y.rows(from, to), from, to, normed2);
            dropped(pass, dRows, 0, from, dAttended.rows(from, to));
            attention.outputBackward(dAttended.rows(from, to), block, from, to, sums);
        });
        attention.attendBackward();
        // what attention was given, in memory that is free by now
        Matrix normed1 = pre ? pass.transientMatrix(Part.D_ATTENDED, width) : x;
        pass.kernels.rows(pass.rows(), (block, from, to) -> {
            Matrix rows = dx.rows(from, to);
            pass.elements.copy(dy.rows(from, to), rows);
            if (pre) {
                Matrix dNormed = FusedMemory.task().matrix(Part.D_NORMED, to - from, width);
                attention.projectBackward(dNormed, 0, block, from, to, sums);
                norm1.backward(dNormed, x.rows(from, to), block, from, to, sums, rows);
                norm1.again(x.rows(from, to), from, to, normed1);
            } else {
                attention.projectBackward(rows, 1, block, from, to, sums);
            }
        });
        List<WeightGradient> weights = new ArrayList<>();
        feedForward.addWeightGradients(normed2, dFed, weights);
        attention.addWeightGradients(normed1, dAttended, weights);
        pass.kernels.weightGradients(weights);
        sums.finish();
        attention.finishGradients();
    }

    /** Writes the gradient in front of a dropout; does nothing where no entries are dropped, because both are one then. */
    private void dropped(FusedPass pass, Matrix d, int site, int from, Matrix out) {
        if (pass.drops(layer.getDropout())) {
            pass.elements.copy(d, out);
            pass.drop(out, from, layer.getDropout(), site);
        }
    }

    private FusedAttention attention(FusedPass pass) {
        return new FusedAttention(pass, layer.getAttention(), layer.getWidth());
    }

    private FusedFeedForward feedForward(FusedPass pass) {
        return new FusedFeedForward(pass, layer.getFeedForward(), layer.getHidden());
    }

    private FusedNorm norm(FusedPass pass, int number) {
        Part moments = number == 1 ? Part.MOMENTS_1 : Part.MOMENTS_2;
        return new FusedNorm(pass, "gain" + number, "bias" + number, (float) layer.getEpsilon(), moments);
    }
}
