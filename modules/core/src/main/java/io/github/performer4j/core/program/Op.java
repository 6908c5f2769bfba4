package io.github.performer4j.core.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.CarriedLinearAttention;
import io.github.performer4j.core.attention.MaskKind;
import io.github.performer4j.core.attention.NodeMask;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.program.Parameter.Kind;
import io.github.performer4j.kernels.layer.Convolution;
import io.github.performer4j.kernels.layer.TokenShift;
import io.github.performer4j.kernels.math.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An operation of a program: reads values that stand, writes one. */
public sealed interface Op {

    /** Returns what it reads. */
    List<Value> reads();

    /** Returns what it writes. */
    Value writes();

    /** Returns whether a row of the result depends on the same row of each value only, so that an engine may run it on any block of rows. */
    default boolean rowwise() {
        return true;
    }

    /** Returns whether a row of the result depends on the row's place in its sequence. */
    default boolean placed() {
        return false;
    }

    /** Returns why a sequence must come whole, not in parts with a state between them; null if it may come in parts. */
    default String whole() {
        return null;
    }

    /** Returns names of what it leaves in the layer's state for the next part of a sequence, where no other operation of the layer may leave anything. */
    default List<String> states() {
        return List.of();
    }

    /** Returns the parameters that it reads. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /** Calls the visitor's method of this kind of operation. */
    <R> R accept(Visitor<R> visitor);

    /**
     * What an engine does with each kind of operation.
     *
     * @param <R> what it makes of one
     */
    interface Visitor<R> {
        R linear(Linear op);

        R norm(Norm op);

        R activate(Activate op);

        R gate(Gate op);

        R add(Add op);

        R drop(Drop op);

        R lookup(Lookup op);

        R place(Place op);

        R rotate(Rotate op);

        R scale(Scale op);

        R multiply(Multiply op);

        R repeat(Repeat op);

        R convolve(Convolve op);

        R shift(Shift op);

        R attend(Attend op);

        R attendGraph(AttendGraph op);

        R pool(Pool op);
    }

    /** {@code writes = x W + b}. */
    record Linear(Value x, Weight weight, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public List<Parameter> parameters() {
            return weight.parameters();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.linear(this);
        }
    }

    /**
     * Normalisation of each row: {@code gain ⊙ (x − mean(x)) / √(var(x) + ε) + bias} (arXiv 1607.06450), or by the root mean square, {@code gain ⊙ x / √(mean(x²) + ε)}
     * (arXiv 1910.07467).
     *
     * @param bias null for none, as by the root mean square
     * @param rootMeanSquare whether it is by the root mean square
     * @param groups of columns, each of which is normalised by itself, with the same gain and bias, [columns/groups]; 1 for whole rows
     * @param scalar whether the gain is one number for all columns, [1]
     */
    record Norm(
            Value x,
            String gain,
            String bias,
            boolean rootMeanSquare,
            double epsilon,
            int groups,
            boolean scalar,
            Value writes)
            implements Op {
        /** Returns the columns of a group; 0 as long as the width is not known. */
        public int size() {
            return writes.columns() / groups;
        }

        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public List<Parameter> parameters() {
            Parameter first = Parameter.of(gain, Kind.GAIN, scalar ? 1 : size());
            return bias == null ? List.of(first) : List.of(first, Parameter.of(bias, Kind.BIAS, size()));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.norm(this);
        }
    }

