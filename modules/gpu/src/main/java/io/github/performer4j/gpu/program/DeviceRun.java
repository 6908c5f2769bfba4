package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.gpu.device.Arena;
import io.github.performer4j.gpu.device.Device;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One pass of a program: where its values and their gradients lie.
 *
 * <p>Values stay in the program's own memory from the forward to the backward pass; gradients and what operations need in between are of the device's, which all programs share.
 */
final class DeviceRun {
    /** The program's memory. */
    final Arena kept;
    /** Memory of this moment. */
    final Arena scratch;

    final Tables tables;
    final Device device;
    final Launches launches;
    final DevicePass pass;
    final LayerProgram program;
    private final Map<Value, Long> given = new HashMap<>();
    private final Map<Value, Long> givenGradients = new HashMap<>();
    private final Set<Object> begun;

    /**
     * Begins a pass.
     *
     * @param begun gradients that hold a sum already: what is given to them is added; grows with the pass
     */
    DeviceRun(
            DeviceMemory memory, Arena kept, Tables tables, LayerProgram program, DevicePass pass, Set<Object> begun) {
        this.kept = kept;
        this.tables = tables;
        this.scratch = memory.scratch();
        this.device = memory.device();
        this.launches = new Launches(device);
        this.program = program;
        this.pass = pass;
        this.begun = begun;
    }

    /** Says where a value lies: of an input, and of the output. */
    void put(Value value, long address) {
        given.put(value, address);
    }

    /** Says where a value's gradient lies. */
    void putGradient(Value value, long address) {
        givenGradients.put(value, address);
    }

    /** Returns the rows of a value: one for each token of its side, or, of what is pooled, for each sequence. */
    int rows(Value value) {
        boolean pooled = program.pools() && value.equals(program.output());
        return pooled ? pass.batch() : pass.batch() * pass.tokens(value.side());
    }

    /** Returns how many numbers a value is. */
    long length(Value value) {
        return (long) rows(value) * value.columns();
    }

    /** Returns where a value lies. */
    long value(Value value) {
        Long address = given.get(value);
        return address != null ? address : kept.room(value.id(), length(value));
    }

    /** Returns where a value's gradient lies. */
    long gradient(Value value) {
        Long address = givenGradients.get(value);
        return address != null ? address : scratch.room(List.of("gradient", value.id()), length(value));
    }

    /** Returns whether a gradient holds a sum already, to which is added; from now on it does. */
    boolean adds(Object gradient) {
        return !begun.add(gradient);
    }

    /** Returns whether a gradient holds a sum. */
    boolean has(Object gradient) {
        return begun.contains(gradient);
    }

    /** Returns where rows of attention that underflowed are counted. */
    long underflows() {
        return scratch.room("underflows", 1);
    }

    /** Returns memory of this moment. */
    long room(String name, long values) {
        return scratch.room(name, values);
    }
}
