package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.export.NetPart;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.exact.Window;
import io.github.performer4j.kernels.mask.Offsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Attention that sees whole sequences: exact, O(T²) memory, and linear from both sides, {@code out = φ(Q)(φ(K)ᵀV) / φ(Q)(φ(K)ᵀ1)}, O(T·M) memory; what is causal or decays is a loop, {@link OnnxCausal}.
 *
 * <p>Formulae, stabilisers and what is done with denominators that underflow are those of {@link io.github.performer4j.core.attention}.
 */
final class OnnxAttention {
    /** An exponent whose exponential is 0, as in SameDiff graphs. */
    static final double NEVER = -1e30;

    /** Below it a denominator counts as underflowed. */
    private static final double LEAST = Float.MIN_NORMAL / (double) Math.ulp(1.0f);

    private final OnnxNodes g;
    private final NetPart part;
    private final Op.Attend op;
    private final AttentionOptions o;
    private final OnnxMask mask;
    private final OnnxState state; // null where sequences come whole
    private final int keySize; // D, and the columns of Fourier positions
    private final int valueSize;

    OnnxAttention(OnnxNodes g, NetPart part, Op.Attend op, OnnxMask mask, OnnxState state) {
        this.g = g;
        this.part = part;
        this.op = op;
        this.o = op.options();
        this.mask = mask;
        this.state = state;
        keySize = op.keySize();
        valueSize = op.v().columns() / o.heads();
    }

    /**
     * Defines attention.
     *
     * @param q [B,T,E]
     * @param k [B,T,E]
     * @param v [B,T,E]
     * @param rates z of selective decay [B,T,H']; null without
     * @return [B,T,E]
     * @throws IllegalArgumentException if ONNX has no operations for the options
     */
    String define(String q, String k, String v, String rates) {
        if (op.q().side() != op.k().side()) {
            throw new IllegalArgumentException(
                    "an ONNX file of a net with one input cannot hold attention to another sequence; layer="
                            + part.name());
        }
        if (o.relative() != null && o.kind() != AttentionOptions.Kind.EXACT) {
            throw new IllegalArgumentException(
                    "an ONNX file written here cannot hold relative positions of linear attention; layer=" + part.name()
                            + ", relative=" + o.relative());
        }
        if (o.prefix() > 0) {
            throw new IllegalArgumentException(
                    "an ONNX file written here cannot hold attention with an exact prefix; layer=" + part.name()
                            + ", prefix=" + o.prefix());
        }
        String queries = heads(q, op.headSize());
        String keys = heads(k, op.headSize());
        if (o.fourier() != null) {
            OnnxFourier fourier = new OnnxFourier(g, part, op, mask);
            queries = fourier.wide(queries, true);
            keys = fourier.wide(keys, false);
        }
        String values = heads(v, valueSize);
        String out = switch (o.kind()) {
            case EXACT -> exact(queries, keys, values);
            case LINEAR -> linear(queries, keys, values, rates);
            case AUTO ->
                throw new IllegalArgumentException(
                        "an ONNX file cannot hold attention that chooses its kind by the length: write a model of exact or of linear"
                                + " attention; layer=" + part.name() + ", kind=auto");
        };
        return g.reshape(g.transpose(out, 0, 2, 1, 3), 0, 0, (long) o.heads() * valueSize);
    }

    /** [B,T,H·D] → [B,H,T,D]. */
    private String heads(String x, int size) {
        return g.transpose(g.reshape(x, 0, 0, o.heads(), size), 0, 2, 1, 3);
    }

