package io.github.performer4j.core.sides;

import io.github.performer4j.core.layer.SidesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;

/** The type of what a {@link SidesVertex} gives on: two sequences, each with its width and, if known, its length. */
public final class SidesType extends InputType {
    private final InputTypeRecurrent x;
    private final InputTypeRecurrent memory;

    public SidesType(InputTypeRecurrent x, InputTypeRecurrent memory) {
        this.x = x;
        this.memory = memory;
    }

    /** Returns the type of the sequence that asks. */
    InputTypeRecurrent x() {
        return x;
    }

    /** Returns the type of the sequence that answers. */
    InputTypeRecurrent memory() {
        return memory;
    }

    @Override
    public Type getType() {
        return Type.FF;
    }

    @Override
    public long arrayElementsPerExample() {
        return x.arrayElementsPerExample() + memory.arrayElementsPerExample();
    }

    @Override
    public long[] getShape(boolean includeBatchDim) {
        return includeBatchDim ? new long[] {1, -1} : new long[] {-1};
    }

    @Override
    public long[] getShape() {
        return getShape(false);
    }

    @Override
    public String toString() {
        return "SidesType(x=" + x + ", memory=" + memory + ")";
    }
}
