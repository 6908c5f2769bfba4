package io.github.performer4j.core.samediff;

import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.draw.PlacesTable;
import io.github.performer4j.core.draw.RotaryTable;
import io.github.performer4j.core.draw.SinusoidalTable;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Places;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.program.TokenContext;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.kernels.math.Activation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A program as a SameDiff graph: one method for each kind of operation. Gradients are SameDiff's; it runs on every backend, and is the oracle of all other engines. */
public final class ProgramGraph implements Op.Visitor<SDVariable> {
    private static final double BEYOND = 1e30; // what padding is below any value by

    private final GraphScope scope;
    private final SameDiff sd;
    private final Map<Value, SDVariable> values = new HashMap<>();

    private ProgramGraph(GraphScope scope) {
        this.scope = scope;
        sd = scope.sd();
    }

    /**
     * Defines a program.
     *
     * @param rows the inputs, [B·T,columns] each, T that of its side; token ids [B,T]
     * @return the output, [B·T,columns]; [B,columns] if it is pooled
     */
    public static SDVariable define(GraphScope scope, LayerProgram program, SDVariable... rows) {
        ProgramGraph graph = new ProgramGraph(scope);
        for (Value input : program.inputs()) {
            graph.values.put(input, rows[input.side()]);
        }
        for (Op op : program.ops()) {
            graph.values.put(op.writes(), op.accept(graph));
        }
        return graph.values.get(program.output());
    }

    @Override
    public SDVariable linear(Op.Linear op) {
        return product(values.get(op.x()), op.weight());
    }

    private SDVariable product(SDVariable x, Weight weight) {
        if (weight instanceof Weight.PerHead each) {
            return perHead(product(x, each.plain()), each);
        }
        SDVariable w = parameter(weight, weight.name());
        if (weight instanceof Weight.Orthogonal) {
            w = OrthogonalGraph.define(sd, w, weight.in(), weight.out(), scope.type());
        }
        SDVariable y = weight instanceof Weight.Tied ? sd.mmul(x, w, false, true, false) : sd.mmul(x, w);
        if (weight instanceof Weight.Scaled scaled) {
            return y.mul(scaled.factor());
        }
        return weight.bias() == null ? y : y.add(parameter(weight, weight.bias()));
    }

    private SDVariable parameter(Weight weight, String name) {
        return weight.trained() ? scope.parameter(name) : scope.fixed(name);
    }

    private SDVariable perHead(SDVariable rows, Weight.PerHead weight) {
        int size = weight.out() / weight.heads();
        SDVariable ones = sd.constant(Nd4j.ones(scope.type(), 1, size));
        SDVariable factors = sd.math()
                .exp(parameter(weight, weight.rho()).mul(0.5))
                .reshape(weight.heads(), 1)
                .mul(ones); // [H,D]
        return rows.mul(factors.reshape(1, weight.out()));
    }

    @Override
    public SDVariable norm(Op.Norm op) {
        long rows = scope.batch() * scope.tokens(op.x().side());
        SDVariable x = values.get(op.x()).reshape(rows * op.groups(), op.size());
        SDVariable gain = scope.parameter(op.gain());
        gain = op.scalar() ? gain.reshape(1, 1) : gain;
        SDVariable y = op.rootMeanSquare()
                ? x.div(sd.math().sqrt(sd.mean(x.mul(x), true, 1).add(op.epsilon())))
                        .mul(gain)
                : LayerNorm.define(
                        sd, x, gain, op.bias() == null ? null : scope.parameter(op.bias()), op.size(), op.epsilon());
        return y.reshape(rows, op.x().columns());
    }

    @Override
    public SDVariable activate(Op.Activate op) {
        return activate(op.f(), values.get(op.z()));
    }

    private SDVariable activate(Activation f, SDVariable z) {
        return switch (f) {
            case GELU -> z.mul(sd.math().erf(z.mul(Math.sqrt(0.5))).add(1).mul(0.5));
            case RELU -> sd.nn().relu(z, 0);
            case SILU, GELU_TANH ->
                z.mul(sd.nn().sigmoid(z.mul(z).mul(f.cubic()).add(f.linear()).mul(z)));
        };
    }

    @Override
    public SDVariable gate(Op.Gate op) {
        return activate(op.f(), values.get(op.z())).mul(values.get(op.gate()));
    }

    @Override
    public SDVariable add(Op.Add op) {
        return values.get(op.a()).add(values.get(op.b()));
    }

