package io.github.performer4j.core.draw;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Draws initial weights from the generator that Deeplearning4j seeds before it initialises a net. */
public final class NormalTable {
    private NormalTable() {}

    /** Returns a seed for weights that are drawn by other means. */
    public static long seed() {
        return Nd4j.getRandom().nextLong();
    }

    public static void draw(INDArray table, double deviation) {
        table.assign(Nd4j.randn(table.dataType(), table.shape()).muli(deviation));
    }
}
