package io.github.performer4j.core.draw;

import io.github.performer4j.core.attention.Rotary;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Cosines or sines of {@link Rotary} positions, [T,D], each angle in both columns of its pair; columns that do not turn have cosine 1 and sine 0.
 *
 * @param headSize D
 * @param first of the T tokens
 * @param tokens T
 */
public record RotaryTable(Rotary rotary, int headSize, boolean sines, long first, long tokens) implements Draw {
    @Override
    public long[] shape() {
        return new long[] {tokens, headSize};
    }

    @Override
    public INDArray draw(Key key, DataType type) {
        double[][] table = new double[Math.toIntExact(tokens)][headSize];
        int columns = rotary.columns(headSize);
        for (int t = 0; t < table.length; t++) {
            Arrays.fill(table[t], sines ? 0 : 1);
            for (int i = 0; i < columns / 2; i++) {
                double angle = (first + t) * rotary.angle(i, columns);
                int a = rotary.first(i);
                table[t][a] = sines ? Math.sin(angle) : Math.cos(angle);
                table[t][a + rotary.distance(columns)] = table[t][a];
            }
        }
        return Nd4j.create(table).castTo(type);
    }

    @Override
    public Draw at(long offset) {
        return new RotaryTable(rotary, headSize, sines, offset, tokens);
    }

    @Override
    public Object relevant(Key key) {
        return "";
    }
}
