package io.github.performer4j.core.base;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.workspace.EnginePass;
import io.github.performer4j.core.workspace.FusedLayer;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A program of one input in a layer, as an engine runs it.
 *
 * @param runner the engine's
 * @param columns of the output
 */
public record EngineLayer(ProgramRunner runner, int columns) implements FusedLayer {

    /** Returns the runtime of a layer by a program of one input: what an engine prepares, or else the layer's graph. */
    public static GraphRuntime runtime(NeuralNetConfiguration conf, DataType type, LayerProgram program) {
        int columns = program.output().columns();
        return prepared(conf, type, program)
                .<GraphRuntime>map(runner -> SequenceParts.onKernels(conf, type, new EngineLayer(runner, columns)))
                .orElseGet(() -> SequenceParts.onGraph(conf, type));
    }

    /** Returns what an engine prepares for a layer; empty if its graph is to run. What attention objects to is told. */
    public static Optional<ProgramRunner> prepared(NeuralNetConfiguration conf, DataType type, LayerProgram program) {
        for (Op op : program.ops()) {
            if (op instanceof Op.Attend attend) {
                AttentionPart.tellObjection(attend.options());
            } else if (op instanceof Op.AttendGraph attend) {
                AttentionPart.tellObjection(attend.options());
            }
        }
        return Engines.prepare(program, type, conf.getLayer().getLayerName());
    }

    @Override
    public int columns(int in) {
        return columns;
    }

    @Override
    public boolean packs() {
        return runner.packs();
    }

    @Override
    public void forward(FusedPass pass, Matrix x, Matrix out) {
        runner.forward(new EnginePass(pass), List.of(x), out);
    }

    @Override
    public void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx) {
        runner.backward(new EnginePass(pass), List.of(x), error, List.of(dx));
    }
}