    @Override
    public SDVariable drop(Op.Drop op) {
        long[] shape = {scope.batch() * scope.tokens(op.x().side()), op.x().columns()};
        return scope.dropout(values.get(op.x()), shape, op.probability(), op.site());
    }

    @Override
    public SDVariable lookup(Op.Lookup op) {
        SDVariable ids = values.get(op.ids()).castTo(DataType.INT32);
        SDVariable rows = gather(op.table(), ids, op);
        if (op.context() instanceof TokenContext.Texts texts) {
            return rows.add(gather(texts.table(), types(ids, texts), op));
        }
        return op.context() instanceof TokenContext.Hidden hidden ? rows.mul(factors(ids, hidden, op)) : rows;
    }

    private SDVariable gather(String table, SDVariable ids, Op.Lookup op) {
        return sd.gather(
                scope.parameter(table),
                ids.reshape(scope.batch() * scope.tokens(op.ids().side())),
                0);
    }

    /** Returns 0 up to the first separator and 1 behind it, [B,T]. */
    private SDVariable types(SDVariable ids, TokenContext.Texts texts) {
        SDVariable before = sd.cumsum(ids.eq(texts.separator()).castTo(scope.type()), true, false, 1);
        return before.gt(0).castTo(DataType.INT32);
    }

    /** Returns n/(n − h), and 0 for hidden tokens, [B·T,1]. */
    private SDVariable factors(SDVariable ids, TokenContext.Hidden hidden, Op.Lookup op) {
        long tokens = scope.tokens(op.ids().side());
        SDVariable mask = scope.mask(op.ids().side());
        SDVariable is = ids.eq(hidden.token()).castTo(scope.type());
        SDVariable counted = mask == null ? is : is.mul(mask);
        SDVariable h = sd.sum(counted, true, 1); // [B,1]
        SDVariable all = sd.constant(Nd4j.ones(scope.type(), scope.batch(), tokens));
        SDVariable n = sd.sum(mask == null ? all : mask, true, 1);
        SDVariable others = sd.math().max(n.sub(h), sd.constant(Nd4j.ones(scope.type(), scope.batch(), 1)));
        return counted.rsub(1).mul(n.div(others)).reshape(scope.batch() * tokens, 1);
    }

    @Override
    public SDVariable place(Op.Place op) {
        long tokens = scope.tokens(op.x().side());
        int columns = op.x().columns();
        SDVariable x = values.get(op.x()).reshape(scope.batch(), tokens, columns);
        return x.add(places(op, tokens, columns).reshape(1, tokens, columns)).reshape(scope.batch() * tokens, columns);
    }

    /** Returns the rows of the places of T tokens, [T,columns]; of a part of a sequence a product picks them, as its place is not known yet. */
    private SDVariable places(Op.Place op, long tokens, int columns) {
        String name = "places " + op.writes().id();
        if (op.places() instanceof Places.Sinusoidal waves) {
            return scope.draw(name, new SinusoidalTable(0, tokens, columns, waves.scale()));
        }
        int count =
                op.places() instanceof Places.Axial axial ? axial.tokens() : ((Places.Learned) op.places()).tokens();
        SDVariable table = op.places() instanceof Places.Axial axial
                ? axial(axial, columns)
                : scope.parameter(((Places.Learned) op.places()).table());
        return scope.carrying()
                ? sd.mmul(scope.draw(name, new PlacesTable(0, tokens, count)), table)
                : sd.stridedSlice(table, new long[] {0, 0}, new long[] {tokens, columns}, 1, 1);
    }

    private SDVariable axial(Places.Axial axial, int columns) {
        SDVariable each = sd.constant(Nd4j.ones(scope.type(), 1, axial.width(), 1));
        SDVariable rows = scope.parameter(axial.rows()).reshape(axial.height(), 1, columns);
        return rows.mul(each)
                .add(scope.parameter(axial.columns()).reshape(1, axial.width(), columns))
                .reshape(axial.tokens(), columns);
    }

