package io.github.performer4j.checkpoint;

import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.data.token.Specials;
import java.util.BitSet;

/**
 * Images from a model of pixels, drawn value by value in raster order; several at once, each on a thread of its own, and none depends on what is drawn beside it. A pure function of its arguments. Thread-safe.
 *
 * <p>A value is one token behind the state of all values before it, whatever their number; where a layer keeps no state, or the model's positions end before the image does, one pass over those that it sees.
 */
public final class ImageGenerator {
    private static final int LEVELS = 256;

    private final Lanes lanes;
    private final PixelModel task;
    private final int head;

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
        lanes = new Lanes(model);
        task = pixels;
        head = model.info().data().framing().head(model.info().tokenizer());
    }

    /** Every level may follow every other. */
    private static final class Level implements Allowed.Place {
        static final Level ANY = new Level();

        private final BitSet tokens = new BitSet();

        private Level() {
            tokens.set(Specials.FIRST_SYMBOL, Specials.FIRST_SYMBOL + LEVELS);
        }

        @Override
        public BitSet tokens() {
            return tokens;
        }

        @Override
        public boolean end() {
            return false;
        }

        @Override
        public Allowed.Place after(int token) {
            return this;
        }
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
        int[] row = new int[given.length + 1];
        row[0] = head;
        for (int i = 0; i < given.length; i++) {
            row[i + 1] = Specials.FIRST_SYMBOL + given[i];
        }
        GenerationState start = new GenerationState(row, 0, given.length, Marks.at(row.length), SequenceState.empty());
        return lanes.each(count, k -> lanes.use(start, lane -> image(lane, given, sampling, seed, k)))
                .toArray(new int[0][]);
    }

    private int[] image(Lane lane, int[] given, Sampling sampling, long seed, int k) {
        int[] image = new int[task.values()];
        System.arraycopy(given, 0, image, 0, given.length);
        for (int i = given.length; i < image.length; i++) {
            image[i] = lane.draw(sampling, seed, k, Level.ANY) - Specials.FIRST_SYMBOL;
        }
        return image;
    }
}
