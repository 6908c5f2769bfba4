package io.github.performer4j.gpu.program;

import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.gpu.device.Arena;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.DeviceException;
import io.github.performer4j.gpu.device.DeviceMemoryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Training steps on a device: parameters, gradients, the updater's state and activations lie there. */
public final class DeviceStepper implements Stepper {
    private final DeviceMemory memory;
    private final NetArrays net;
    private final NetProgram all;
    private final Arena arena;
    private final List<DeviceProgram> programs = new ArrayList<>();
    private final List<Map<Integer, INDArray>> drawn = new ArrayList<>();
    private final DeviceProgram head;
    private final LossRows loss;
    private final StepUpdate update;
    private final long parameters;
    private final long gradients;
    private final long state;

    /** Steps for a net of Deeplearning4j. */
    public DeviceStepper(DeviceMemory memory, NetProgram all, ComputationGraph net) {
        this(memory, all, NetArrays.of(net));
    }

    /** Takes memory for parameters, gradients and state, and the values of the net. */
    public DeviceStepper(DeviceMemory memory, NetProgram all, NetArrays net) {
        this.memory = memory;
        this.net = net;
        this.all = all;
        arena = new Arena(memory.device());
        all.stages().forEach(stage -> {
            programs.add(new DeviceProgram(memory, stage.program()));
            drawn.add(new HashMap<>());
        });
        head = new DeviceProgram(memory, all.head().program().logits());
        loss = new LossRows(memory, head);
        update = new StepUpdate(memory, all.stretches(), all.parameters());
        parameters = arena.room("parameters", all.parameters());
        gradients = arena.room("gradients", all.parameters());
        state = arena.room("state", net.state().length);
        load();
    }

    @Override
    public void load() {
        synchronized (memory) {
            write(net.parameters(), parameters);
            write(net.state(), state);
        }
    }

    private void write(float[] values, long to) {
        memory.device().write(to, values, 0, values.length);
    }

    @Override
    public void store() {
        synchronized (memory) {
            net.store(read(parameters, Math.toIntExact(all.parameters())), read(state, net.state().length));
        }
    }

    private float[] read(long from, int length) {
        float[] values = new float[length];
        memory.device().read(from, values, 0, length);
        return values;
    }

    @Override
    public Step step(List<Rows> batches, long iteration, double rate, double clipNorm) {
        synchronized (memory) {
            try {
                return made(batches, iteration, rate, clipNorm);
            } catch (DeviceMemoryException e) {
                throw new DeviceException(tooLarge(batches, e), e);
            }
        }
    }

    /** Says what would fit: memory of values grows with the tokens of a batch. */
    private String tooLarge(List<Rows> batches, DeviceMemoryException e) {
        Rows largest = batches.stream()
                .reduce((a, b) -> a.ids().length >= b.ids().length ? a : b)
                .orElseThrow();
        int half = Math.max(1, largest.batch() / 2);
        return "a step does not fit the device's memory: smaller batches with accumulate do; batch=" + largest.batch()
                + ", tokens=" + largest.tokens() + ", try batch=" + half + ", device="
                + memory.device().description() + ", " + e.getMessage();
    }

    private Step made(List<Rows> batches, long iteration, double rate, double clipNorm) {
        long predicted = Math.max(
                1,
                batches.stream()
                        .flatMapToInt(rows -> IntStream.of(rows.labels()))
                        .filter(label -> label >= 0)
                        .count());
        memory.device().zero(gradients, all.parameters() * Float.BYTES);
        double sum = 0;
        for (int i = 0; i < batches.size(); i++) {
            sum += differentiate(batches.get(i), i, (float) (1.0 / predicted));
        }
        double norm = update.norm(gradients);
        double mean = sum / predicted;
        if (!Double.isFinite(mean) || !Double.isFinite(norm)) {
            throw new IllegalStateException("loss and gradient must be finite; loss=" + mean + ", norm=" + norm);
        }
        double factor = clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1;
        update.apply(parameters, gradients, state, factor, iteration, rate);
        return new Step(mean, norm);
    }

    /** Adds the gradients of one micro-batch; returns the sum of its losses. */
    private double differentiate(Rows rows, int number, float weight) {
        Device device = memory.device();
        long mask = 0;
        if (rows.mask() != null) {
            mask = arena.room("mask", rows.mask().length);
            device.write(mask, rows.mask(), 0, rows.mask().length);
        }
        List<Long> values = new ArrayList<>();
        values.add(0L); // ids
        for (int i = 0; i < programs.size(); i++) {
            Value out = programs.get(i).program().output();
            long to = arena.room(List.of("value", i), length(rows, out));
            if (all.stages().get(i).draws() != null) {
                all.stages().get(i).draws().checkLength(rows.tokens());
            }
            programs.get(i).forward(pass(i, rows, mask, number), List.of(values.get(i)), to);
            hide(to, mask, out, rows);
            values.add(to);
        }
        return backward(rows, number, mask, weight, values);
    }

    private static long length(Rows rows, Value value) {
        return (long) rows.batch() * rows.tokens() * value.columns();
    }

    /** Makes rows of padding 0. */
    private void hide(long x, long mask, Value value, Rows rows) {
        if (mask != 0) {
            long n = length(rows, value);
            new Launches(memory.device()).values("mask_rows", n, x, mask, n, value.columns());
        }
    }

    private StagePass pass(int i, Rows rows, long mask, int number) {
        NetProgram.Stage stage = all.stages().get(i);
        StagePass.Home home = new StagePass.Home(
                memory.device(), programs.get(i), parameters, gradients, stage.places(), stage.draws());
        return new StagePass(home, rows, mask, number, drawn.get(i));
    }

    private double backward(Rows rows, int number, long mask, float weight, List<Long> values) {
        Device device = memory.device();
        long labels = arena.room("labels", rows.labels().length);
        device.write(labels, rows.labels());
        int last = programs.size();
        Value x = head.program().inputs().get(0);
        long error = arena.room(List.of("error", last % 2), length(rows, x));
        StagePass.Home home = new StagePass.Home(
                device,
                head,
                parameters,
                gradients,
                all.head().places(),
                all.head().draws());
        LossRows.Parts parts = (first, n) -> new StagePass(home, rows, 0, number, new HashMap<>()).part(first, n);
        double sum = loss.differentiate(
                new LossRows.Pass(parts, values.get(last), labels),
                rows.labels().length,
                weight,
                error,
                begun(all.head().places()));
        hide(error, mask, x, rows);
        for (int i = last - 1; i >= 0; i--) {
            Value input = programs.get(i).program().inputs().get(0);
            long down = i == 0 ? 0 : arena.room(List.of("error", i % 2), length(rows, input));
            programs.get(i)
                    .backward(
                            pass(i, rows, mask, number),
                            List.of(values.get(i)),
                            values.get(i + 1),
                            error,
                            List.of(down),
                            begun(all.stages().get(i).places()),
                            true);
            if (down != 0) {
                hide(down, mask, input, rows);
            }
            error = down;
        }
        return sum;
    }

    /** Returns the names of parameters to whose gradients is added: all, which a step begins at 0. */
    private static Set<Object> begun(Map<String, Long> places) {
        return new HashSet<>(places.keySet());
    }

    @Override
    public void close() {
        synchronized (memory) {
            programs.forEach(DeviceProgram::close);
            head.close();
            arena.close();
        }
    }
}
