package io.github.performer4j.gpu;

import io.github.performer4j.core.engine.ProgramPass;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.workspace.DoubleRows;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.program.DevicePass;
import io.github.performer4j.gpu.program.DeviceProgram;
import io.github.performer4j.gpu.program.Host;
import io.github.performer4j.gpu.program.IdOrder;
import io.github.performer4j.gpu.program.PackedPlaces;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer's pass, as a program on a device sees it: what it reads is copied there when it is asked for, what it leaves is copied back. */
final class HostPass implements DevicePass {
    private final ProgramPass pass;
    private final Device device;
    private final DeviceProgram program;
    private final Map<String, Long> copied = new HashMap<>();
    private final Map<String, long[]> left = new LinkedHashMap<>();
    private int first; // number of the first row in the whole pass
    private int rows; // of a part of the pass; 0 for the whole one

    HostPass(ProgramPass pass, Device device, DeviceProgram program) {
        this.pass = pass;
        this.device = device;
        this.program = program;
    }

    /** Makes this a pass over some of its rows, in which each stands alone. */
    HostPass part(int from, int n) {
        first = from;
        rows = n;
        return this;
    }

    @Override
    public int batch() {
        return rows > 0 ? 1 : pass.batch();
    }

    @Override
    public int tokens(int side) {
        return rows > 0 ? rows : pass.tokens(side);
    }

    @Override
    public long firstRow() {
        return first;
    }

    private interface Copy {
        long make();
    }

    private long once(String name, Copy copy) {
        Long known = copied.get(name);
        if (known == null) {
            known = copy.make();
            copied.put(name, known);
        }
        return known;
    }

    private long copy(String name, Matrix from) {
        long to = program.room(name, (long) from.rows() * from.columns());
        Host.write(device, from, to);
        return to;
    }

    @Override
    public long mask(int side) {
        FloatBlock mask = rows > 0 ? null : pass.mask(side);
        int n = batch() * tokens(side);
        return mask == null ? 0 : once("mask " + side, () -> copy("mask " + side, Matrix.of(mask, n, 1)));
    }

    @Override
    public long ids(int side) {
        return once("ids " + side, () -> words("ids " + side, pass.ids(side)));
    }

    @Override
    public IdOrder.There order(int side, int vocabulary) {
        IdOrder order = IdOrder.of(pass.ids(side), vocabulary);
        return new IdOrder.There(
                words("places " + side, order.places()), words("starts " + side, order.starts()), order.groups());
    }

    private Segments segments() {
        return rows > 0 ? null : pass.segments();
    }

    @Override
    public long places(int side) {
        String name = "places in sequences " + side;
        return segments() == null ? 0 : once(name, () -> words(name, PackedPlaces.of(segments())));
    }

    @Override
    public IdOrder.There placeOrder(int side) {
        if (segments() == null) {
            return new IdOrder.There(0, 0, 0);
        }
        IdOrder order = IdOrder.of(PackedPlaces.of(segments()), tokens(side));
        return new IdOrder.There(
                words("tokens by places " + side, order.places()),
                words("starts of places " + side, order.starts()),
                order.groups());
    }

    @Override
    public int longest(int side) {
        return segments() == null ? tokens(side) : segments().longest();
    }

    private long words(String name, int... values) {
        long to = program.room(name, values.length);
        device.write(to, values);
        return to;
    }

    @Override
    public boolean training() {
        return pass.training();
    }

    @Override
    public long parameter(String name) {
        return once("parameter " + name, () -> copy("parameter " + name, pass.parameter(name)));
    }

    @Override
    public Matrix host(String name) {
        return pass.parameter(name);
    }

    @Override
    public long gradient(String name) {
        Matrix to = pass.gradient(name);
        return program.room("gradient " + name, (long) to.rows() * to.columns());
    }

    @Override
    public long projection(Op.Attend op) {
        String name = "projection " + op.writes().id();
        return once(name, () -> copy(name, pass.projection(op)));
    }

    @Override
    public double[][] drawn(Op.Attend op) {
        return DoubleRows.of(pass.projection(op));
    }

    @Override
    public boolean collecting() {
        return pass.collecting();
    }

    @Override
    public void collect(String name, double[][] sums) {
        pass.collect(name, sums);
    }

    @Override
    public long dropoutKey(Op.Drop op) {
        long key = pass.dropoutKey(op);
        String name = "key " + op.writes().id();
        return once(name, () -> words(name, (int) key, (int) (key >>> Integer.SIZE)));
    }

    @Override
    public long offset() {
        return pass.offset();
    }

    @Override
    public boolean part() {
        return rows == 0 && pass.part();
    }

    @Override
    public long before(String name, long... shape) {
        return once("before " + name, () -> {
            INDArray array = pass.before(name, shape);
            return array == null ? 0 : copy("before " + name, array);
        });
    }

    private long copy(String name, INDArray array) {
        float[] values = array.dup('c').data().asFloat();
        long to = program.room(name, values.length);
        device.write(to, values, 0, values.length);
        return to;
    }

    @Override
    public long after(String name, long... shape) {
        left.put(name, shape.clone());
        return program.room("after " + name, length(shape));
    }

    private static long length(long... shape) {
        long n = 1;
        for (long size : shape) {
            n *= size;
        }
        return n;
    }

    @Override
    public void addUnderflows(long count) {
        pass.addUnderflows(count);
    }

    /** Copies the state that operations have left to where the layer keeps it. */
    void leave() {
        left.forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(length(shape))];
            device.read(program.room("after " + name, values.length), values, 0, values.length);
            pass.after(name, shape).assign(Nd4j.create(values, shape, 'c'));
        });
    }

    /** Copies the gradients of parameters to where the layer wants them; those of state are left alone. */
    void differentiated(LayerProgram of) {
        for (Parameter parameter : of.parameters()) {
            if (parameter.kind() != Parameter.Kind.STATE) {
                Host.read(device, gradient(parameter.name()), pass.gradient(parameter.name()));
            }
        }
    }
}
