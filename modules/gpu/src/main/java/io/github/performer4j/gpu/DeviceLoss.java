package io.github.performer4j.gpu;

import io.github.performer4j.core.engine.LossRunner;
import io.github.performer4j.core.engine.ProgramPass;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.gpu.program.DeviceProgram;
import io.github.performer4j.gpu.program.Host;
import io.github.performer4j.gpu.program.LossRows;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.HashSet;

/** A {@link LossProgram} in one layer of a net, which hands rows, labels and parameters over in the process's memory. */
final class DeviceLoss implements LossRunner {
    private final DeviceMemory memory;
    private final DeviceProgram program;
    private final LossRows rows;

    DeviceLoss(DeviceMemory memory, LossProgram loss) {
        this.memory = memory;
        program = new DeviceProgram(memory, loss.logits());
        rows = new LossRows(memory, program);
        memory.closeWith(this, program);
    }

    private long copy(Matrix x) {
        long to = program.room("x", (long) x.rows() * x.columns());
        Host.write(memory.device(), x, to);
        return to;
    }

    @Override
    public void activate(ProgramPass pass, Matrix x, Matrix out) {
        synchronized (memory) {
            HostPass own = new HostPass(pass, memory.device(), program);
            long from = copy(x);
            rows.chunks(x.rows(), (first, n) -> {
                long logits = rows.softmax(own.part(first, n), from, first, n);
                Host.read(memory.device(), logits, out.rows(first, first + n));
            });
        }
    }

    @Override
    public double loss(ProgramPass pass, Matrix x, int[] labels) {
        synchronized (memory) {
            return rows.loss(pass(pass, x, labels), x.rows());
        }
    }

    private LossRows.Pass pass(ProgramPass pass, Matrix x, int... labels) {
        Device device = memory.device();
        HostPass own = new HostPass(pass, device, program);
        long ids = program.room("labels", labels.length);
        device.write(ids, labels);
        return new LossRows.Pass(own::part, copy(x), ids);
    }

    @Override
    public double differentiate(ProgramPass pass, Matrix x, int[] labels, float weight, Matrix dx) {
        synchronized (memory) {
            HostPass own = new HostPass(pass, memory.device(), program);
            long to = program.room("dx", (long) dx.rows() * dx.columns());
            double loss = rows.differentiate(pass(pass, x, labels), x.rows(), weight, to, new HashSet<>());
            Host.read(memory.device(), to, dx);
            own.differentiated(program.program());
            return loss;
        }
    }
}
