package io.github.performer4j.data.example;

/**
 * Cuts images into square patches, as vision Transformers read them (Dosovitskiy et al., <em>An image is worth 16×16
 * words</em>, 2021), and puts them together again.
 *
 * <pre>
 * T = (H / size)·(W / size) patches in raster order; a row holds its patch's P = size·size·C symbols in raster order
 * row value = symbol / 255
 * </pre>
 */
public final class Patches {
    private static final float FULL = 255;

    private Patches() {}

    /**
     * Cuts an image.
     *
     * @param symbols [H·W·C] 0 to 255, as in {@link Example#symbols}
     * @param shape H, W and C
     * @param size side of a patch in pixels; divides H and W
     * @return [T,P] in [0, 1]
     * @throws IllegalArgumentException if the sizes do not fit, or a symbol is none
     */
    public static float[][] cut(int[] symbols, ImageShape shape, int size) {
        int[] arranged = arrange(symbols, shape, size);
        int width = size * size * shape.channels();
        float[][] rows = new float[count(shape, size)][width];
        for (int i = 0; i < arranged.length; i++) {
            rows[i / width][i % width] = value(arranged[i]);
        }
        return rows;
    }

    /**
     * Puts the symbols of an image into the order of its patches, so that they need a byte each until they are rows.
     *
     * @param symbols [H·W·C] 0 to 255, as in {@link Example#symbols}
     * @param shape H, W and C
     * @param size side of a patch in pixels; divides H and W
     * @return [T·P] the same symbols, patch by patch
     * @throws IllegalArgumentException if the sizes do not fit, or a symbol is none
     */
    public static int[] arrange(int[] symbols, ImageShape shape, int size) {
        require(shape, size);
        if (symbols.length != shape.symbols()) {
            throw new IllegalArgumentException(
                    "an image must have as many symbols as its shape; shape=" + shape + ", symbols=" + symbols.length);
        }
        int width = size * size * shape.channels();
        int[] arranged = new int[symbols.length];
        for (int i = 0; i < symbols.length; i++) {
            if (symbols[i] < 0 || symbols[i] > FULL) {
                throw new IllegalArgumentException("a symbol must be 0 to 255; place=" + i + ", symbol=" + symbols[i]);
            }
            arranged[row(i, shape, size) * width + column(i, shape, size)] = symbols[i];
        }
        return arranged;
    }

    /** Returns the value of a symbol in a row: symbol / 255. */
    public static float value(int symbol) {
        return symbol / FULL;
    }

    /**
     * Puts patches together: the inverse of {@link #cut}. Values beyond [0, 1] are cut off at its ends.
     *
     * @param rows [T,P]
     * @param shape H, W and C of the image
     * @param size side of a patch in pixels; divides H and W
     * @return [H·W·C] 0 to 255, each the nearest to its value
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public static int[] join(float[][] rows, ImageShape shape, int size) {
        require(shape, size);
        int width = size * size * shape.channels();
        if (rows.length != count(shape, size)) {
            throw new IllegalArgumentException("patches must be as many as the image has; shape=" + shape + ", size="
                    + size + ", patches=" + rows.length);
        }
        for (float[] row : rows) {
            if (row.length != width) {
                throw new IllegalArgumentException(
                        "a patch must have " + width + " values; shape=" + shape + ", values=" + row.length);
            }
        }
        int[] symbols = new int[shape.symbols()];
        for (int i = 0; i < symbols.length; i++) {
            float value = rows[row(i, shape, size)][column(i, shape, size)];
            symbols[i] = Math.round(FULL * Math.min(1, Math.max(0, value)));
        }
        return symbols;
    }

    /**
     * Returns P, the values of a row.
     *
     * @throws IllegalArgumentException if the side of a patch does not divide height and width
     */
    public static int width(ImageShape shape, int size) {
        require(shape, size);
        return size * size * shape.channels();
    }

    private static void require(ImageShape shape, int size) {
        if (size < 1 || shape.height() % size != 0 || shape.width() % size != 0) {
            throw new IllegalArgumentException(
                    "the side of a patch must divide height and width; size=" + size + ", shape=" + shape);
        }
    }

    private static int count(ImageShape shape, int size) {
        return (shape.height() / size) * (shape.width() / size);
    }

    private static int row(int symbol, ImageShape shape, int size) {
        int y = symbol / (shape.width() * shape.channels());
        int x = symbol / shape.channels() % shape.width();
        return y / size * (shape.width() / size) + x / size;
    }

    private static int column(int symbol, ImageShape shape, int size) {
        int y = symbol / (shape.width() * shape.channels());
        int x = symbol / shape.channels() % shape.width();
        return (y % size * size + x % size) * shape.channels() + symbol % shape.channels();
    }
}
