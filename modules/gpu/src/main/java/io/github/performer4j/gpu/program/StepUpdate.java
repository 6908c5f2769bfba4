package io.github.performer4j.gpu.program;

import io.github.performer4j.core.engine.NetProgram.Stretch;
import io.github.performer4j.gpu.device.Device;
import java.util.List;

/** Clipping by the norm of the whole gradient, and Adam's steps, on the device. */
final class StepUpdate {
    private static final int PARTS = 512;

    private final DeviceMemory memory;
    private final List<Stretch> stretches;
    private final long length;

    StepUpdate(DeviceMemory memory, List<Stretch> stretches, long length) {
        this.memory = memory;
        this.stretches = stretches;
        this.length = length;
    }

    /** Returns |g|₂, summed in float64 from sums of blocks. */
    double norm(long gradients) {
        Device device = memory.device();
        long parts = memory.scratch().room("squares", PARTS);
        device.launch("squares", PARTS, 1, Launches.THREADS, gradients, length, parts);
        float[] sums = new float[PARTS];
        device.read(parts, sums, 0, PARTS);
        double sum = 0;
        for (float part : sums) {
            sum += part;
        }
        return Math.sqrt(sum);
    }

    /**
     * Updates all stretches.
     *
     * @param state address of the updater's array, as the net has it
     * @param factor of the gradient, for clipping
     * @param iteration updates done before
     */
    void apply(long parameters, long gradients, long state, double factor, long iteration, double rate) {
        Launches launches = new Launches(memory.device());
        for (Stretch s : stretches) {
            double second = 1 - Math.pow(s.beta2(), iteration + 1.0);
            launches.values(
                    "adamw",
                    s.length(),
                    at(parameters, s.from()),
                    at(gradients, s.from()),
                    at(state, s.first()),
                    at(state, s.second()),
                    s.length(),
                    (float) factor,
                    (float) s.beta1(),
                    (float) s.beta2(),
                    (float) (s.epsilon() / Math.sqrt(second)),
                    (float) rate,
                    (float) s.decay(),
                    (float) (1 - Math.pow(s.beta1(), iteration + 1.0)),
                    (float) second);
        }
    }

    private static long at(long array, long index) {
        return array + index * Float.BYTES;
    }
}
