package io.github.performer4j.cli.show;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Small images side by side in one PNG, each pixel drawn several times larger, thin lines between them. */
public final class ImageSheet {
    private static final int LINE = 1;
    private static final int SIDE = 112;
    private static final int GREY = 0x808080;

    private ImageSheet() {}

    /**
     * Draws a sheet.
     *
     * @param images [n, H·W·C] values 0 to 255 in raster order
     * @param height H
     * @param width W
     * @param channels 1 or 3
     */
    public static byte[] png(int[][] images, int height, int width, int channels) throws IOException {
        int columns = (int) Math.ceil(Math.sqrt(images.length));
        int rows = (images.length + columns - 1) / columns;
        int scale = Math.max(1, SIDE / Math.max(height, width));
        int across = width * scale + LINE;
        int down = height * scale + LINE;
        BufferedImage sheet =
                new BufferedImage(columns * across + LINE, rows * down + LINE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < sheet.getHeight(); y++) {
            for (int x = 0; x < sheet.getWidth(); x++) {
                sheet.setRGB(x, y, GREY);
            }
        }
        for (int k = 0; k < images.length; k++) {
            int left = k % columns * across + LINE;
            int top = k / columns * down + LINE;
            for (int y = 0; y < height * scale; y++) {
                for (int x = 0; x < width * scale; x++) {
                    int at = (y / scale * width + x / scale) * channels;
                    sheet.setRGB(left + x, top + y, colour(images[k], at, channels));
                }
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(sheet, "png", bytes);
        return bytes.toByteArray();
    }

    private static int colour(int[] values, int at, int channels) {
        int green = channels == 1 ? values[at] : values[at + 1];
        int blue = channels == 1 ? values[at] : values[at + 2];
        return (values[at] << 16) | (green << 8) | blue;
    }
}
