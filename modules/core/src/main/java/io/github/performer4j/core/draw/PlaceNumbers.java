package io.github.performer4j.core.draw;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The places of T tokens as numbers, [T,1], for positions that are a function of them and have no table that ends.
 *
 * @param first of the T tokens
 * @param tokens T
 */
public record PlaceNumbers(long first, long tokens) implements Draw {
    @Override
    public long[] shape() {
        return new long[] {tokens, 1};
    }

    @Override
    public INDArray draw(Key key, DataType type) {
        INDArray places = Nd4j.createUninitialized(type, tokens, 1);
        for (long t = 0; t < tokens; t++) {
            places.putScalar(t, 0, first + t);
        }
        return places;
    }

    @Override
    public Draw at(long offset) {
        return new PlaceNumbers(offset, tokens);
    }

    @Override
    public Object relevant(Key key) {
        return "";
    }
}
