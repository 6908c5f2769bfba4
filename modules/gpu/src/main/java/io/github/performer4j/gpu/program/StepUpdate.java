package io.github.performer4j.gpu.program;

import io.github.performer4j.core.engine.NetProgram.Stretch;
import io.github.performer4j.gpu.device.Device;
import java.util.List;

/** Clipping by the norm of the whole gradient, and Adam's steps, on the device, which waits for nothing: where a loss or the gradient is not finite, nothing is updated. */
final class StepUpdate {
    private static final int MOST_PARTS = 512;

    private final DeviceMemory memory;
    private final List<Stretch> stretches;
    private final long length;
    private final int parts;

    StepUpdate(DeviceMemory memory, List<Stretch> stretches, long length) {
        this.memory = memory;
        this.stretches = stretches;
        this.length = length;
        parts = (int) Math.min(MOST_PARTS, (length + Launches.THREADS - 1) / Launches.THREADS);
    }

    /** Returns how many sums of squares a norm is made of. */
    int parts() {
        return parts;
    }

    /** Returns |g|₂ of what {@link #apply} left, summed in float64. */
    double norm(float... squares) {
        double sum = 0;
        for (int i = 0; i < parts; i++) {
            sum += squares[i];
        }
        return Math.sqrt(sum);
    }

    /**
     * Updates all stretches.
     *
     * @param state address of the updater's array, as the net has it
     * @param numbers address of {@link StepNumbers}
     * @param results address of {@link #parts} sums of squares, written, and the losses behind them
     * @param losses how many there are
     */
    void apply(long parameters, long gradients, long state, long numbers, long results, long losses) {
        Device device = memory.device();
        device.launch("squares", parts, 1, Launches.THREADS, gradients, length, results);
        long factor = memory.scratch().room("factor", 1);
        device.launch(
                "clip",
                1,
                1,
                Launches.THREADS,
                results,
                parts,
                at(results, parts),
                losses,
                StepNumbers.most(numbers),
                factor);
        Launches launches = new Launches(device);
        for (int i = 0; i < stretches.size(); i++) {
            Stretch s = stretches.get(i);
            launches.values(
                    "adamw",
                    s.length(),
                    at(parameters, s.from()),
                    at(gradients, s.from()),
                    at(state, s.first()),
                    at(state, s.second()),
                    s.length(),
                    factor,
                    (float) s.beta1(),
                    (float) s.beta2(),
                    (float) s.decay(),
                    StepNumbers.rate(numbers),
                    StepNumbers.stretch(numbers, i));
        }
    }

    private static long at(long array, long index) {
        return array + index * Float.BYTES;
    }
}