    /** {@code writes = f(z)}. */
    record Activate(Activation f, Value z, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(z);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.activate(this);
        }
    }

    /** {@code writes = f(z) ⊙ gate}. */
    record Gate(Activation f, Value z, Value gate, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(z, gate);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.gate(this);
        }
    }

    /** {@code writes = a + b}. */
    record Add(Value a, Value b, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(a, b);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.add(this);
        }
    }

    /**
     * Inverted dropout while training.
     *
     * @param probability in (0, 1)
     * @param site number of the place in the layer, from 0: part of the draw's key
     */
    record Drop(Value x, double probability, int site, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.drop(this);
        }
    }

    /**
     * {@code writes_bt = W[id_bt]}: rows of a table, or what a context makes of them.
     *
     * @param ids an input of token ids, each in [0, vocabulary), which engines get by {@link io.github.performer4j.core.engine.ProgramPass#ids}; they have no gradient
     * @param table name of W, [vocabulary,columns]
     * @param vocabulary V
     * @param context what else the rows depend on; null where that is nothing
     */
    record Lookup(Value ids, String table, int vocabulary, TokenContext context, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(ids);
        }

        @Override
        public boolean rowwise() {
            return context == null;
        }

        @Override
        public String whole() {
            return context == null ? null : "its vectors depend on other tokens of the sequence";
        }

        @Override
        public List<Parameter> parameters() {
            Parameter first = Parameter.of(table, Kind.WEIGHT, vocabulary, writes.columns());
            return context instanceof TokenContext.Texts texts
                    ? List.of(
                            first, Parameter.of(texts.table(), Kind.WEIGHT, TokenContext.Texts.TYPES, writes.columns()))
                    : List.of(first);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.lookup(this);
        }
    }

    /** {@code writes_bt = x_bt + P_t}, t the token's place in its whole sequence. */
    record Place(Value x, Places places, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public boolean placed() {
            return true;
        }

        @Override
        public List<Parameter> parameters() {
            if (places instanceof Places.Axial axial) {
                return List.of(
                        Parameter.of(axial.rows(), Kind.WEIGHT, axial.height(), x.columns()),
                        Parameter.of(axial.columns(), Kind.WEIGHT, axial.width(), x.columns()));
            }
            return places instanceof Places.Learned learned
                    ? List.of(Parameter.of(learned.table(), Kind.WEIGHT, learned.tokens(), x.columns()))
                    : List.of();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.place(this);
        }
    }

    /** {@code writes = } rows whose heads are turned by {@link Rotary} positions. */
    record Rotate(Value x, int heads, Rotary rotary, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public boolean placed() {
            return true;
        }

        /** Returns D; 0 as long as the width is not known. */
        public int headSize() {
            return x.columns() / heads;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.rotate(this);
        }
    }

    /** {@code writes = factor · x}. */
    record Scale(Value x, double factor, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.scale(this);
        }
    }

    /**
     * {@code writes = α x}.
     *
     * @param factor name of α, a learned number [1], 0 at first
     */
    record Multiply(Value x, String factor, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(Parameter.of(factor, Kind.ZERO, 1));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.multiply(this);
        }
    }

    /**
     * {@code writes = } x with each group of columns standing several times in a row: heads of keys that several heads of queries read.
     *
     * @param groups of columns in x
     * @param times how often each stands
     */
    record Repeat(Value x, int groups, int times, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        /** Returns the columns of a group. */
        public int size() {
            return x.columns() / groups;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.repeat(this);
        }
    }

    /**
     * {@code writes_t = x_t + Σ_s w_s ⊙ x_{t+c−s}} along the tokens of each sequence, see {@link Convolution}; padded tokens count 0.
     *
     * @param weight name of w, [taps,columns], 0 at first, so that x is handed on as it is
     */
    record Convolve(Value x, String weight, Convolution convolution, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public boolean rowwise() {
            return false;
        }

        /** Returns the name of the last rows of a part of a sequence in the layer's state, [B,taps−1,columns]. */
        public String state() {
            return weight + " rows";
        }

        @Override
        public List<String> states() {
            return convolution.causal() ? List.of(state()) : List.of();
        }

        @Override
        public String whole() {
            return convolution.causal() ? null : "its convolution sees later tokens";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(Parameter.of(weight, Kind.ZERO, convolution.taps(), writes.columns()));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.convolve(this);
        }
    }

    /**
     * {@code writes = } x with some columns of each token's neighbours, see {@link TokenShift}.
     *
     * @param name of the operation in the layer's state
     */
    record Shift(Value x, TokenShift shift, String name, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public boolean rowwise() {
            return false;
        }

        /** Returns the name of the last row of a part of a sequence in the layer's state, [B,1,columns]. */
        public String state() {
            return "shifted " + name;
        }

        @Override
        public List<String> states() {
            return shift.causal() ? List.of(state()) : List.of();
        }

        @Override
        public String whole() {
            return shift.causal() ? null : "its token shift sees later tokens";
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.shift(this);
        }
    }

    /**
     * {@code writes = concat_h attend(q_h, k_h, v_h)}: head h has the columns h·D … (h+1)·D − 1. Queries are of one side, keys and values of one, which may be another.
     *
     * @param rates z of selective decay, {@code a = softplus(z)}, [N,H'], of the keys' side; null without
     * @param scope stands before the names of the parameters that attention itself has; empty for a layer's only one
     */
    record Attend(Value q, Value k, Value v, Value rates, AttentionOptions options, String scope, Value writes)
            implements Op {
        /** Name of a learned projection W, [draws,D]. */
        public static final String PROJECTION = "projection";

        /** Name of the moments that features are fitted to, [H,2(1+D+D²)]. */
        public static final String STATISTICS = "statistics";

        /** Name of the spectrum of Fourier positions, [H,(2+2d)G]. */
        public static final String FOURIER = "fourier";

        /** Name of b of relative positions, [H,P]. */
        public static final String RELATIVE = "relative";

        @Override
        public List<Value> reads() {
            return rates == null ? List.of(q, k, v) : List.of(q, k, v, rates);
        }

        @Override
        public boolean rowwise() {
            return false;
        }

        @Override
        public String whole() {
            if (q.side() != k.side()) {
                return "its attention is to another sequence";
            }
            if (!options.causal()) {
                return "its attention is bidirectional, and sees later tokens";
            }
            if (options.kind() != AttentionOptions.Kind.LINEAR && options.window() == 0) {
                return "its attention is " + options.kind().name().toLowerCase(Locale.ROOT)
                        + ", and only linear attention, or exact attention within a window, has a state of one size";
            }
            if (options.distances() != null && options.distances().global() > 0) {
                return "its global tokens are not among the last ones, which a window keeps";
            }
            if (options.prefix() > 0) {
                return "its exact prefix needs the first keys themselves, which the state of linear attention does not keep";
            }
            if (options.relative() != null && options.kind() != AttentionOptions.Kind.EXACT) {
                return "its relative positions weigh each earlier token by its distance, for which no state of one size is kept";
            }
            if (options.fourier() != null && options.window() > 0) {
                return "its window keeps keys without the columns of Fourier positions";
            }
            return options.keepsStatistics()
                    ? "its features are fitted to statistics, which move from part to part"
                    : null;
        }

        /** {@inheritDoc} Linear attention to another sequence leaves that one's sums, see {@link io.github.performer4j.core.net.DecoderSteps}. */
        @Override
        public List<String> states() {
            boolean keeps = q.side() == k.side() ? whole() == null : options.kind() == AttentionOptions.Kind.LINEAR;
            if (!keeps) {
                return List.of();
            }
            return options.window() > 0
                    ? List.of(keys(), values(), seen())
                    : List.of(CarriedLinearAttention.name(scope));
        }

        /** Returns the name of the keys within reach of a window in the layer's state, [B,window−1,columns]. */
        public String keys() {
            return scope + "window keys";
        }

        /** Returns the name of their values, [B,window−1,columns]. */
        public String values() {
            return scope + "window values";
        }

        /** Returns the name of 1 for those of real tokens and 0 for those of padding and before the sequence, [B,window−1,1]. */
        public String seen() {
            return scope + "window seen";
        }

        /** Returns D; 0 as long as the width is not known. */
        public int headSize() {
            return q.columns() / options.heads();
        }

        /** Returns the columns of queries and keys of a head: D, and those of Fourier positions; 0 as long as the width is not known. */
        public int keySize() {
            boolean wide = options.fourier() != null && headSize() > 0;
            return headSize() + (wide ? options.fourier().places().columns() : 0);
        }

        @Override
        public List<Parameter> parameters() {
            List<Parameter> all = new ArrayList<>();
            long d = headSize();
            if (options.keepsStatistics()) {
                all.add(Parameter.of(
                        scope + STATISTICS, Kind.STATE, options.heads(), d == 0 ? 0 : 2 * (1 + d + d * d)));
            }
            if (options.learnedProjection()) {
                all.add(Parameter.of(
                        scope + PROJECTION,
                        Kind.PROJECTION,
                        options.featureMap().draws(options.features()),
                        keySize()));
            }
            if (options.fourier() != null) {
                all.add(Parameter.of(
                        scope + FOURIER,
                        Kind.ZERO,
                        options.heads(),
                        options.fourier().places().parameters()));
            }
            if (options.relative() != null) {
                all.add(Parameter.of(
                        scope + RELATIVE,
                        Kind.ZERO,
                        options.heads(),
                        options.relative().offsets(options.causal()).parameters()));
            }
            return all;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.attend(this);
        }
    }

    /**
     * {@code writes = concat_h attend(q_h, k_h, v_h)} under a mask with structure, see {@link io.github.performer4j.core.attention.GraphAttention}: of a graph that is an input, by a graph kernel
     * or as a tree, or of the grid of the options.
     *
     * @param graph an input of rows, as entries, [B·S,2+2L], or edges of trees, [B·S,3], of a side of its own, which has no gradient; null for a grid
     * @param modulation what f or λ begins as, for every head; empty for those of the kind
     * @param nodes what the graph's rows are, and how heads share them
     */
    record AttendGraph(
            Value q,
            Value k,
            Value v,
            Value graph,
            AttentionOptions options,
            List<Double> modulation,
            NodeMask nodes,
            String scope,
            Value writes)
            implements Op {
        /** Name of θ = log f, [H,L], or of log λ, [H,1]. */
        public static final String MODULATION = "modulation";
        /** Name of b of a grid, [H,differences]. */
        public static final String GRID = "grid";

        @Override
        public List<Value> reads() {
            return graph == null ? List.of(q, k, v) : List.of(q, k, v, graph);
        }

        @Override
        public boolean rowwise() {
            return false;
        }

        @Override
        public String whole() {
            return kind().whole();
        }

        /** Returns the kind of mask; of factors with L = 0 as long as the width of entries is not known. */
        public MaskKind kind() {
            return graph == null ? new MaskKind.Grids(options.grid().shape()) : nodes.kind(graph.columns());
        }

        /** Returns the name of the mask's parameter, without its scope. */
        public String mask() {
            return graph == null ? GRID : MODULATION;
        }

        /** Returns the name of the mask's parameter, with its scope. */
        public String parameter() {
            return scope + mask();
        }

        /** Returns D; 0 as long as the width is not known. */
        public int headSize() {
            return q.columns() / options.heads();
        }

        /** {@inheritDoc} With one length there is no θ: f cancels. */
        @Override
        public List<Parameter> parameters() {
            List<Parameter> all = new ArrayList<>();
            MaskKind kind = kind();
            if (kind.learned()) {
                all.add(Parameter.of(parameter(), Kind.ZERO, options.heads(), kind.parameters()));
            }
            if (options.learnedProjection()) {
                all.add(Parameter.of(
                        scope + Attend.PROJECTION,
                        Kind.PROJECTION,
                        options.featureMap().draws(options.features()),
                        headSize()));
            }
            return all;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.attendGraph(this);
        }
    }

    /**
     * One row for the tokens of each sequence, {@code writes_b = Σ_t a_bt x_bt}, a as {@link Pooling} says, or
     * {@code max_t x_bt} of each column: [B,columns]. It is the program's output.
     */
    record Pool(Value x, Pooling kind, Value writes) implements Op {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public boolean rowwise() {
            return false;
        }

        @Override
        public String whole() {
            return "it mixes tokens or knows their places";
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.pool(this);
        }
    }
}
