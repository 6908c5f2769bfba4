package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * Turns pairs of columns of each head by an angle that grows with the token's place, in place: {@code (a, b) ← (a cos θ − b sin θ, a sin θ + b cos θ)}.
 *
 * @param pairs pairs of a head
 * @param step columns from the first of one pair to the first of the next
 * @param distance columns from the first to the second of a pair
 * @param cosines of token and pair, [T,pairs]
 * @param sines of token and pair, [T,pairs]
 */
public record Rotation(int pairs, int step, int distance, float[] cosines, float[] sines) {

    /** Returns T, the number of places that there are angles for. */
    public int tokens() {
        return cosines.length / pairs;
    }

    /**
     * Turns rows.
     *
     * @param x [n,H·D], rows of sequences that lie one behind the other
     * @param firstRow number of the first row in all sequences
     * @param tokens T of each sequence
     * @param offset place of each sequence's first row
     * @param heads H
     * @param back whether to turn backward, as gradients do
     * @throws IllegalArgumentException if sequences are longer than {@link #tokens}, or a head has too few columns
     */
    public void apply(Matrix x, int firstRow, int tokens, int offset, int heads, boolean back) {
        int size = x.columns() / heads;
        if (offset < 0 || tokens > tokens() - offset || (pairs - 1) * step + distance >= size) {
            throw new IllegalArgumentException("angles must reach all tokens, pairs lie in their head; tokens=" + tokens
                    + ", offset=" + offset + ", angles=" + tokens() + ", headSize=" + size + ", pairs=" + pairs);
        }
        float sign = back ? -1 : 1;
        float[] row = new float[x.columns()];
        for (int r = 0; r < x.rows(); r++) {
            x.block().read(x.at(r), row, 0, row.length);
            int at = (offset + (firstRow + r) % tokens) * pairs;
            for (int h = 0; h < heads; h++) {
                if (step == 1) {
                    halves(row, h * size, at, sign);
                } else {
                    interleaved(row, h * size, at, sign);
                }
            }
            x.block().write(x.at(r), row, 0, row.length);
        }
    }

    private void halves(float[] row, int from, int at, float sign) {
        for (int i = 0; i < pairs; i++) {
            float c = cosines[at + i];
            float s = sign * sines[at + i];
            float a = row[from + i];
            float b = row[from + i + distance];
            row[from + i] = a * c - b * s;
            row[from + i + distance] = a * s + b * c;
        }
    }

    private void interleaved(float[] row, int from, int at, float sign) {
        for (int i = 0; i < pairs; i++) {
            int first = from + i * step;
            float c = cosines[at + i];
            float s = sign * sines[at + i];
            float a = row[first];
            float b = row[first + distance];
            row[first] = a * c - b * s;
            row[first + distance] = a * s + b * c;
        }
    }
}
