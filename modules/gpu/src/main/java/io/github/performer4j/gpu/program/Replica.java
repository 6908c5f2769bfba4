package io.github.performer4j.gpu.program;

import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.gpu.device.Arena;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.Inbox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A net on one device: its parameters, and what gives their gradients for this device's share of a step's sequences. {@link #send} and {@link #prepare} bring there what a step reads; after that, {@link #differentiate}
 * only launches.
 */
final class Replica implements AutoCloseable {
    private final DeviceMemory memory;
    private final NetProgram all;
    private final Arena arena;
    private final Inbox inbox;
    private final StepNumbers layout;
    private final List<DeviceProgram> programs = new ArrayList<>();
    private final List<Projections> projections = new ArrayList<>();
    private final DeviceProgram head;
    private final LossRows loss;
    private final int lastShared; // the layer whose activations lie in memory of all; -1 where each has its own
    private final long parameters;
    private final long gradients;

    /**
     * Takes memory for parameters and gradients.
     *
     * @param recompute whether layers that attend share the memory of their activations, and make them again
     */
    Replica(DeviceMemory memory, NetProgram all, StepNumbers layout, boolean recompute) {
        this.memory = memory;
        this.all = all;
        this.layout = layout;
        Device device = memory.device();
        arena = new Arena(device);
        inbox = device.inbox();
        Arena shared = new Arena(device);
        int last = -1;
        for (NetProgram.Stage stage : all.stages()) {
            boolean shares = recompute && shares(stage.program());
            last = shares ? programs.size() : last;
            DeviceProgram program = shares
                    ? new DeviceProgram(memory, stage.program(), shared)
                    : new DeviceProgram(memory, stage.program());
            programs.add(program);
            projections.add(new Projections(device, program, stage.draws()));
        }
        lastShared = last;
        head = new DeviceProgram(memory, all.head().program().logits());
        loss = new LossRows(memory, head);
        parameters = arena.room("parameters", all.parameters());
        gradients = arena.room("gradients", all.parameters());
    }

    private static boolean shares(LayerProgram program) {
        return program.ops().stream().anyMatch(Op.Attend.class::isInstance);
    }

    /** Returns the size of the table that a net's ids are looked up in. */
    static int vocabulary(NetProgram net) {
        return net.stages().get(0).program().ops().stream()
                .filter(Op.Lookup.class::isInstance)
                .mapToInt(op -> ((Op.Lookup) op).vocabulary())
                .findFirst()
                .orElseThrow();
    }

    Device device() {
        return memory.device();
    }

    /** Returns where the net's array of parameters lies. */
    long parameters() {
        return parameters;
    }

    /** Returns where its gradient lies. */
    long gradients() {
        return gradients;
    }

    /** Returns memory that this replica keeps. */
    long room(String name, long values) {
        return arena.room(name, values);
    }

    /** Returns how often memory has lost its place, see {@link Arena#moved}. */
    long moved() {
        return arena.moved()
                + memory.scratch().moved()
                + head.moved()
                + programs.stream().mapToLong(DeviceProgram::moved).sum();
    }

    /** Sends a block on its way. */
    void send(StepBlock block) {
        inbox.send(block.words());
    }

    /** Takes what was sent, and what the step's numbers are. */
    StagePass.Step prepare(StepBlock block, int... numbers) {
        for (StepBlock.Part part : block.parts()) {
            for (int i = 0; i < programs.size(); i++) {
                if (all.stages().get(i).draws() != null) {
                    all.stages().get(i).draws().checkLength(part.tokens());
                }
                projections.get(i).refresh(part.longest());
            }
        }
        long at = arena.room("numbers", numbers.length);
        memory.device().write(at, numbers);
        long words = arena.room("block", block.length());
        inbox.receive(words);
        return new StagePass.Step(words, at, layout);
    }

    /**
     * Writes the gradient of all parts of a block.
     *
     * @param losses address of the loss of each row, part after part, written
     */
    void differentiate(StepBlock block, StagePass.Step step, long losses) {
        memory.device().zero(gradients, all.parameters() * Float.BYTES);
        long to = losses;
        for (StepBlock.Part part : block.parts()) {
            differentiate(part, step, to);
            to += (long) part.rows() * Float.BYTES;
        }
    }

    private void differentiate(StepBlock.Part part, StagePass.Step step, long losses) {
        long mask = part.mask() < 0 ? 0 : step.at(part.mask());
        List<Long> values = new ArrayList<>();
        values.add(0L); // ids
        for (int i = 0; i < programs.size(); i++) {
            Value out = programs.get(i).program().output();
            values.add(arena.room(List.of("value", i), length(part, out)));
            forward(i, part, step, mask, values);
        }
        backward(part, step, mask, losses, values);
    }

    private void forward(int i, StepBlock.Part part, StagePass.Step step, long mask, List<Long> values) {
        DeviceProgram program = programs.get(i);
        program.forward(pass(i, part, step), List.of(values.get(i)), values.get(i + 1));
        hide(values.get(i + 1), mask, program.program().output(), part);
    }

    private static long length(StepBlock.Part part, Value value) {
        return (long) part.rows() * value.columns();
    }

    /** Makes rows of padding 0. */
    private void hide(long x, long mask, Value value, StepBlock.Part part) {
        if (mask != 0) {
            long n = length(part, value);
            new Launches(memory.device()).values("mask_rows", n, x, mask, n, value.columns());
        }
    }

    private StagePass pass(int i, StepBlock.Part part, StagePass.Step step) {
        return new StagePass(
                new StagePass.Home(
                        i,
                        projections.get(i),
                        parameters,
                        gradients,
                        all.stages().get(i).places()),
                step,
                part);
    }

    private void backward(StepBlock.Part part, StagePass.Step step, long mask, long losses, List<Long> values) {
        int last = programs.size();
        Value x = head.program().inputs().get(0);
        long error = arena.room(List.of("error", last % 2), length(part, x));
        StagePass.Home home =
                new StagePass.Home(last, null, parameters, gradients, all.head().places());
        LossRows.Pass pass = new LossRows.Pass(
                (first, n) -> new StagePass(home, step, part).part(first, n), values.get(last), step.at(part.labels()));
        loss.differentiate(
                pass,
                part.rows(),
                StepNumbers.weight(step.numbers()),
                losses,
                error,
                begun(all.head().places()));
        hide(error, mask, x, part);
        for (int i = last - 1; i >= 0; i--) {
            if (i < lastShared && shares(programs.get(i).program())) { // the last one's activations are there still
                forward(i, part, step, mask, values);
            }
            Value input = programs.get(i).program().inputs().get(0);
            long down = i == 0 ? 0 : arena.room(List.of("error", i % 2), length(part, input));
            programs.get(i)
                    .backward(
                            pass(i, part, step),
                            List.of(values.get(i)),
                            values.get(i + 1),
                            error,
                            List.of(down),
                            begun(all.stages().get(i).places()),
                            true);
            if (down != 0) {
                hide(down, mask, input, part);
            }
            error = down;
        }
    }

    /** Returns the names of parameters to whose gradients is added: all, which a step begins at 0. */
    private static Set<Object> begun(Map<String, Long> places) {
        return new HashSet<>(places.keySet());
    }

    @Override
    public void close() {
        programs.forEach(DeviceProgram::close);
        head.close();
        inbox.close();
        arena.close();
    }
}
