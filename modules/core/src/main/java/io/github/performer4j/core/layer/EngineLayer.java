package io.github.performer4j.core.layer;

import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.kernels.Matrix;
import java.util.List;

/**
 * A program of one input in a layer, as an engine runs it.
 *
 * @param runner the engine's
 */
record EngineLayer(ProgramRunner runner) implements FusedLayer {

    @Override
    public void forward(FusedPass pass, Matrix x, Matrix out) {
        runner.forward(new EnginePass(pass), List.of(x), out);
    }

    @Override
    public void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx) {
        runner.backward(new EnginePass(pass), List.of(x), error, List.of(dx));
    }
}
