package io.github.performer4j.gpu;

import io.github.performer4j.core.engine.ProgramPass;
import io.github.performer4j.core.engine.ProgramRunner;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.gpu.program.DeviceProgram;
import io.github.performer4j.gpu.program.Host;
import io.github.performer4j.gpu.program.PackedNet;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** A program in one layer of a net, which hands rows and parameters over in the process's memory: they are copied to the device and back in each pass. */
public final class DeviceRunner implements ProgramRunner {
    private final DeviceMemory memory;
    private final DeviceProgram program;

    /** Takes no memory yet. */
    public DeviceRunner(DeviceMemory memory, LayerProgram program) {
        this.memory = memory;
        this.program = new DeviceProgram(memory, program);
        memory.closeWith(this, this.program);
    }

    /** {@inheritDoc} Where attention fits its features to each sequence, or is over a graph, it does not. */
    @Override
    public boolean packs() {
        return PackedNet.packs(program.program());
    }

    @Override
    public void forward(ProgramPass pass, List<Matrix> inputs, Matrix out) {
        synchronized (memory) {
            HostPass own = new HostPass(pass, memory.device(), program);
            program.forward(own, copy(inputs), out(out));
            Host.read(memory.device(), out(out), out);
            own.leave();
        }
    }

    private long out(Matrix out) {
        return program.room("out", (long) out.rows() * out.columns());
    }

    private List<Long> copy(List<Matrix> inputs) {
        List<Long> copies = new ArrayList<>();
        for (int side = 0; side < inputs.size(); side++) {
            copies.add(inputs.get(side) == null ? 0L : copy("input " + side, inputs.get(side)));
        }
        return copies;
    }

    private long copy(String name, Matrix rows) {
        long to = program.room(name, (long) rows.rows() * rows.columns());
        Host.write(memory.device(), rows, to);
        return to;
    }

    @Override
    public void backward(ProgramPass pass, List<Matrix> inputs, Matrix error, List<Matrix> gradients) {
        synchronized (memory) {
            HostPass own = new HostPass(pass, memory.device(), program);
            List<Value> sides = program.program().inputs();
            List<Long> targets = new ArrayList<>();
            for (int side = 0; side < sides.size(); side++) {
                Matrix to = gradients.get(side);
                targets.add(
                        to == null ? 0L : program.room("gradient of input " + side, (long) to.rows() * to.columns()));
            }
            program.backward(own, copy(inputs), out(error), copy("error", error), targets, new HashSet<>(), true);
            for (int side = 0; side < sides.size(); side++) {
                if (gradients.get(side) != null) {
                    Host.read(memory.device(), targets.get(side), gradients.get(side));
                }
            }
            own.differentiated(program.program());
        }
    }
}
