package io.github.performer4j.data.example;

/**
 * The size of an image.
 *
 * @param height rows, positive
 * @param width pixels in a row, positive
 * @param channels 1 grey, 3 red, green, blue
 */
public record ImageShape(int height, int width, int channels) {
    /** The most symbols an image may have: 2²⁶. */
    public static final int MAX_SYMBOLS = 1 << 26;

    private static final int COLOURS = 3;

    /** Checks that an array can hold the image. */
    public ImageShape {
        if (height < 1 || width < 1 || (channels != 1 && channels != COLOURS)) {
            throw new IllegalArgumentException("an image must have rows, columns and 1 or 3 channels; height=" + height
                    + ", width=" + width + ", channels=" + channels);
        }
        if ((long) height * width > MAX_SYMBOLS / channels) {
            throw new IllegalArgumentException("an image may have " + MAX_SYMBOLS + " symbols; height=" + height
                    + ", width=" + width + ", channels=" + channels);
        }
    }

    /** Returns H·W·C. */
    public int symbols() {
        return height * width * channels;
    }

    @Override
    public String toString() {
        return height + "×" + width + "×" + channels;
    }
}