    private String exact(String q, String k, String v) {
        String keys = k;
        String values = v;
        String seen = mask.rows();
        if (state != null && o.distances() != null && o.distances().global() > 0) {
            throw new IllegalArgumentException(
                    "an ONNX file with a state cannot hold this attention: its global tokens are not among the last ones, which a window keeps; layer="
                            + part.name());
        }
        if (state != null) {
            String name = part.name() + "." + op.scope();
            keys = g.concat(2, state.rows(name + "keys", o.heads(), keySize), k);
            values = g.concat(2, state.rows(name + "values", o.heads(), valueSize), v);
            String own = seen == null
                    ? g.node("Expand", g.number(1), g.concat(0, g.dimension(v, 0), g.ints(1), mask.tokens(), g.ints(1)))
                    : seen;
            seen = g.concat(2, state.rows(name + "seen", 1, 1), own);
            if (o.window() > 0) {
                String from = g.ints(1L - o.window());
                String to = g.ints(Long.MAX_VALUE);
                state.present(name + "keys", last(keys, from, to));
                state.present(name + "values", last(values, from, to));
                state.present(name + "seen", last(seen, from, to));
            } else {
                state.present(name + "keys", keys);
                state.present(name + "values", values);
                state.present(name + "seen", seen);
            }
        }
        String visible = visible(keys, seen); // of a shape that broadcasts to [B,H,T,T'], or null
        String scores = g.node("MatMul", g.times(q, 1 / Math.sqrt(keySize)), g.turned(keys));
        if (o.decay() != null) {
            double[] rates = new double[o.heads()];
            for (int h = 0; h < o.decay().rates(o.heads()).size(); h++) {
                rates[h] = -o.decay().rates(o.heads()).get(h);
            }
            String away = g.node("Abs", g.asFloat(distance(keys)));
            scores = g.node("Add", scores, g.node("Mul", away, g.floats(new long[] {1, o.heads(), 1, 1}, rates)));
        }
        if (o.relative() != null) {
            scores = g.node("Add", scores, bias(distance(keys)));
        }
        if (visible == null) {
            return g.node("MatMul", g.softmax(scores), values);
        }
        String shown = g.node("Add", scores, g.times(g.plus(visible, -1), -NEVER));
        return g.node("MatMul", g.node("Mul", g.softmax(shown), visible), values); // 0 where nothing is seen
    }

    /** Returns b of each head and offset, [H,T,T']: the number of its parameter is looked up by the offset, as far as they differ. */
    private String bias(String distance) {
        Offsets offsets = o.relative().offsets(o.causal());
        int far = offsets.far();
        long[] numbers = IntStream.rangeClosed(-far, far)
                .mapToLong(offset -> offsets.of(offset))
                .toArray();
        String offset = g.node("Max", g.node("Min", g.node("Neg", distance), g.ints(far)), g.ints(-far));
        String number = g.node(
                "Gather", g.table("numbers of " + offsets, numbers), g.node("Add", offset, g.ints(far))); // [T,T']
        String b = g.tensor(part.tensor(op.scope() + Op.Attend.RELATIVE)); // [H,P]
        return g.node("Gather", List.of(OnnxNodes.attribute("axis", 1L)), b, number);
    }

    /** The last window − 1 rows; none for a window of one token. */
    private String last(String x, String from, String to) {
        return o.window() == 1 ? g.slice(x, 2, 0, 0) : g.slice(x, 2, from, to);
    }

    /** Returns 1 where a query sees a key, [T,T'] or [B,1,T|1,T']; null if all see all. */
    private String visible(String keys, String seen) {
        String columns = seen == null ? null : g.turned(seen);
        Window window = o.distances();
        if (!o.causal() && window == null) {
            return columns;
        }
        String distance = distance(keys);
        int right = o.causal() ? 0 : window.right();
        String band = g.asFloat(g.node("GreaterOrEqual", distance, g.ints(-right)));
        if (window != null) {
            band = g.node("Mul", band, g.asFloat(g.node("LessOrEqual", distance, g.ints(window.left()))));
        }
        if (window != null && window.global() > 0) {
            band = g.node("Max", band, global(keys, distance, window));
        }
        return columns == null ? band : g.node("Mul", band, columns);
    }

    /** Returns 1 where a key is global and seen, or the query is and sees, [T,T]. */
    private String global(String keys, String distance, Window window) {
        String key = g.asFloat(g.node("Less", g.range(g.dimension(keys, 2)), g.ints(window.global()))); // [T]
        if (window.right() == 0) {
            return g.node("Mul", key, g.asFloat(g.node("GreaterOrEqual", distance, g.ints(0))));
        }
        return g.node("Max", key, g.node("Unsqueeze", key, g.ints(1)));
    }

    /** Returns t − j, the queries being the last of the keys' places, [T,T']. */
    private String distance(String keys) {
        String count = g.dimension(keys, 2);
        String j = g.range(count); // [T']
        String i = g.node("Add", g.range(mask.tokens()), g.node("Sub", count, mask.tokens()));
        return g.node("Sub", g.node("Unsqueeze", i, g.ints(1)), j);
    }

