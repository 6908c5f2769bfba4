package io.github.performer4j.gpu;

import io.github.performer4j.core.engine.Engine;
import io.github.performer4j.core.engine.LossRunner;
import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.gpu.program.DeviceStepper;
import io.github.performer4j.gpu.program.PackedNet;
import io.github.performer4j.gpu.program.StepOptions;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The engine {@code cuda}: programs on an NVIDIA device, float32. It runs only where it is asked for, and then where there is a device: {@code -Dperformer4j.engine=cuda}.
 *
 * <p>What it does not cover (masks of trees and of grids, feature maps of a user's own that the kernels do not know) goes to the next engine, layer by layer.
 */
public final class CudaEngine implements Engine {
    /** Its name. */
    public static final String NAME = "cuda";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return -10;
    }

    @Override
    public boolean runs(DataType type) {
        return type == DataType.FLOAT && Devices.memory().isPresent();
    }

    @Override
    public Optional<String> uncovered(LayerProgram program, DataType type) {
        return Coverage.uncovered(program);
    }

    @Override
    public Optional<ProgramRunner> prepare(LayerProgram program, DataType type) {
        return Optional.of(new DeviceRunner(memory(), program));
    }

    @Override
    public Optional<String> uncovered(LossProgram program, DataType type) {
        return Coverage.uncovered(program.logits());
    }

    @Override
    public Optional<LossRunner> prepare(LossProgram program, DataType type) {
        return Optional.of(new DeviceLoss(memory(), program));
    }

    @Override
    public boolean ownMemory() {
        return true;
    }

    /** {@inheritDoc} Orthogonal weights, which are made on the host, are not covered. */
    @Override
    public Optional<Stepper> stepper(NetProgram program, ComputationGraph net) {
        if (!covers(program)) {
            return Optional.empty();
        }
        StepOptions options = StepOptions.asked();
        return Optional.of(new DeviceStepper(Devices.require(options.devices()), program, net, options));
    }

    private static boolean covers(NetProgram program) {
        return program.stages().stream()
                        .allMatch(stage ->
                                Coverage.uncovered(stage.program()).isEmpty() && Coverage.onDevice(stage.program()))
                && Coverage.uncovered(program.head().program().logits()).isEmpty();
    }

    /** {@inheritDoc} Features that are fitted to each sequence are not. Nets that run layer by layer take packed rows apart where a layer does not have them as they are. */
    @Override
    public boolean packs(NetProgram program) {
        return !covers(program) || PackedNet.of(program).packs();
    }

    private static DeviceMemory memory() {
        return Devices.require();
    }

    @Override
    public Optional<String> arithmetic() {
        return Devices.memory().map(memory -> "device=" + memory.device().description());
    }
}
