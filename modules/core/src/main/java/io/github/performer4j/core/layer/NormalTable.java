package io.github.performer4j.core.layer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Draws tables of embeddings from the generator that Deeplearning4j seeds before it initialises a net. */
final class NormalTable {
    private NormalTable() {}

    static void draw(INDArray table, double deviation) {
        table.assign(Nd4j.randn(table.dataType(), table.shape()).muli(deviation));
    }
}
