package io.github.performer4j.core.draw;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Sinusoidal positions: {@code P[t,2i] = sin(t / 10000^{2i/E})}, {@code P[t,2i+1] = cos(t / 10000^{2i/E})}, times a scale, from token {@code first} on. Source: arXiv 1706.03762, §3.5.
 *
 * @param first of the T tokens
 * @param tokens T
 * @param width E
 * @param scale factor that matches the table to the embedding's standard deviation
 */
public record SinusoidalTable(long first, long tokens, int width, double scale) implements Draw {
    private static final double BASE = 10_000;

    @Override
    public long[] shape() {
        return new long[] {tokens, width};
    }

    @Override
    public INDArray draw(Key key, DataType type) {
        double[][] p = new double[Math.toIntExact(tokens)][width];
        double[] wavelengths = wavelengths();
        for (int t = 0; t < p.length; t++) {
            for (int i = 0; i < width; i++) {
                p[t][i] = value(first + t, i, wavelengths);
            }
        }
        return Nd4j.create(p).castTo(type);
    }

    /** Returns {@code 10000^{2i/E}} for each column. */
    public double[] wavelengths() {
        double[] all = new double[width];
        for (int i = 0; i < width; i++) {
            all[i] = Math.pow(BASE, (i - i % 2) / (double) width);
        }
        return all;
    }

    /** Returns P[t,i]. */
    public double value(long t, int i, double... wavelengths) {
        double angle = t / wavelengths[i];
        return scale * (i % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
    }

    @Override
    public Draw at(long offset) {
        return new SinusoidalTable(offset, tokens, width, scale);
    }

    @Override
    public Object relevant(Key key) {
        return "";
    }
}