    /** {@code x ⊙ cos + (x P) ⊙ sin}: P, [D,D], swaps the columns of each pair and negates one. */
    @Override
    public SDVariable rotate(Op.Rotate op) {
        Rotary rotary = op.rotary();
        int size = op.headSize();
        int columns = rotary.columns(size);
        int tokens = Math.toIntExact(scope.tokens(op.x().side()));
        double[][] swap = new double[size][size];
        for (int i = 0; i < columns / 2; i++) {
            int a = rotary.first(i);
            int b = a + rotary.distance(columns);
            swap[b][a] = -1;
            swap[a][b] = 1;
        }
        String name = "rotary " + op.writes().id() + " ";
        SDVariable cosines = scope.draw(name + "cosines", new RotaryTable(rotary, size, false, 0, tokens));
        SDVariable sines = scope.draw(name + "sines", new RotaryTable(rotary, size, true, 0, tokens));
        SDVariable x = values.get(op.x());
        long rows = scope.batch() * tokens;
        SDVariable swapped = sd.mmul(x.reshape(rows * op.heads(), size), constant(swap));
        SDVariable turned = split(x, op)
                .mul(cosines.reshape(1, tokens, 1, size))
                .add(split(swapped, op).mul(sines.reshape(1, tokens, 1, size)));
        return turned.reshape(rows, op.x().columns());
    }

    private SDVariable split(SDVariable x, Op.Rotate op) {
        return x.reshape(scope.batch(), scope.tokens(op.x().side()), op.heads(), op.headSize());
    }

    @Override
    public SDVariable scale(Op.Scale op) {
        return values.get(op.x()).mul(op.factor());
    }

    @Override
    public SDVariable multiply(Op.Multiply op) {
        return values.get(op.x()).mul(scope.parameter(op.factor()).reshape(1, 1));
    }

    @Override
    public SDVariable repeat(Op.Repeat op) {
        long rows = scope.batch() * scope.tokens(op.x().side());
        SDVariable ones = sd.constant(Nd4j.ones(scope.type(), 1, 1, op.times(), 1));
        return values.get(op.x())
                .reshape(rows, op.groups(), 1, op.size())
                .mul(ones) // [N,groups,times,D]
                .reshape(rows, op.writes().columns());
    }

    private SDVariable constant(double[][] values) {
        return sd.constant(Nd4j.create(values).castTo(scope.type()));
    }

    /** The sum over taps of shifted rows; before the first token of a part stand the last rows of the part before. */
    @Override
    public SDVariable convolve(Op.Convolve op) {
        long batch = scope.batch();
        long tokens = scope.tokens(op.x().side());
        int columns = op.x().columns();
        int taps = op.convolution().taps();
        int centre = op.convolution().causal() ? 0 : (taps - 1) / 2;
        SDVariable own = values.get(op.x()).reshape(batch, tokens, columns);
        SDVariable mask = scope.mask(op.x().side());
        SDVariable seen = mask == null ? own : own.mul(mask.reshape(batch, tokens, 1));
        SDVariable padded = taps == 1 ? seen : pad(op, seen, taps - 1 - centre, centre); // [B,T+k−1,columns]
        SDVariable weight = scope.parameter(op.weight());
        SDVariable sum = own;
        for (int s = 0; s < taps; s++) {
            long from = taps - 1L - s;
            SDVariable shifted = sd.stridedSlice(
                    padded, new long[] {0, from, 0}, new long[] {batch, from + tokens, columns}, 1, 1, 1);
            SDVariable w = sd.stridedSlice(weight, new long[] {s, 0}, new long[] {s + 1, columns}, 1, 1);
            sum = sum.add(shifted.mul(w.reshape(1, 1, columns)));
        }
        return sum.reshape(batch * tokens, columns);
    }

    /** Columns side by side; before the first token of a part stands the last one of the part before. */
    @Override
    public SDVariable shift(Op.Shift op) {
        long batch = scope.batch();
        long tokens = scope.tokens(op.x().side());
        int columns = op.x().columns();
        int part = op.shift().part(columns);
        int first = op.shift().first(columns);
        SDVariable own = values.get(op.x()).reshape(batch, tokens, columns);
        SDVariable mask = scope.mask(op.x().side());
        SDVariable seen = mask == null ? own : own.mul(mask.reshape(batch, tokens, 1));
        INDArray zeros = Nd4j.zeros(scope.type(), batch, 1, columns);
        SDVariable padded = sd.concat(
                1, scope.carrying() ? scope.carried(op.state(), zeros) : sd.constant(zeros), seen, sd.constant(zeros));
        if (scope.carrying()) {
            scope.carry(op.state(), slice(padded, tokens, 1, 0, columns));
        }
        List<SDVariable> parts = new ArrayList<>();
        if (!op.shift().causal() && part > 0) {
            parts.add(slice(padded, 2, tokens, 0, part)); // of the token behind
        }
        if (first > parts.size() * part) {
            parts.add(slice(own, 0, tokens, parts.size() * part, first));
        }
        if (part > 0) {
            parts.add(slice(padded, 0, tokens, first, first + part)); // of the token before
        }
        if (first + part < columns) {
            parts.add(slice(own, 0, tokens, first + part, columns));
        }
        SDVariable whole = parts.size() == 1 ? parts.get(0) : sd.concat(2, parts.toArray(SDVariable[]::new));
        return whole.reshape(batch * tokens, columns);
    }

