package io.github.performer4j.core.task;

/**
 * The next pixel of an image in raster order, predicted from those before it; measured in bits per dimension (Theis and others, <em>A note on the evaluation of generative models</em>, 2016).
 *
 * @param height rows of the images; 0 until the data tells it
 * @param width pixels of a row; 0 until the data tells it
 * @param channels 1 for grey, 3 for colour, the channels of a pixel side by side; 0 until the data tells it
 */
public record PixelModel(int height, int width, int channels) implements Task {
    /** Name in configurations. */
    public static final String NAME = "pixels";

    /** Checks the size. */
    public PixelModel {
        boolean known = height > 0 && width > 0 && channels > 0;
        if (!known && (height != 0 || width != 0 || channels != 0)) {
            throw new IllegalArgumentException("the images' size must be known whole, or not at all; height=" + height
                    + ", width=" + width + ", channels=" + channels);
        }
    }

    /** Takes the size of the data's images. */
    public PixelModel() {
        this(0, 0, 0);
    }

    /** Returns the number of values of an image, H·W·C. */
    public int values() {
        return Math.multiplyExact(Math.multiplyExact(height, width), channels);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String purpose() {
        return "generates images pixel by pixel" + (height == 0 ? "" : ", " + height + "×" + width + "×" + channels);
    }

    @Override
    public String missing() {
        return height == 0 ? "task.height, task.width and task.channels" : null;
    }

    @Override
    public Boolean causal() {
        return true;
    }

    @Override
    public boolean predictsTokens() {
        return true;
    }

    @Override
    public void head(HeadPlace place) {
        LanguageModels.head(place);
    }
}
