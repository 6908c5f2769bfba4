package io.github.performer4j.core.cpu;

import io.github.performer4j.core.engine.Engine;
import io.github.performer4j.core.engine.LossRunner;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/** The engine {@code cpu}: programs on kernels written by hand, float32, on ND4J's CPU backend. */
public final class CpuEngine implements Engine {
    /** Its name. */
    public static final String NAME = "cpu";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 100;
    }

    @Override
    public boolean runs(DataType type) {
        return kernelsBeside(type);
    }

    @Override
    public Optional<String> uncovered(LayerProgram program, DataType type) {
        return Optional.ofNullable(CpuProgram.uncovered(program));
    }

    @Override
    public Optional<ProgramRunner> prepare(LayerProgram program, DataType type) {
        return Optional.of(new CpuProgram(program));
    }

    @Override
    public Optional<String> uncovered(LossProgram program, DataType type) {
        return Optional.ofNullable(CpuProgram.uncovered(program.logits()));
    }

    @Override
    public Optional<LossRunner> prepare(LossProgram program, DataType type) {
        return Optional.of(new CpuLoss(program));
    }
}
