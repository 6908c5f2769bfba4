package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.export.NetPart;
import io.github.performer4j.core.program.Op;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx;

/**
 * Causal linear attention, with decay or without, and attention from both sides with decay: a loop ({@code Scan}) over chunks of C = min(T, {@value #CHUNK}) tokens, which carries {@code S = Σ φ(k_j)[v_j, 1]ᵀ} in units of {@code e^R} and the
 * sums of the values that were seen. O(T·M·D + T·C·(M + D)) time; O(T·M) memory for features and O(C² + M·D) for each head besides.
 *
 * <p>One chunk is computed as {@link io.github.performer4j.core.attention.CarriedLinearAttention} computes a part of a sequence, whose formulae stand there; a model with a state begins and ends with
 * that of its caller. The last chunk is filled up with tokens that are not seen.
 */
final class OnnxCausal {
    static final int CHUNK = 64;

    private static final double NEVER = OnnxAttention.NEVER;

    private final OnnxNodes g;
    private final NetPart part;
    private final Op.Attend op;
    private final OnnxMask mask;
    private final OnnxState state;
    private final int columns;
    private final int size;
    private final double epsilon;

    OnnxCausal(OnnxNodes g, NetPart part, Op.Attend op, OnnxMask mask, OnnxState state, int columns, int size) {
        this.g = g;
        this.part = part;
        this.op = op;
        this.mask = mask;
        this.state = state;
        this.columns = columns;
        this.size = size;
        epsilon = op.options().featureMap().epsilon();
    }

    /**
     * Defines attention.
     *
     * @param query φ(q) + ε [B,H,T,M]
     * @param k features of keys
     * @param values values and ones, 0 where padded, [B,H,T,D+1]
     * @param decay a [B,H,T,1]; null without
     * @return [B,H,T,D]
     */
    String define(String query, OnnxFeatures k, String values, String decay) {
        Run run = run(query, k, values, decay, false);
        return OnnxAttention.divide(g, run.sums(), run.seen(), size);
    }

    /**
     * Defines attention that sees both sides: the sums over keys that are not behind a query, and by the same loop over the reversed sequence those over keys that are, in units of both loops' greater exponent.
     *
     * <p>In the reversed sequence key j counts {@code exp(−Σ_{i<s≤j} a_s)} in row i, so that a is moved by one place.
     *
     * @param decay a [B,H,T,1]
     * @return [B,H,T,D]
     */
    String bothSides(String query, OnnxFeatures k, String values, String decay) {
        Run ahead = run(query, k, values, decay, false);
        String moved = g.node("Pad", decay, g.ints(0, 0, 0, 0, 0, 0, 1, 0));
        OnnxFeatures turned = new OnnxFeatures(reversed(k.log()), reversed(k.values()), reversed(k.rowLog()));
        OnnxMask rows = new OnnxMask(null, reversed(mask.rows()), mask.tokens(), null);
        OnnxCausal other = new OnnxCausal(g, part, op, rows, null, columns, size);
        String rates = g.slice(reversed(moved), 2, g.ints(0), mask.tokens());
        Run behind = other.run(reversed(query), turned, reversed(values), rates, true);
        String sums = reversed(behind.sums());
        String first = ahead.sums();
        if (ahead.log() != null) {
            String log = reversed(behind.log());
            String top = g.node("Max", ahead.log(), log);
            first = g.node("Mul", first, g.node("Exp", g.node("Sub", ahead.log(), top)));
            sums = g.node("Mul", sums, g.node("Exp", g.node("Sub", log, top)));
        }
        return OnnxAttention.divide(g, g.node("Add", first, sums), g.sum(values, 2), size);
    }

    /** Returns ε that is added to stabilised features of keys, and is not in them yet; 0 with decay, with which it would have to decay. */
    private double folded(boolean exponential, String decay) {
        return exponential && decay == null ? epsilon : 0;
    }

    /** The tokens in the other order; null of null. */
    private String reversed(String x) {
        return x == null ? null : g.node("Slice", x, g.ints(-1), g.ints(-Long.MAX_VALUE), g.ints(2), g.ints(-1));
    }

    /**
     * What a loop gives.
     *
     * @param sums numerators and denominators [B,H,T,D+1], in units of e^log
     * @param seen sums of the visible values and their number, [B,H,T,D+1]
     * @param log of the units, [B,H,T,1]; null for 1
     */
    private record Run(String sums, String seen, String log) {}

