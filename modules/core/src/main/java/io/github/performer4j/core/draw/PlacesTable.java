package io.github.performer4j.core.draw;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The places of T tokens in a table of positions, [T,table]: 1 at a token's own.
 *
 * @param first of the T tokens
 * @param tokens T
 * @param table how many places there are
 */
public record PlacesTable(long first, long tokens, int table) implements Draw {
    @Override
    public long[] shape() {
        return new long[] {tokens, table};
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if there are fewer places
     */
    @Override
    public INDArray draw(Key key, DataType type) {
        INDArray places = Nd4j.zeros(type, tokens, table);
        for (long t = 0; t < tokens; t++) {
            places.putScalar(t, first + t, 1);
        }
        return places;
    }

    @Override
    public Draw at(long offset) {
        return new PlacesTable(offset, tokens, table);
    }

    @Override
    public Object relevant(Key key) {
        return "";
    }
}