    /** Returns n tokens from one on and some columns of rows [B,·,·]. */
    private SDVariable slice(SDVariable rows, long token, long n, int from, int to) {
        return sd.stridedSlice(rows, new long[] {0, token, from}, new long[] {scope.batch(), token + n, to}, 1, 1, 1);
    }

    private SDVariable pad(Op.Convolve op, SDVariable rows, long before, long behind) {
        long batch = scope.batch();
        long tokens = scope.tokens(op.x().side());
        int columns = op.x().columns();
        INDArray zeros = Nd4j.zeros(scope.type(), batch, before, columns);
        SDVariable padded =
                sd.concat(1, scope.carrying() ? scope.carried(op.state(), zeros) : sd.constant(zeros), rows);
        if (scope.carrying()) {
            scope.carry(
                    op.state(),
                    sd.stridedSlice(
                            padded, new long[] {0, tokens, 0}, new long[] {batch, tokens + before, columns}, 1, 1, 1));
        }
        return behind == 0
                ? padded
                : sd.concat(1, padded, sd.constant(Nd4j.zeros(scope.type(), batch, behind, columns)));
    }

    @Override
    public SDVariable pool(Op.Pool op) {
        long batch = scope.batch();
        long tokens = scope.tokens(op.x().side());
        int columns = op.x().columns();
        SDVariable mask = scope.mask(op.x().side());
        SDVariable x = values.get(op.x()).reshape(batch, tokens, columns);
        if (op.kind() == Pooling.MAX) {
            return largest(x, mask);
        }
        if (mask != null) {
            x = x.mul(chosen(op.kind(), mask).reshape(batch, tokens, 1));
        }
        if (op.kind() == Pooling.MEAN) {
            SDVariable sum = sd.sum(x, false, 1); // [B,E]
            if (mask == null) {
                return sum.mul(1.0 / tokens);
            }
            SDVariable count = sd.sum(mask, true, 1); // [B,1]
            return sum.div(count.add(sd.lt(count, 0.5).castTo(scope.type())));
        }
        if (op.kind() == Pooling.SUM) {
            return sd.sum(x, false, 1).mul(1.0 / Pooling.TYPICAL);
        }
        if (op.kind() == Pooling.LAST && mask != null) {
            return sd.sum(x, false, 1);
        }
        long t = op.kind() == Pooling.FIRST ? 0 : tokens - 1;
        return sd.stridedSlice(x, new long[] {0, t, 0}, new long[] {batch, t + 1, columns}, 1, 1, 1)
                .reshape(batch, columns);
    }

    /** Returns the largest value of each column of x [B,T,E] among the real tokens; 0 without any. */
    private SDVariable largest(SDVariable x, SDVariable mask) {
        if (mask == null) {
            return sd.max(x, 1);
        }
        SDVariable below = mask.sub(1).mul(BEYOND).reshape(scope.batch(), mask.getShape()[1], 1);
        SDVariable any = sd.max(mask, true, 1); // [B,1]
        return sd.max(x.add(below), 1).mul(any);
    }

    /** Returns 1 where a token may count, [B,T]: of the last real one alone, where that is wanted. */
    private SDVariable chosen(Pooling kind, SDVariable mask) {
        if (kind != Pooling.LAST) {
            return mask;
        }
        SDVariable after = sd.cumsum(mask, true, true, 1); // real tokens behind each one
        return mask.mul(sd.lt(after, 0.5).castTo(scope.type()));
    }

    @Override
    public SDVariable attend(Op.Attend op) {
        SDVariable rates = op.rates() == null ? null : values.get(op.rates());
        return SequenceAttention.define(scope, op, values.get(op.q()), values.get(op.k()), values.get(op.v()), rates);
    }

    @Override
    public SDVariable attendGraph(Op.AttendGraph op) {
        SDVariable entries = op.graph() == null
                ? null
                : values.get(op.graph())
                        .reshape(
                                scope.batch(),
                                scope.tokens(op.graph().side()),
                                op.graph().columns());
        return NodeAttention.define(scope, op, values.get(op.q()), values.get(op.k()), values.get(op.v()), entries);
    }
}
