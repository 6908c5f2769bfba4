package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.gpu.device.Arena;
import io.github.performer4j.kernels.OrthogonalFrame;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A program on a device, forward and backward, operation by operation; what it keeps lies in memory of its own. Callers hold the lock of the device's {@link DeviceMemory}. */
public final class DeviceProgram implements AutoCloseable {
    private final DeviceMemory memory;
    private final LayerProgram program;
    private final Arena lasting; // tables, and what callers ask for
    private final Arena kept; // values from the forward to the backward pass
    private final Tables tables;
    private final Map<Weight, OrthogonalFrame> frames = new HashMap<>();

    /** Takes no memory yet. */
    public DeviceProgram(DeviceMemory memory, LayerProgram program) {
        this(memory, program, new Arena(memory.device()));
    }

    /**
     * The same, with values in memory that other programs use, too: its forward pass must be made again before its backward pass if one of theirs came between.
     *
     * @param kept closed with this program
     */
    DeviceProgram(DeviceMemory memory, LayerProgram program, Arena kept) {
        this.memory = memory;
        this.program = program;
        this.kept = kept;
        lasting = new Arena(memory.device());
        tables = new Tables(memory.device(), lasting);
    }

    /** Returns what it computes. */
    public LayerProgram program() {
        return program;
    }

    /** Returns memory for an input or the output, for callers that have none. */
    public long room(String name, long values) {
        return lasting.room(name, values);
    }

    /**
     * Computes the output.
     *
     * @param inputs addresses of rows, in the order of sides; 0 for ids
     * @param out address of the output
     */
    public void forward(DevicePass pass, List<Long> inputs, long out) {
        DeviceRun run = begin(pass, inputs, out, new HashSet<>());
        boolean counts = pass.countsUnderflows()
                && program.ops().stream().anyMatch(op -> op instanceof Op.Attend || op instanceof Op.AttendGraph);
        if (counts) {
            run.device.zero(run.underflows(), Integer.BYTES);
        }
        Forward forward = new Forward(run, new DeviceWeights(run, frames), tables);
        program.ops().forEach(op -> op.accept(forward));
        if (counts) {
            int[] underflows = new int[1];
            run.device.read(run.underflows(), underflows);
            pass.addUnderflows(underflows[0]);
        }
    }

    private DeviceRun begin(DevicePass pass, List<Long> inputs, long out, Set<Object> begun) {
        DeviceRun run = new DeviceRun(memory, kept, tables, program, pass, begun);
        for (int side = 0; side < inputs.size(); side++) {
            run.put(program.inputs().get(side), inputs.get(side));
        }
        run.put(program.output(), out);
        return run;
    }

    /**
     * Computes all gradients, of a pass whose {@link #forward} was the last.
     *
     * @param out address of the output, as {@link #forward} wrote it
     * @param error address of the derivative with respect to the output
     * @param gradients addresses of those with respect to inputs, written; 0 for ids and for those that nobody wants
     * @param begun names of parameters whose gradients hold a sum to which is added; takes those that this pass writes
     * @param last whether no further pass adds to it, so that what got nothing becomes 0
     */
    public void backward(
            DevicePass pass,
            List<Long> inputs,
            long out,
            long error,
            List<Long> gradients,
            Set<Object> begun,
            boolean last) {
        begun.removeIf(Value.class::isInstance);
        DeviceRun run = begin(pass, inputs, out, begun);
        run.putGradient(program.output(), error);
        run.adds(program.output());
        for (int side = 0; side < gradients.size(); side++) {
            if (gradients.get(side) != 0) {
                run.putGradient(program.inputs().get(side), gradients.get(side));
            }
        }
        DeviceWeights weights = new DeviceWeights(run, frames);
        Backward backward = new Backward(run, weights, tables);
        for (int i = program.ops().size() - 1; i >= 0; i--) {
            program.ops().get(i).accept(backward);
        }
        if (last) {
            weights.finish();
            weights.clearOthers();
        }
    }

    /** Returns how often memory has lost its place, see {@link Arena#moved}. */
    long moved() {
        return kept.moved() + lasting.moved();
    }

    @Override
    public void close() {
        lasting.close();
        kept.close();
    }
}
