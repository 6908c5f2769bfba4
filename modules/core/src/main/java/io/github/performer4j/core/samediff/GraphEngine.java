package io.github.performer4j.core.samediff;

import io.github.performer4j.core.engine.Engine;
import io.github.performer4j.core.engine.LossRunner;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.loss.TokenLosses;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The engine {@code graph}: each layer as a SameDiff graph, in float32 and float64, on every ND4J backend. It covers
 * all programs, and is the oracle of all other engines.
 */
public final class GraphEngine implements Engine {
    /** Its name. */
    public static final String NAME = "graph";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public boolean runs(DataType type) {
        return type == DataType.FLOAT || type == DataType.DOUBLE;
    }

    @Override
    public Optional<String> uncovered(LayerProgram program, DataType type) {
        return Optional.empty();
    }

    /** Returns nothing: the layer's graph is {@link ProgramGraph}'s. */
    @Override
    public Optional<ProgramRunner> prepare(LayerProgram program, DataType type) {
        return Optional.empty();
    }

    @Override
    public Optional<String> uncovered(LossProgram program, DataType type) {
        return Optional.empty();
    }

    /** Returns nothing: the layer's graph is {@link TokenLosses#define}'s. */
    @Override
    public Optional<LossRunner> prepare(LossProgram program, DataType type) {
        return Optional.empty();
    }

    @Override
    public boolean kernelsBeside(DataType type) {
        return false;
    }
}
