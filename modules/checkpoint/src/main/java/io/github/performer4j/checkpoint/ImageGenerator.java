package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Images from a model of pixels, drawn value by value in raster order; several at once share the passes through the net. A pure function of its arguments. Not thread-safe, as the net is not.
 *
 * <p>Every value is one pass over all values before it, so an image of n values costs about n²/2 tokens.
 */
public final class ImageGenerator {
    private static final int LEVELS = 256;

    /** Lengths are padded to a multiple of this, so that the net's buffers are not built anew at every value. */
    private static final int BUCKET = 32;

    private final ComputationGraph net;
    private final Tokenizer tokenizer;
    private final PixelModel task;
    private final int head;
    private final int window;

    /**
     * Takes a model.
     *
     * @throws IllegalArgumentException if it is no model of pixels
     */
    public ImageGenerator(PerformerModel model) {
        if (!(model.info().task() instanceof PixelModel pixels)) {
            throw new IllegalArgumentException("generating images needs a model of task " + PixelModel.NAME + "; task="
                    + model.info().task().name());
        }
        net = model.net();
        tokenizer = model.info().tokenizer();
        task = pixels;
        head = model.info().data().framing().head(tokenizer);
        window = model.info().model().maxTokens();
    }

    /**
     * Draws images.
     *
     * @param count how many, positive
     * @param given first values of every image, which are kept; empty for none
     * @param sampling how each value is drawn
     * @param seed of the draws: value i of image k uses (seed, k, i)
     * @return [count, H·W·C] values from 0 to 255 in raster order, the channels of a pixel side by side
     * @throws IllegalArgumentException if the count is not positive, or more is given than an image has, or there is a penalty
     */
    public int[][] generate(int count, int[] given, Sampling sampling, long seed) {
        int values = task.values();
        if (sampling.repetitionPenalty() != 1) {
            throw new IllegalArgumentException("images repeat their values, so they have no penalty for it; "
                    + "repetition-penalty=" + sampling.repetitionPenalty());
        }
        if (count < 1 || given.length > values) {
            throw new IllegalArgumentException("there must be an image to draw, and no more given than it has; count="
                    + count + ", given=" + given.length + ", values=" + values);
        }
        int[][] rows = new int[count][values + 1];
        for (int[] row : rows) {
            row[0] = head;
            for (int i = 0; i < given.length; i++) {
                row[i + 1] = Specials.FIRST_SYMBOL + given[i];
            }
        }
        for (int i = given.length; i < values; i++) {
            float[][] next = next(rows, i + 1);
            for (int k = 0; k < count; k++) {
                double[] levels = new double[LEVELS];
                for (int level = 0; level < LEVELS; level++) {
                    levels[level] = next[k][Specials.FIRST_SYMBOL + level];
                }
                int level = Sampler.draw(levels, sampling, CounterRandom.of(seed, k, i));
                rows[k][i + 1] = Specials.FIRST_SYMBOL + level;
            }
        }
        int[][] images = new int[count][values];
        for (int k = 0; k < count; k++) {
            for (int i = 0; i < values; i++) {
                images[k][i] = rows[k][i + 1] - Specials.FIRST_SYMBOL;
            }
        }
        return images;
    }

    /** Returns the probabilities [count, V] of the value behind the first {@code length} tokens; the last ones, where the net sees no more. */
    private float[][] next(int[][] rows, int length) {
        int from = Math.max(0, length - window);
        int seen = length - from;
        int padded = Math.min(window, (seen + BUCKET - 1) / BUCKET * BUCKET);
        int[][] ids = new int[rows.length][padded];
        float[][] real = new float[rows.length][padded];
        for (int k = 0; k < rows.length; k++) {
            Arrays.fill(ids[k], tokenizer.pad());
            System.arraycopy(rows[k], from, ids[k], 0, seen);
            Arrays.fill(real[k], 0, seen, 1);
        }
        INDArray tokens = Nd4j.createFromArray(ids).castTo(DataType.FLOAT); // [count,T]
        INDArray output = net.output(false, new INDArray[] {tokens}, new INDArray[] {Nd4j.createFromArray(real)}, null)[
                0]; // [count,T,V]
        net.clearLayerMaskArrays();
        return output.get(NDArrayIndex.all(), NDArrayIndex.point(seen - 1), NDArrayIndex.all())
                .dup('c')
                .toFloatMatrix();
    }
}