    private Run run(String query, OnnxFeatures k, String values, String decay, boolean strict) {
        boolean exponential = k.exponential();
        String key = k.values();
        String exponent = null; // s, [B,H,T,1]
        if (exponential) {
            exponent = k.rowLog();
            if (k.log() != null) {
                exponent = g.max(k.log(), 3);
                String bounded = g.node("Exp", g.node("Sub", k.log(), exponent));
                key = key == null ? bounded : g.node("Mul", bounded, key);
            }
            if (mask.rows() != null) {
                exponent = g.node("Add", exponent, g.times(g.plus(mask.rows(), -1), -NEVER));
            }
        } else {
            key = g.plus(key, epsilon);
        }
        key = mask.rows() == null ? key : g.node("Mul", key, mask.rows());

        String chunk = g.node("Min", mask.tokens(), g.ints(CHUNK));
        String count = g.node("Div", g.node("Sub", g.node("Add", mask.tokens(), chunk), g.ints(1)), chunk);
        String more = g.node("Sub", g.node("Mul", count, chunk), mask.tokens());
        List<String> cut = new ArrayList<>(List.of(
                chunks(query, 0, more, chunk, columns),
                chunks(key, 0, more, chunk, columns),
                chunks(values, 0, more, chunk, size + 1)));
        if (exponential) {
            cut.add(chunks(exponent, NEVER, more, chunk, 1));
        }
        if (decay != null) {
            cut.add(chunks(decay, 0, more, chunk, 1));
        }
        String places = g.range(chunk);
        String order = strict ? "Greater" : "GreaterOrEqual";
        String triangle = g.node(order, g.node("Unsqueeze", places, g.ints(1)), places); // [C,C]
        List<String> begin = begin(values, exponential);
        OnnxNodes body = g.body("chunk");
        List<String> carried = names(body, begin.size());
        List<String> read = names(body, cut.size());
        OnnxChunk one = new OnnxChunk(
                body, triangle, carried, read, exponential, decay != null, strict, folded(exponential, decay));
        List<String> results = one.define();
        describe(body.graph(), carried, read, results);
        int states = begin.size();
        int given = results.size() - states;
        List<String> ends = names(g, results.size());
        begin.addAll(cut);
        g.add(
                "Scan",
                List.of(
                        OnnxNodes.attribute("body", body.graph().build()),
                        OnnxNodes.attribute("num_scan_inputs", (long) cut.size()),
                        OnnxNodes.attribute("scan_input_axes", OnnxNodes.same(2, cut.size())),
                        OnnxNodes.attribute("scan_output_axes", OnnxNodes.same(2, given))),
                begin,
                ends);
        end(ends);
        return new Run(
                tokens(ends.get(states), size + 1),
                tokens(ends.get(states + 1), size + 1),
                exponential ? tokens(ends.get(states + 2), 1) : null);
    }

    /** [B,H,n,C,X] → [B,H,T,X]. */
    private String tokens(String x, int width) {
        String rows = g.node("Reshape", x, g.ints(0, op.options().heads(), -1, width));
        return g.slice(rows, 2, g.ints(0), mask.tokens());
    }

    /** Says what a chunk takes and gives: ONNX Runtime asks for the number of dimensions. */
    private void describe(Onnx.GraphProto.Builder body, List<String> carried, List<String> read, List<String> results) {
        int[][] states = {{columns, size + 1}, {1, size + 1}, {1, 1}};
        for (int i = 0; i < carried.size(); i++) {
            body.addInput(part(carried.get(i), states[i][0], states[i][1]));
            body.addOutput(part(results.get(i), states[i][0], states[i][1]));
        }
        int[] widths = {columns, columns, size + 1, 1, 1};
        for (int i = 0; i < read.size(); i++) {
            body.addInput(part(read.get(i), "chunk", widths[i]));
        }
        for (int i = carried.size(); i < results.size(); i++) {
            body.addOutput(part(results.get(i), "chunk", i == carried.size() + 2 ? 1 : size + 1));
        }
    }

    private Onnx.ValueInfoProto part(String name, Object rows, int width) {
        return OnnxNodes.value(
                name, Onnx.TensorProto.DataType.FLOAT, "batch", op.options().heads(), rows, width);
    }

    private static List<String> names(OnnxNodes nodes, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(nodes.fresh("part"));
        }
        return names;
    }

    /** [B,H,T,X] → [B,H,n,C,X]. */
    private String chunks(String x, double filling, String more, String chunk, int width) {
        String pads = g.concat(0, g.ints(0, 0, 0, 0, 0, 0), more, g.ints(0));
        String filled = g.node("Pad", x, pads, g.scalar(filling));
        return g.node("Reshape", filled, g.concat(0, g.ints(0, op.options().heads(), -1), chunk, g.ints(width)));
    }

    private String name(String what) {
        return part.name() + "." + op.scope() + what;
    }

    /** S, what was seen, and R where features have exponents: at the beginning, or as the caller says. */
    private List<String> begin(String values, boolean exponential) {
        long heads = op.options().heads();
        List<String> begin = new ArrayList<>();
        if (state != null) {
            begin.add(state.past(name("sums"), heads, columns, size + 1L));
            begin.add(state.past(name("seen"), heads, 1, size + 1L));
            if (exponential) {
                String top = state.past(name("top"), heads, 1, 1);
                String any = g.node("Greater", g.slice(begin.get(1), 3, size, size + 1L), g.number(0.5));
                begin.add(g.node("Where", any, top, g.number(2 * NEVER)));
            }
            return begin;
        }
        String batch = g.dimension(values, 0);
        begin.add(g.node("Expand", g.number(0), g.concat(0, batch, g.ints(heads, columns, size + 1L))));
        begin.add(g.node("Expand", g.number(0), g.concat(0, batch, g.ints(heads, 1, size + 1L))));
        if (exponential) {
            begin.add(g.node("Expand", g.number(2 * NEVER), g.concat(0, batch, g.ints(heads, 1, 1))));
        }
        return begin;
    }

    private void end(List<String> ends) {
        if (state != null) {
            state.present(name("sums"), ends.get(0));
            state.present(name("seen"), ends.get(1));
            if (ends.size() == 6) { // three states, three results
                state.present(name("top"), ends.get(2));
            }
        }
    }
}
