package io.github.performer4j.core.base;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.workspace.EnginePass;
import io.github.performer4j.core.workspace.FusedLayer;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.buffer.DataType;

/** A program that pools sequences of any width, as an engine runs it: prepared when the first input shows the width. */
public final class PooledLayer implements FusedLayer {
    private final String layer;
    private final DataType type;
    private final IntFunction<LayerProgram> program;
    private ProgramRunner runner;
    private int width;

    /**
     * Takes the programs.
     *
     * @param layer its name, for the log
     * @param program by width; one that an engine runs
     */
    public PooledLayer(String layer, DataType type, IntFunction<LayerProgram> program) {
        this.layer = layer;
        this.type = type;
        this.program = program;
    }

    @Override
    public boolean pools() {
        return true;
    }

    private ProgramRunner runner(int columns) {
        if (columns != width) {
            runner = Engines.prepare(program.apply(columns), type, layer).orElseThrow();
            width = columns;
        }
        return runner;
    }

    @Override
    public void forward(FusedPass pass, Matrix x, Matrix out) {
        runner(x.columns()).forward(new EnginePass(pass), List.of(x), out);
    }

    @Override
    public void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx) {
        runner(x.columns()).backward(new EnginePass(pass), List.of(x), error, List.of(dx));
    }
}
