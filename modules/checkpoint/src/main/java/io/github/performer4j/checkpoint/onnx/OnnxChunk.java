package io.github.performer4j.checkpoint.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * The body of {@link OnnxCausal}'s loop: C tokens of a sequence, with a state before and behind them, as {@link io.github.performer4j.core.attention.CarriedLinearAttention} computes a part of one.
 *
 * <p>All exponentials are of differences that are not positive: of a key's exponent to the greatest that its query has seen, of the state's units to that, and of both to the units of the next state.
 */
final class OnnxChunk {
    private final OnnxNodes b;
    private final String triangle;
    private final List<String> carried;
    private final String query;
    private final String key;
    private final String values;
    private final String exponent; // null without
    private final String decay; // null without
    private final boolean strict; // whether a query does not see its own token
    private final double epsilon; // of stabilised features, to be added here

    OnnxChunk(
            OnnxNodes b,
            String triangle,
            List<String> carried,
            List<String> read,
            boolean exponential,
            boolean decays,
            boolean strict,
            double epsilon) {
        this.b = b;
        this.strict = strict;
        this.epsilon = epsilon;
        this.triangle = triangle;
        this.carried = carried;
        query = read.get(0);
        key = read.get(1);
        values = read.get(2);
        exponent = exponential ? read.get(3) : null;
        decay = decays ? read.get(read.size() - 1) : null;
    }

    /** Returns the state behind the chunk, and of each token its sums [B,H,C,D+1], those of the values it has seen, and where features have exponents the logarithm of the units, [B,H,C,1]. */
    List<String> define() {
        String end = b.node("Sub", b.dimension(query, 2), b.ints(1)); // C − 1
        String past = decay == null ? null : b.node("CumSum", decay, b.integer(2)); // A_t
        String all = past == null ? null : b.slice(past, 2, end, b.ints(Long.MAX_VALUE));
        String inner = b.asFloat(triangle);
        String fromState = null;
        String toState = null;
        String between = null;
        String top = null;
        String log = null;
        if (exponent != null) {
            String s = past == null ? exponent : b.node("Add", exponent, past);
            String row = b.turned(s);
            String before = b.node("Where", triangle, row, b.number(2 * OnnxAttention.NEVER));
            String running = b.node("Max", b.max(before, 3), carried.get(2)); // c_t, [B,H,C,1]
            String last = strict
                    ? b.node("Max", b.max(row, 3), carried.get(2))
                    : b.slice(running, 2, end, b.ints(Long.MAX_VALUE));
            log = past == null ? running : b.node("Sub", running, past);
            inner = within(b.node("Sub", row, running));
            fromState = b.node("Exp", b.node("Sub", carried.get(2), running));
            toState = b.node("Exp", b.node("Sub", s, last));
            between = b.node("Exp", b.node("Sub", carried.get(2), last));
            top = all == null ? last : b.node("Sub", last, all);
        } else if (past != null) {
            inner = within(b.node("Sub", b.turned(past), past));
            fromState = b.node("Exp", b.node("Neg", past));
            toState = b.node("Exp", b.node("Sub", past, all));
            between = b.node("Exp", b.node("Neg", all));
        }
        String weights = b.node("Mul", b.node("MatMul", query, b.turned(key)), inner);
        String outer = b.node("MatMul", query, carried.get(0));
        String sums = b.node("Add", b.node("MatMul", weights, values), times(outer, fromState));
        String seen = b.node("Add", b.node("MatMul", b.asFloat(triangle), values), carried.get(1)); // [B,H,C,D+1]
        if (epsilon > 0) {
            sums = b.node("Add", sums, b.node("Mul", seen, b.times(b.sum(query, 3), epsilon)));
        }
        String added = b.node("MatMul", b.turned(times(key, toState)), values);
        String next = b.node("Add", added, times(carried.get(0), between));
        List<String> results = new ArrayList<>(List.of(next, next(seen, end)));
        if (top != null) {
            results.add(top);
        }
        results.add(sums);
        results.add(seen);
        if (log != null) {
            results.add(log);
        }
        return results;
    }

    /** The sums of the values that were seen, behind the chunk. */
    private String next(String seen, String end) {
        return strict ? b.node("Add", b.sum(values, 2), carried.get(1)) : b.slice(seen, 2, end, b.ints(Long.MAX_VALUE));
    }

    /** e^x for pairs whose key is not behind the query, else 0. */
    private String within(String x) {
        return b.node("Exp", b.node("Where", triangle, x, b.number(OnnxAttention.NEVER)));
    }

    private String times(String x, String factor) {
        return factor == null ? x : b.node("Mul", x, factor);
    }
}