    private String linear(String q, String k, String v, String rates) {
        int columns = o.featureMap().columns(o.features(), keySize);
        double scale = o.featureMap().inputScale(keySize, columns);
        OnnxFeatures.Sides sides = OnnxFeatures.of(g, part, op, g.times(q, scale), g.times(k, scale), mask.rows());
        String query = queries(sides.queries());
        String one = g.node("Pad", v, g.ints(0, 0, 0, 0, 0, 0, 0, 1), g.scalar(1)); // [B,H,T,D+1]
        String values = mask.rows() == null ? one : g.node("Mul", one, mask.rows());
        String decay = o.decay() == null ? null : decay(rates, v);
        if (o.causal()) {
            return new OnnxCausal(g, part, op, mask, state, columns, valueSize)
                    .define(query, sides.keys(), values, decay);
        }
        if (decay != null) {
            return new OnnxCausal(g, part, op, mask, null, columns, valueSize)
                    .bothSides(query, sides.keys(), values, decay);
        }
        String key = keys(sides.keys());
        String sums = g.node("MatMul", query, g.node("MatMul", g.turned(key), values)); // [B,H,T,D+1]
        return divide(g, sums, g.sum(values, 2), valueSize);
    }

    /** φ(q) + ε by each row's own maximum, which cancels, [B,H,T,M]. */
    private String queries(OnnxFeatures f) {
        String values = f.values();
        if (f.log() != null) {
            String exponential = g.node("Exp", g.node("Sub", f.log(), g.max(f.log(), 3)));
            values = values == null ? exponential : g.node("Mul", exponential, values);
        }
        return g.plus(values, o.featureMap().epsilon());
    }

    /** φ(k) by one maximum for all real tokens, with ε, 0 where padded, [B,H,T,M]. */
    private String keys(OnnxFeatures f) {
        String key = f.values();
        if (f.exponential()) {
            String exponent = f.log() != null ? f.log() : f.rowLog();
            if (mask.rows() != null) {
                exponent = g.node("Add", exponent, g.times(g.plus(mask.rows(), -1), -NEVER));
            }
            String exponential = g.node("Exp", g.node("Sub", exponent, g.max(exponent, 2, 3)));
            key = key == null ? exponential : g.node("Mul", exponential, key);
        }
        key = g.plus(key, o.featureMap().epsilon());
        return mask.rows() == null ? key : g.node("Mul", key, mask.rows());
    }

    /** a ≥ 0 of each head, 0 where padded and where a head does not decay, [B,H,T,1]. */
    private String decay(String rates, String v) {
        int decaying = o.decay().heads(o.heads());
        String a;
        if (rates == null) {
            double[] fixed = o.decay().rates(o.heads()).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            String each = g.floats(new long[] {1, decaying, 1, 1}, fixed);
            String shape = g.concat(0, g.dimension(v, 0), g.ints(decaying), mask.tokens(), g.ints(1));
            a = g.node("Expand", each, shape);
        } else {
            String z = g.node("Unsqueeze", g.transpose(rates, 0, 2, 1), g.ints(3)); // [B,H',T,1]
            a = OnnxFunctions.softplus(g, z);
        }
        if (mask.rows() != null) {
            a = g.node("Mul", a, mask.rows());
        }
        return decaying == o.heads() ? a : g.node("Pad", a, g.ints(0, 0, 0, 0, 0, o.heads() - decaying, 0, 0));
    }

    /**
     * Divides numerators by denominators. A row whose denominator underflows although it sees a token is the mean of the values that it sees; one that sees none is 0.
     *
     * @param sums [..,T,D+1]
     * @param seen sums of the visible values and their number, [..,T|1,D+1]
     */
    static String divide(OnnxNodes g, String sums, String seen, int size) {
        String numerator = g.slice(sums, 3, 0, size);
        String denominator = g.slice(sums, 3, size, size + 1L);
        String count = g.node("Max", g.slice(seen, 3, size, size + 1L), g.number(1));
        String under = g.node("Less", g.node("Abs", denominator), g.number(LEAST));
        String safe = g.node("Where", under, count, denominator);
        return g.node("Div", g.node("Where", under, g.slice(seen, 3, 0, size), numerator), safe);
    }
}
