package io.github.performer4j.core.layer;

import io.github.performer4j.core.draw.NormalTable;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * How tables begin, unless a layer's builder says otherwise: N(0, deviation²), whatever their shape.
 *
 * @param deviation standard deviation
 */
public record TableInit(@JsonProperty("deviation") double deviation) implements IWeightInit {
    /** That of GPT-2 and BERT. */
    static final TableInit DEFAULT = new TableInit(0.02);

    @Override
    public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray view) {
        NormalTable.draw(view, deviation);
        return view.reshape(order, shape);
    }
}
