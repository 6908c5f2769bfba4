package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.export.NetPart;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Places;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.program.TokenContext;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A layer's program as nodes of ONNX: rows are [B,T,columns], for any B and T; one method for each kind of operation. */
final class OnnxProgram implements Op.Visitor<String> {
    private final OnnxNodes g;
    private final NetPart part;
    private final OnnxMask mask;
    private final OnnxState state; // null where sequences come whole
    private final Map<Value, String> values = new HashMap<>();

    private OnnxProgram(OnnxNodes g, NetPart part, OnnxMask mask, OnnxState state) {
        this.g = g;
        this.part = part;
        this.mask = mask;
        this.state = state;
    }

    /**
     * Writes a program.
     *
     * @param input [B,T,columns]; token ids [B,T]
     * @return the output, [B,T,columns]; [B,columns] if it is pooled
     * @throws IllegalArgumentException naming the layer, if ONNX has no operations for it
     */
    static String define(OnnxNodes g, NetPart part, String input, OnnxMask mask, OnnxState state) {
        OnnxProgram program = new OnnxProgram(g, part, mask, state);
        program.values.put(part.program().inputs().get(0), input);
        for (Op op : part.program().ops()) {
            program.values.put(op.writes(), op.accept(program));
        }
        return program.values.get(part.program().output());
    }

    @Override
    public String linear(Op.Linear op) {
        Weight weight = op.weight();
        String w = g.tensor(part.matrix(weight));
        String y = g.node("MatMul", values.get(op.x()), weight instanceof Weight.Tied ? g.transpose(w, 1, 0) : w);
        return weight.bias() == null ? y : g.node("Add", y, g.tensor(part.bias(weight)));
    }

    @Override
    public String norm(Op.Norm op) {
        String x = values.get(op.x());
        String groups = op.groups() == 1 ? x : g.reshape(x, 0, 0, op.groups(), op.size());
        String gain = g.tensor(part.tensor(op.gain()));
        String y;
        if (op.rootMeanSquare()) {
            String square = g.node(
                    "ReduceMean",
                    List.of(OnnxNodes.attribute("axes", new long[] {-1}), OnnxNodes.attribute("keepdims", 1)),
                    g.node("Mul", groups, groups));
            y = g.node("Mul", g.node("Div", groups, g.node("Sqrt", g.plus(square, op.epsilon()))), gain);
        } else {
            String[] inputs = op.bias() == null
                    ? new String[] {groups, gain}
                    : new String[] {groups, gain, g.tensor(part.tensor(op.bias()))};
            y = g.node(
                    "LayerNormalization",
                    List.of(OnnxNodes.attribute("axis", -1), OnnxNodes.attribute("epsilon", (float) op.epsilon())),
                    inputs);
        }
        return op.groups() == 1 ? y : g.reshape(y, 0, 0, op.x().columns());
    }

    @Override
    public String activate(Op.Activate op) {
        return OnnxFunctions.of(g, op.f(), values.get(op.z()));
    }

    @Override
    public String gate(Op.Gate op) {
        return g.node("Mul", OnnxFunctions.of(g, op.f(), values.get(op.z())), values.get(op.gate()));
    }

    @Override
    public String add(Op.Add op) {
        return g.node("Add", values.get(op.a()), values.get(op.b()));
    }

    /** Nothing is dropped in inference. */
    @Override
    public String drop(Op.Drop op) {
        return values.get(op.x());
    }

    @Override
    public String lookup(Op.Lookup op) {
        String ids = values.get(op.ids());
        String rows = g.node("Gather", g.tensor(part.tensor(op.table())), ids);
        if (op.context() == null) {
            return rows;
        }
        if (op.context() instanceof TokenContext.Texts texts) {
            String table = g.tensor(part.tensor(texts.table()));
            return g.node("Add", rows, g.node("Gather", table, OnnxContext.types(g, ids, texts)));
        }
        String factors = OnnxContext.factors(g, ids, (TokenContext.Hidden) op.context(), mask);
        return g.node("Mul", rows, g.node("Unsqueeze", factors, g.ints(2)));
    }

    @Override
    public String place(Op.Place op) {
        String rows;
        if (op.places() instanceof Places.Learned learned) {
            rows = g.node("Gather", g.tensor(part.tensor(learned.table())), mask.places(g));
        } else if (op.places() instanceof Places.Axial axial) {
            String place = mask.places(g);
            String row = g.node("Div", place, g.ints(axial.width()));
            String column = g.node("Mod", place, g.ints(axial.width()));
            rows = g.node(
                    "Add",
                    g.node("Gather", g.tensor(part.tensor(axial.rows())), row),
                    g.node("Gather", g.tensor(part.tensor(axial.columns())), column));
        } else {
            double scale = ((Places.Sinusoidal) op.places()).scale();
            rows = g.times(OnnxAngles.sinusoidal(g, mask.places(g), op.x().columns()), scale);
        }
        return g.node("Add", values.get(op.x()), rows);
    }

    /** {@code x ⊙ cos + (x P) ⊙ sin}, P swapping the columns of each pair and negating one. */
    @Override
    public String rotate(Op.Rotate op) {
        Rotary rotary = op.rotary();
        int size = op.headSize();
        int columns = rotary.columns(size);
        double[] swap = new double[size * size];
        for (int i = 0; i < columns / 2; i++) {
            int a = rotary.first(i);
            int b = a + rotary.distance(columns);
            swap[b * size + a] = -1;
            swap[a * size + b] = 1;
        }
        String p = g.floats(
                "pairs of " + size + ", " + columns + (rotary.interleaved() ? ", interleaved" : ""),
                new long[] {size, size},
                swap);
        OnnxAngles angles = OnnxAngles.rotary(g, mask.places(g), rotary, size); // [T,1,D] each
        String x = g.reshape(values.get(op.x()), 0, 0, op.heads(), size);
        String turned = g.node(
                "Add", g.node("Mul", x, angles.cosines()), g.node("Mul", g.node("MatMul", x, p), angles.sines()));
        return g.reshape(turned, 0, 0, op.x().columns());
    }

