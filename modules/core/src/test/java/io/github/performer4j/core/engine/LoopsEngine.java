package io.github.performer4j.core.engine;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.kernels.math.Activation;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * An engine of someone else's: plain loops, for programs of products, sums, ReLU and dropout. Of negative rank, it
 * runs only where it is asked for.
 */
public final class LoopsEngine implements Engine {
    /** Forward and backward passes of all its runners. */
    public static final AtomicInteger FORWARD = new AtomicInteger();

    public static final AtomicInteger BACKWARD = new AtomicInteger();

    @Override
    public String name() {
        return "loops";
    }

    @Override
    public int rank() {
        return -1;
    }

    @Override
    public boolean runs(DataType type) {
        return type == DataType.FLOAT;
    }

    @Override
    public Optional<String> uncovered(LayerProgram program, DataType type) {
        return program.ops().stream()
                .filter(op -> !covers(op))
                .map(op -> "operation=" + op.getClass().getSimpleName())
                .findFirst();
    }

    private static boolean covers(Op op) {
        return op instanceof Op.Add
                || op instanceof Op.Drop
                || op instanceof Op.Activate activate && activate.f() == Activation.RELU
                || op instanceof Op.Linear linear && linear.weight() instanceof Weight.Plain;
    }

    @Override
    public Optional<ProgramRunner> prepare(LayerProgram program, DataType type) {
        return Optional.of(new LoopsRunner(program));
    }

    @Override
    public Optional<String> uncovered(LossProgram program, DataType type) {
        return uncovered(program.logits(), type);
    }

    @Override
    public Optional<LossRunner> prepare(LossProgram program, DataType type) {
        return Optional.of(new LoopsLoss(program, new LoopsRunner(program.logits())));
    }

    @Override
    public Optional<String> arithmetic() {
        return Optional.of("precision=float64 inside");
    }
}
