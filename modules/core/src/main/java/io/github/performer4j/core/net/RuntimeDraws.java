package io.github.performer4j.core.net;

import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.math.CounterRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The draws of a layer of a net that is trained in an engine's memory.
 *
 * @param runtime whose counters name them
 */
record RuntimeDraws(GraphRuntime runtime) implements NetProgram.Draws {
    @Override
    public void checkLength(int tokens) {
        runtime.definition().checkLength(tokens);
    }

    @Override
    public INDArray projection(Op.Attend op) {
        runtime.begin(true);
        ProjectionDraw draw = ProjectionDraw.of(op.options(), op.keySize(), op.scope());
        return draw == null ? null : runtime.drawn(draw);
    }

    @Override
    public long dropoutKey(Op.Drop op, int microBatch) {
        runtime.begin(true);
        Draw.Key key = runtime.drawKey();
        return CounterRandom.mix(key.seed(), key.layer(), key.iteration(), microBatch, op.site());
    }
}