    @Override
    public String scale(Op.Scale op) {
        return g.times(values.get(op.x()), op.factor());
    }

    @Override
    public String multiply(Op.Multiply op) {
        return g.node("Mul", values.get(op.x()), g.tensor(part.tensor(op.factor())));
    }

    @Override
    public String shift(Op.Shift op) {
        throw new IllegalArgumentException("an ONNX file written here cannot hold token shift; layer=" + part.name());
    }

    @Override
    public String repeat(Op.Repeat op) {
        String each = g.reshape(values.get(op.x()), 0, 0, op.groups(), 1, op.size());
        String many = g.node("Expand", each, g.ints(1, 1, op.groups(), op.times(), op.size()));
        return g.reshape(many, 0, 0, op.writes().columns());
    }

    /** The sum over taps of shifted rows; before the first token of a part stand the last rows of the part before. */
    @Override
    public String convolve(Op.Convolve op) {
        int taps = op.convolution().taps();
        int behind = op.convolution().causal() ? 0 : (taps - 1) / 2;
        int before = taps - 1 - behind;
        String x = values.get(op.x());
        String column = mask.column(g);
        String seen = column == null ? x : g.node("Mul", x, column);
        String padded;
        if (state == null) {
            padded = taps == 1 ? seen : g.node("Pad", seen, g.ints(0, before, 0, 0, behind, 0));
        } else {
            String name = part.name() + "." + op.weight() + " rows";
            padded = before == 0
                    ? seen
                    : g.concat(1, state.past(name, before, op.x().columns()), seen);
            if (before > 0) {
                state.present(name, g.slice(padded, 1, -before, Long.MAX_VALUE));
            }
        }
        String weight = g.tensor(part.tensor(op.weight()));
        String sum = x;
        for (int s = 0; s < taps; s++) {
            String from = g.ints(taps - 1L - s);
            String shifted = g.slice(padded, 1, from, g.node("Add", from, mask.tokens()));
            sum = g.node("Add", sum, g.node("Mul", shifted, g.slice(weight, 0, s, s + 1L)));
        }
        return sum;
    }

    @Override
    public String pool(Op.Pool op) {
        if (state != null) {
            throw new IllegalArgumentException(
                    "a text that is pooled comes whole, not in parts with a state between them; layer=" + part.name());
        }
        String x = values.get(op.x());
        String column = mask.column(g);
        if (op.kind() == Pooling.MAX) {
            return largest(x, column);
        }
        if (op.kind() == Pooling.MEAN) {
            if (column == null) {
                return g.node(
                        "ReduceMean",
                        List.of(OnnxNodes.attribute("axes", new long[] {1}), OnnxNodes.attribute("keepdims", 0)),
                        x);
            }
            String count = g.node("Max", g.sum(mask.real(), 1), g.number(1)); // [B,1]
            return g.node("Div", flat(g.sum(g.node("Mul", x, column), 1), op), count);
        }
        String chosen = column == null ? x : g.node("Mul", x, column);
        if (op.kind() == Pooling.SUM) {
            return g.node("Div", flat(g.sum(chosen, 1), op), g.number(Pooling.TYPICAL));
        }
        if (op.kind() == Pooling.FIRST) {
            return flat(g.slice(chosen, 1, 0, 1), op);
        }
        if (column == null) {
            return flat(g.slice(x, 1, -1, Long.MAX_VALUE), op);
        }
        String after = g.node(
                "CumSum",
                List.of(OnnxNodes.attribute("exclusive", 1), OnnxNodes.attribute("reverse", 1)),
                column,
                g.integer(1)); // real tokens behind each one
        String last = g.node("Mul", column, g.asFloat(g.node("Less", after, g.number(0.5))));
        return flat(g.sum(g.node("Mul", x, last), 1), op);
    }

    /** Returns the largest value of each column of x [B,T,E] among the real tokens; 0 without any. */
    private String largest(String x, String column) {
        if (column == null) {
            return rowsMax(x);
        }
        String below = g.node("Mul", g.node("Sub", column, g.number(1)), g.number(-OnnxAttention.NEVER)); // [B,T,1]
        return g.node("Mul", rowsMax(g.node("Add", x, below)), rowsMax(column));
    }

    private String rowsMax(String x) {
        return g.node(
                "ReduceMax",
                List.of(OnnxNodes.attribute("axes", new long[] {1}), OnnxNodes.attribute("keepdims", 0)),
                x);
    }

    private String flat(String x, Op.Pool op) {
        return g.reshape(x, 0, op.x().columns());
    }

    @Override
    public String attend(Op.Attend op) {
        return new OnnxAttention(g, part, op, mask, state)
                .define(
                        values.get(op.q()),
                        values.get(op.k()),
                        values.get(op.v()),
                        op.rates() == null ? null : values.get(op.rates()));
    }

    @Override
    public String attendGraph(Op.AttendGraph op) {
        throw new IllegalArgumentException(
                "an ONNX file cannot hold attention under a mask of a graph or a grid; layer=" + part.name());
    }
}
