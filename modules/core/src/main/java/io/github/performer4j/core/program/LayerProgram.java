package io.github.performer4j.core.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.NodeMask;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.kernels.layer.Convolution;
import io.github.performer4j.kernels.layer.TokenShift;
import io.github.performer4j.kernels.math.Activation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a layer computes, for any batch and length: operations over values, in an order in which each reads what stands. Built once from the layer's settings;
 * engines run it, forward and backward.
 *
 * @param inputs one for each side, in the order of sides
 * @param ops in the order of execution
 * @param output what the layer gives on
 */
public record LayerProgram(List<Value> inputs, List<Op> ops, Value output) {

    /**
     * Checks the program.
     *
     * @throws IllegalArgumentException if an operation reads what does not stand yet, a value is written twice or never read, numbers of values are not those from 0 on, the
     *     output is not written, two operations know a parameter as different things, or they leave one state
     */
    public LayerProgram {
        inputs = List.copyOf(inputs);
        ops = List.copyOf(ops);
        List<Value> standing = new ArrayList<>(inputs);
        List<Value> unread = new ArrayList<>(inputs);
        for (Op op : ops) {
            for (Value value : op.reads()) {
                if (!standing.contains(value)) {
                    throw new IllegalArgumentException(
                            "an operation must read values that stand; operation=" + op + ", value=" + value.name());
                }
                unread.remove(value);
            }
            if (standing.contains(op.writes())) {
                throw new IllegalArgumentException("a value must be written once; operation=" + op + ", value="
                        + op.writes().name());
            }
            standing.add(op.writes());
            unread.add(op.writes());
        }
        List<Integer> numbers = standing.stream().map(Value::id).sorted().toList();
        if (!numbers.equals(IntStream.range(0, numbers.size()).boxed().toList())) {
            throw new IllegalArgumentException("values must be numbered from 0 on, each once; numbers=" + numbers);
        }
        unread.remove(output);
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(
                    "a value must be read; value=" + unread.get(0).name());
        }
        if (inputs.contains(output) || !standing.contains(output)) {
            throw new IllegalArgumentException("an operation must write the output; output=" + output.name());
        }
        requireIds(inputs, ops);
        requirePoolLast(ops, output);
        requireStatesApart(ops);
        parameters(ops);
    }

    /** What an operation finds in the part after must be what it left itself. */
    private static void requireStatesApart(List<Op> ops) {
        Set<String> all = new HashSet<>();
        for (Op op : ops) {
            for (String state : op.states()) {
                if (!all.add(state)) {
                    throw new IllegalArgumentException(
                            "operations that keep a state must have scopes or names of their own; state=" + state
                                    + ", operation=" + op);
                }
            }
        }
    }

    private static void requirePoolLast(List<Op> ops, Value output) {
        for (Op op : ops) {
            if (op instanceof Op.Pool && !op.writes().equals(output)) {
                throw new IllegalArgumentException("what is pooled must be the output; operation=" + op);
            }
        }
    }

    /** What is looked up by is an input, and nothing else reads it. */
    private static void requireIds(List<Value> inputs, List<Op> ops) {
        for (Op op : ops) {
            if (op instanceof Op.Lookup lookup) {
                boolean alone = ops.stream()
                        .filter(other -> other.reads().contains(lookup.ids()))
                        .allMatch(Op.Lookup.class::isInstance);
                if (!alone || !inputs.contains(lookup.ids())) {
                    throw new IllegalArgumentException("ids must be an input that lookups alone read; operation=" + op);
                }
            }
        }
    }

    /** Returns all parameters, each once, in the order in which operations read them. */
    public List<Parameter> parameters() {
        return parameters(ops);
    }

    private static List<Parameter> parameters(List<Op> ops) {
        Map<String, Parameter> all = new LinkedHashMap<>();
        for (Op op : ops) {
            for (Parameter parameter : op.parameters()) {
                Parameter other = all.putIfAbsent(parameter.name(), parameter);
                if (other != null && !other.equals(parameter)) {
                    throw new IllegalArgumentException(
                            "a parameter must have one kind and shape; first=" + other + ", second=" + parameter);
                }
            }
        }
        return List.copyOf(all.values());
    }

    /** Returns how many values there are, inputs and results; their numbers are below. */
    public int values() {
        return inputs.size() + ops.size();
    }

    /** Returns the operations that read a value. */
    public List<Op> readers(Value value) {
        return ops.stream().filter(op -> op.reads().contains(value)).toList();
    }

    /** Returns whether the output has a row for each sequence, and not for each token. */
    public boolean pools() {
        return ops.stream().anyMatch(Op.Pool.class::isInstance);
    }

    /** Returns whether a token's result depends on this token alone. */
    public boolean perToken() {
        return ops.stream().allMatch(op -> op.rowwise() && !op.placed());
    }

    /** Builds a program, one operation after the other; each method returns the value that its operation writes. */
    public static final class Builder {
        private final List<Value> inputs = new ArrayList<>();
        private final List<Op> ops = new ArrayList<>();
        private int values;

        private Value value(String name, int side, int columns) {
            return new Value(values++, name, side, columns);
        }

        /** Takes an input, with a side of its own. */
        public Value input(String name, int columns) {
            Value x = value(name, inputs.size(), columns);
            inputs.add(x);
            return x;
        }

        /** Takes an input of token ids, one for each token, with a side of its own; {@link #lookup} alone reads it. */
        public Value ids(String name) {
            return input(name, 1);
        }

        /** Rows of a table by token id. */
        public Value lookup(Value ids, String table, int vocabulary, int columns) {
            return lookup(ids, table, vocabulary, columns, null);
        }

        /** What a context makes of the rows of a table; null for none. */
        public Value lookup(Value ids, String table, int vocabulary, int columns, TokenContext context) {
            Value rows = value(table + "[" + ids.name() + "]", ids.side(), columns);
            return add(new Op.Lookup(ids, table, vocabulary, context, rows));
        }

        private Value add(Op op) {
            ops.add(op);
            return op.writes();
        }

        /** x W + b, of parameters as they are; bias null for none. */
        public Value linear(Value x, String weight, String bias, int columns) {
            return linear(x, new Weight.Plain(weight, bias, x.columns(), columns, true));
        }

        /**
         * x W + b.
         *
         * @throws IllegalArgumentException if W does not have a row for each column of x
         */
        public Value linear(Value x, Weight weight) {
            if (weight.in() != x.columns()) {
                throw new IllegalArgumentException("a weight must have a row for each column; weight=" + weight.name()
                        + ", rows=" + weight.in() + ", columns=" + x.columns());
            }
            return add(new Op.Linear(x, weight, value("x·" + weight.name(), x.side(), weight.out())));
        }

        /** x W + b as the layer's low rank says: with an update, or without; null for a layer that trains W itself. */
        public Value linear(Value x, String weight, String bias, int columns, LowRank lowRank) {
            if (lowRank == null) {
                return linear(x, weight, bias, columns);
            }
            Value fixed = linear(x, new Weight.Plain(weight, bias, x.columns(), columns, false));
            return update(x, fixed, weight, lowRank);
        }

        /** A product with a weight that is not trained, and beside it the update of low rank, if it has one. */
        public Value update(Value x, Value fixed, String weight, LowRank lowRank) {
            if (!lowRank.weights().contains(weight)) {
                return fixed;
            }
            int site = 1000 + ops.size(); // apart from those that layers number from 0
            Value first = linear(drop(x, lowRank.dropout(), site), LowRank.first(weight), null, lowRank.rank());
            return add(
                    fixed,
                    linear(
                            first,
                            new Weight.Scaled(
                                    LowRank.second(weight), lowRank.rank(), fixed.columns(), lowRank.scale())));
        }

        /** Layer normalisation; by the root mean square where bias is null. */
        public Value norm(Value x, String gain, String bias, double epsilon) {
            return norm(x, gain, bias, epsilon, 1);
        }

        /**
         * The same of each group of columns by itself, with one gain and bias for all.
         *
         * @throws IllegalArgumentException if the groups do not divide the columns
         */
        public Value norm(Value x, String gain, String bias, double epsilon, int groups) {
            return norm(x, gain, bias, bias == null, epsilon, groups);
        }

        /**
         * The same, which may be by mean and deviation without a bias.
         *
         * @param bias null for none
         * @throws IllegalArgumentException if the groups do not divide the columns, or the root mean square has a bias
         */
        public Value norm(Value x, String gain, String bias, boolean rootMeanSquare, double epsilon, int groups) {
            requireGroups(x, groups);
            if (rootMeanSquare && bias != null) {
                throw new IllegalArgumentException("a norm by the root mean square has no bias; bias=" + bias);
            }
            Value y = value("norm " + gain, x.side(), x.columns());
            return add(new Op.Norm(x, gain, bias, rootMeanSquare, epsilon, groups, false, y));
        }

        /** Normalisation by the root mean square with one gain for all columns, {@code g x/|x|} with g = gain·√columns (ScaleNorm, arXiv 1910.05895). */
        public Value scaleNorm(Value x, String gain, double epsilon) {
            Value y = value("norm " + gain, x.side(), x.columns());
            return add(new Op.Norm(x, gain, null, true, epsilon, 1, true, y));
        }

        private static void requireGroups(Value x, int groups) {
            if (groups < 1 || x.columns() % groups != 0) {
                throw new IllegalArgumentException("groups must divide columns; groups=" + groups + ", value=" + x);
            }
        }

        /** factor · x; x itself where the factor is 1. */
        public Value scale(Value x, double factor) {
            return factor == 1 || x.columns() == 0
                    ? x
                    : add(new Op.Scale(x, factor, value(factor + "·" + x.name(), x.side(), x.columns())));
        }

        /** α x, α a learned number that begins at 0. */
        public Value multiply(Value x, String factor) {
            return add(new Op.Multiply(x, factor, value(factor + "·" + x.name(), x.side(), x.columns())));
        }

        /** x with some columns of each token's neighbours. */
        public Value shift(Value x, boolean causal) {
            return shift(x, causal, String.valueOf(values)); // the number of what it writes
        }

        /** The same with a name of its own in the layer's state, for operations that may run in several programs. */
        public Value shift(Value x, boolean causal, String name) {
            Value y = value("shifted " + x.name(), x.side(), x.columns());
            return add(new Op.Shift(x, new TokenShift(causal), name, y));
        }

        /**
         * x with each group of columns several times in a row; x itself where that is once.
         *
         * @throws IllegalArgumentException if the groups do not divide the columns
         */
        public Value repeat(Value x, int groups, int times) {
            requireGroups(x, groups);
            return times == 1
                    ? x
                    : add(new Op.Repeat(
                            x, groups, times, value("repeated " + x.name(), x.side(), x.columns() * times)));
        }

        /** f(z). */
        public Value activate(Activation f, Value z) {
            return add(new Op.Activate(f, z, value(f + "(" + z.name() + ")", z.side(), z.columns())));
        }

        /** f(z) ⊙ gate. */
        public Value gate(Activation f, Value z, Value gate) {
            requireSame(z, gate);
            return add(new Op.Gate(f, z, gate, value(f + "(" + z.name() + ")·gate", z.side(), z.columns())));
        }

        /** a + b. */
        public Value add(Value a, Value b) {
            requireSame(a, b);
            return add(new Op.Add(a, b, value("(" + a.name() + " + " + b.name() + ")", a.side(), a.columns())));
        }

        private static void requireSame(Value a, Value b) {
            if (a.side() != b.side() || a.columns() != b.columns()) {
                throw new IllegalArgumentException(
                        "values must have the same side and columns; first=" + a + ", second=" + b);
            }
        }

        /**
         * x with entries dropped while training; x itself where the probability is 0.
         *
         * @throws IllegalArgumentException if the probability is not in [0, 1)
         */
        public Value drop(Value x, double probability, int site) {
            if (!(probability >= 0 && probability < 1)) {
                throw new IllegalArgumentException(
                        "dropout must be in [0, 1); dropout=" + probability + ", value=" + x.name());
            }
            return probability == 0
                    ? x
                    : add(new Op.Drop(x, probability, site, value("drop " + site, x.side(), x.columns())));
        }

        /** x as it is, for programs that do nothing else. */
        public Value copy(Value x) {
            return add(new Op.Drop(x, 0, -1, value("copy " + x.name(), x.side(), x.columns())));
        }

        /** x with what stands for each token's place added. */
        public Value place(Value x, Places places) {
            return add(new Op.Place(x, places, value("placed " + x.name(), x.side(), x.columns())));
        }

        /**
         * x turned by rotary positions, head by head; x itself where there are none.
         *
         * @throws IllegalArgumentException if heads do not divide the columns
         */
        public Value rotate(Value x, int heads, Rotary rotary) {
            requireHeads(x, heads);
            return rotary == null
                    ? x
                    : add(new Op.Rotate(x, heads, rotary, value("turned " + x.name(), x.side(), x.columns())));
        }

        /** Each head has as many columns as the others: those behind the last one would be left out. */
        private static void requireHeads(Value x, int heads) {
            if (heads < 1 || x.columns() % heads != 0) {
                throw new IllegalArgumentException(
                        "heads must divide width; width=" + x.columns() + ", heads=" + heads);
            }
        }

        /** x convolved along the tokens; x itself without taps. */
        public Value convolve(Value x, String weight, int taps, boolean causal) {
            return taps == 0
                    ? x
                    : add(new Op.Convolve(
                            x,
                            weight,
                            new Convolution(taps, causal),
                            value("convolved " + x.name(), x.side(), x.columns())));
        }

        /**
         * Attention of queries to keys and values.
         *
         * @throws IllegalArgumentException if queries and keys have other columns, heads do not divide those or the values', keys and values are of two sides, or attention of one side to another is causal, decays, has a window or relative positions
         */
        public Value attend(Value q, Value k, Value v, AttentionOptions options, String scope) {
            return attend(q, k, v, null, options, scope);
        }

        /**
         * The same with selective decay.
         *
         * @param rates z, {@code a = softplus(z)}, a column for each head that decays; null if decay is fixed or none
         * @throws IllegalArgumentException if it has others, too
         */
        public Value attend(Value q, Value k, Value v, Value rates, AttentionOptions options, String scope) {
            requireHeads(q, options.heads());
            requireHeads(v, options.heads());
            boolean selective = options.decay() != null && options.decay().selective();
            int wanted = selective ? options.decay().heads(options.heads()) : 0;
            if ((rates == null ? 0 : rates.columns()) != wanted || rates != null && rates.side() != k.side()) {
                throw new IllegalArgumentException(
                        "selective decay needs a column of rates for each head that decays; heads=" + wanted
                                + ", rates=" + rates);
            }
            if (!options.further().isEmpty()) {
                throw new IllegalArgumentException("each group of heads attends by an operation of its own; groups="
                        + options.groups().keySet());
            }
            if (q.columns() != k.columns() || k.side() != v.side()) {
                throw new IllegalArgumentException(
                        "queries and keys must have the same columns, keys and values the same side; q=" + q + ", k="
                                + k + ", v=" + v);
            }
            boolean placed = options.decay() != null || options.distances() != null || options.relative() != null;
            placed |= options.fourier() != null;
            if ((options.causal() || placed) && q.side() != k.side()) {
                throw new IllegalArgumentException(
                        "attention that is causal, decays, has a window, relative or Fourier positions needs queries and keys of the same sequence; causal="
                                + options.causal() + ", decay=" + options.decay() + ", window=" + options.window()
                                + ", relative=" + options.relative() + ", fourier=" + options.fourier() + ", q=" + q
                                + ", k=" + k);
            }
            if (options.prefix() > 0 && q.side() != k.side()) {
                throw new IllegalArgumentException(
                        "attention with an exact prefix needs queries and keys of the same sequence; prefix="
                                + options.prefix() + ", q=" + q + ", k=" + k);
            }
            return add(new Op.Attend(q, k, v, rates, options, scope, value(scope + "attended", q.side(), v.columns())));
        }

        /** One row for each sequence, to be the output. */
        public Value pool(Value x, Pooling kind) {
            return add(new Op.Pool(x, kind, value("pooled " + x.name(), x.side(), x.columns())));
        }

        /**
         * Attention masked by a graph kernel, or as a tree.
         *
         * @param graph an input of entries of both factors, or of edges
         * @param modulation what f begins as, [L]; empty for that of diffusion
         * @throws IllegalArgumentException if queries, keys and values are not of one side and shape, or the graph is of theirs
         */
        public Value attendGraph(
                Value q,
                Value k,
                Value v,
                Value graph,
                AttentionOptions options,
                List<Double> modulation,
                String scope) {
            return attendGraph(q, k, v, graph, options, modulation, NodeMask.kernel(), scope);
        }

        /**
         * Attention masked by what a graph says.
         *
         * @param graph an input of rows, as the mask says
         * @param modulation what f or λ begins as; empty for values of the kind's own
         * @throws IllegalArgumentException if queries, keys and values are not of one side and shape, or the graph is of theirs
         */
        public Value attendGraph(
                Value q,
                Value k,
                Value v,
                Value graph,
                AttentionOptions options,
                List<Double> modulation,
                NodeMask mask,
                String scope) {
            boolean together = q.side() == k.side() && k.side() == v.side() && q.columns() == k.columns();
            if (!together || q.columns() != v.columns() || graph.side() == q.side() || !inputs.contains(graph)) {
                throw new IllegalArgumentException(
                        "queries, keys and values must be of the same nodes and columns, and the graph another input; q="
                                + q + ", k=" + k + ", v=" + v + ", graph=" + graph);
            }
            requireHeads(q, options.heads());
            Value attended = value(scope + "attended", q.side(), v.columns());
            return add(new Op.AttendGraph(q, k, v, graph, options, List.copyOf(modulation), mask, scope, attended));
        }

        /**
         * Attention of a sequence to itself, masked by the grid of its options.
         *
         * @throws IllegalArgumentException if queries, keys and values are not of one side and shape
         */
        public Value attendGrid(Value q, Value k, Value v, AttentionOptions options, String scope) {
            boolean together = q.side() == k.side() && k.side() == v.side() && q.columns() == k.columns();
            if (!together || q.columns() != v.columns()) {
                throw new IllegalArgumentException("on a grid, queries, keys and values must be of the same tokens and"
                        + " columns; q=" + q + ", k=" + k + ", v=" + v);
            }
            requireHeads(q, options.heads());
            Value attended = value(scope + "attended", q.side(), v.columns());
            return add(new Op.AttendGraph(q, k, v, null, options, List.of(), NodeMask.kernel(), scope, attended));
        }

        /** Ends the program. */
        public LayerProgram output(Value output) {
            return new LayerProgram(inputs, ops, output);
        }
    }
}
