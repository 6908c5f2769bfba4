package io.github.performer4j.data.example;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The pixels of a decoded image as numbers 0 to 255, by the numbers that the file holds: no colour profile and no gamma
 * is applied.
 *
 * <pre>
 * v of b bits      round(255·v / (2ᵇ − 1))
 * palettes         the colour of the entry
 * alpha a          laid over white: round((v·a + 255·(255 − a)) / 255)
 * colour to grey   (19595 R + 38470 G + 7471 B + 32768) / 65536, ITU-R BT.601 in fixed point, as Pillow does
 * grey to colour   R = G = B
 * </pre>
 */
final class Pixels {
    private static final int FULL = 255;
    private static final int COLOURS = 3;
    private static final int[] LUMA = {19595, 38470, 7471};
    private static final int HALF = 1 << 15;
    private static final int SHIFT = 16;

    private final BufferedImage image;
    private final Raster raster;
    private final ColorModel model;
    private final int[] sample;
    private final int[] colour = new int[COLOURS];

    /** Looks at an image whose colours are grey, red, green and blue, or a palette. */
    Pixels(BufferedImage image) {
        this.image = image;
        raster = image.getRaster();
        model = image.getColorModel();
        sample = new int[raster.getNumBands()];
    }

    /** Returns 1 for an image without colour, 3 for one that may have some. */
    int channels() {
        if (!(model instanceof IndexColorModel palette)) {
            return sample.length - alphaBands() == 1 ? 1 : COLOURS;
        }
        for (int i = 0; i < palette.getMapSize(); i++) {
            if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
                return COLOURS;
            }
        }
        return 1;
    }

    private int alphaBands() {
        return model.hasAlpha() ? 1 : 0;
    }

    /**
     * Returns the symbols.
     *
     * @param channels 1 or 3
     * @return [H·W·channels] in raster order, the channels of a pixel side by side
     */
    int[] symbols(int channels) {
        boolean grey = channels() == 1;
        int[] symbols = new int[image.getHeight() * image.getWidth() * channels];
        int n = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                read(x, y);
                if (channels == COLOURS) {
                    System.arraycopy(colour, 0, symbols, n, COLOURS);
                } else {
                    symbols[n] = grey ? colour[0] : luma();
                }
                n += channels;
            }
        }
        return symbols;
    }

    private int luma() {
        int sum = HALF;
        for (int i = 0; i < COLOURS; i++) {
            sum += LUMA[i] * colour[i];
        }
        return sum >> SHIFT;
    }

    /** Puts the pixel's colour where it is looked for. */
    private void read(int x, int y) {
        raster.getPixel(x, y, sample);
        int alpha;
        if (model instanceof IndexColorModel palette) {
            colour[0] = palette.getRed(sample[0]);
            colour[1] = palette.getGreen(sample[0]);
            colour[2] = palette.getBlue(sample[0]);
            alpha = palette.getAlpha(sample[0]);
        } else {
            boolean grey = sample.length - alphaBands() == 1;
            for (int i = 0; i < COLOURS; i++) {
                colour[i] = scaled(grey ? 0 : i);
            }
            alpha = model.hasAlpha() ? scaled(sample.length - 1) : FULL;
        }
        for (int i = 0; i < COLOURS && alpha < FULL; i++) {
            colour[i] = (colour[i] * alpha + FULL * (FULL - alpha) + FULL / 2) / FULL;
        }
    }

    private int scaled(int band) {
        int most = (1 << model.getComponentSize(band)) - 1;
        return (FULL * sample[band] + most / 2) / most;
    }
}
