package io.github.performer4j.core.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.Orthogonality;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.draw.NormalTable;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.kernels.math.Activation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Multi-head attention over one sequence:
 * {@code out = concat_h(attend(x Wq_h, x Wk_h, x Wv_h)) Wo}, each product with a bias if the options say so.
 *
 * <p>Wq, Wk, Wv and Wo are [E,E], biases [E]; with temperatures, ρ is [H] and multiplies q and k of head h by e^{ρ_h/2}. Head h owns columns h·D … (h+1)·D − 1. With K heads of keys,
 * Wk and Wv are [E,K·D], and head h of the queries reads head h·K/H of them. Orthogonal Wq and Wk are made of vectors Wq.V and Wk.V of the same shapes. Queries and keys may be normalised, are turned, and then scaled.
 *
 * <p>Groups of heads have products of their own under the same names, behind the group's, as {@code local.Wq}; their outputs are added, which is one product with Wo of all. The output's bias
 * is the first group's.
 *
 * <p>With a gate, {@code out = (concat_h(gaino ⊙ a_h / √(mean(a_h²) + ε)) ⊙ SiLU(x Wg + bg)) Wo}, a_h what head h attended, gaino [D], Wg [E,E], bg [E]: the norm takes the place of the one
 * that attention without a denominator needs (arXiv 2307.08621), and the gate reads x in front of the convolution.
 */
public final class AttentionPart {
    /** Name of the logarithms of the heads' temperatures. */
    public static final String TEMPERATURE = "rho";

    /** Name of a learned projection W, [draws,D]; not decayed, because small rows are another estimator. */
    public static final String PROJECTION = Op.Attend.PROJECTION;

    /** Name of Wa, [E,H']. */
    static final String DECAY = "Wa";

    /** Name of ba, [H']. */
    static final String DECAY_BIAS = "ba";

    /** ε of the norm in front of the gate. */
    private static final double GATE_EPSILON = 1e-5;

    private static final Logger LOG = LoggerFactory.getLogger(AttentionPart.class);
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private AttentionPart() {}

    /** Says once what is to be said of a layer's projection. */
    public static void tellObjection(AttentionOptions options) {
        options.objection().filter(TOLD::add).ifPresent(LOG::warn);
    }

    /** Draws a learned projection, and begins selective decay as the fixed one. */
    public static void initialize(Op.Attend op, Map<String, INDArray> parameters) {
        if (parameters.containsKey(op.scope() + DECAY)) {
            parameters.get(op.scope() + DECAY).assign(0);
            INDArray bias = parameters.get(op.scope() + DECAY_BIAS);
            List<Double> rates = op.options().decay().rates(op.options().heads());
            for (int h = 0; h < rates.size(); h++) {
                bias.putScalar(h, Decay.inverse(rates.get(h)));
            }
        }
        INDArray spectrum = parameters.get(op.scope() + Op.Attend.FOURIER);
        if (spectrum != null) {
            INDArray start =
                    Nd4j.create(op.options().fourier().places().start()).castTo(spectrum.dataType());
            for (int h = 0; h < op.options().heads(); h++) {
                spectrum.getRow(h).assign(start);
            }
        }
        drawProjection(parameters.get(op.scope() + PROJECTION), op.options(), op.keySize());
    }

    /** Draws a learned projection W, if there is one. */
    static void drawProjection(INDArray w, AttentionOptions options, int headSize) {
        if (w != null) {
            double[][] rows =
                    options.featureMap().draw(options.projection(), options.features(), headSize, NormalTable.seed());
            w.assign(Nd4j.create(rows).castTo(w.dataType()));
        }
    }

    /**
     * Attention of a sequence to itself, or to another one, with the products before and behind it.
     *
     * @param x rows that ask
     * @param memory rows that answer: x itself in self-attention
     * @param scope stands before the names of the parameters; empty for a layer's only attention
     * @param width columns of queries, keys and values together
     * @param r how weights are trained; null for as they are. Beside updates or adapters running statistics stay, too
     * @throws IllegalArgumentException if heads do not divide the columns
     */
    public static Value add(
            LayerProgram.Builder program,
            AttentionOptions o,
            Value x,
            Value memory,
            String scope,
            int width,
            LowRank r) {
        return add(
                program,
                o,
                x,
                memory,
                scope,
                width,
                r,
                (q, k, v, answers, group, of) -> group.grid() != null
                        ? program.attendGrid(q, k, v, group, of)
                        : program.attend(q, k, v, rates(program, group, answers, of, r), group, of));
    }

    /** How queries, keys and values of the rows that answer become what a group of heads attends. */
    @FunctionalInterface
    interface Attending {
        Value of(Value q, Value k, Value v, Value answers, AttentionOptions group, String scope);
    }

    /** The same with attention of another kind between the products. */
    public static Value add(
            LayerProgram.Builder program,
            AttentionOptions o,
            Value x,
            Value memory,
            String scope,
            int width,
            LowRank r,
            Attending attending) {
        if (width > 0) { // known
            o.headSize(width);
        }
        Value asks = program.convolve(x, scope + "convolution", o.convolution(), o.causal());
        Value answers = memory.equals(x) ? asks : memory;
        Value sum = null;
        for (Map.Entry<String, AttentionOptions> each : o.groups().entrySet()) {
            AttentionOptions group = resting(each.getValue(), r);
            int columns = width / o.heads() * group.heads();
            String inner = scope + each.getKey();
            boolean first = sum == null;
            Value out = heads(program, group, x, asks, answers, inner, columns, r, attending, first);
            sum = first ? out : program.add(sum, out);
        }
        return sum;
    }

    /** Returns options whose running statistics stay where weights do, since these are for the features of them. */
    private static AttentionOptions resting(AttentionOptions o, LowRank r) {
        return r != null && o.statistics() == Statistics.RUNNING ? o.withStatistics(Statistics.FIXED) : o;
    }

    /** A group of heads with its products; the first one has the bias of the output. */
    private static Value heads(
            LayerProgram.Builder program,
            AttentionOptions o,
            Value x,
            Value asks,
            Value answers,
            String scope,
            int width,
            LowRank r,
            Attending attending,
            boolean first) {
        int groups = o.heads() / o.headsPerKey();
        int keyWidth = width / o.headsPerKey();
        Value q = prepared(program, o, product(program, o, asks, scope, "q", width, r), scope + "%sq", o.heads());
        Value k = prepared(program, o, product(program, o, answers, scope, "k", keyWidth, r), scope + "%sk", groups);
        k = program.repeat(k, groups, o.headsPerKey());
        Value v = program.linear(answers, scope + "Wv", bias(o, scope, "v"), keyWidth, r);
        v = program.repeat(v, groups, o.headsPerKey());
        Value z = o.gate() ? program.linear(x, scope + "Wg", bias(o, scope, "g"), width, r) : null;
        Value attended = attending.of(q, k, v, answers, o, scope);
        if (z != null) {
            Value each = program.norm(attended, scope + "gaino", null, GATE_EPSILON, o.heads());
            attended = program.gate(Activation.SILU, z, each);
        }
        String bias = first ? bias(o, scope, "o") : null;
        return program.linear(attended, scope + "Wo", bias, x.columns(), r);
    }

    /** Queries or keys, normalised, turned and scaled as the options say. */
    private static Value prepared(LayerProgram.Builder program, AttentionOptions o, Value x, String names, int heads) {
        QueryKeyNorm norm = o.queryKeyNorm();
        Value y = x;
        if (norm != QueryKeyNorm.NONE) {
            String gain = names.replace("%s", "gain");
            String bias = norm.biased() ? names.replace("%s", "bias") : null;
            int each = norm.perHead() ? heads : 1;
            y = program.norm(x, gain, bias, norm.rootMeanSquare(), QueryKeyNorm.EPSILON, each);
        }
        y = program.rotate(y, heads, o.rotary());
        return program.scale(y, o.factor(x.columns() / heads));
    }

    private static Value rates(LayerProgram.Builder program, AttentionOptions o, Value x, String scope, LowRank r) {
        if (o.decay() == null || !o.decay().selective()) {
            return null;
        }
        int heads = o.decay().heads(o.heads());
        return program.linear(x, new Weight.Plain(scope + DECAY, scope + DECAY_BIAS, x.columns(), heads, r == null));
    }

    /** Attention of a sequence to itself. */
    public static Value add(LayerProgram.Builder program, AttentionOptions o, Value x, String scope, int width) {
        return add(program, o, x, x, scope, width, null);
    }

    /**
     * Returns options for attention of one sequence to another.
     *
     * @throws IllegalArgumentException if they are causal
     */
    public static AttentionOptions cross(AttentionOptions options) {
        if (options.causal()) {
            throw new IllegalArgumentException(
                    "attention of one sequence to another cannot be causal, because they have no common order; causal=true");
        }
        if (options.prefix() > 0) {
            throw new IllegalArgumentException(
                    "attention of one sequence to another has no exact prefix, because they have no common order; prefix="
                            + options.prefix());
        }
        for (AttentionOptions group : options.groups().values()) {
            boolean ordered = group.decay() != null || group.grid() != null || group.relative() != null;
            ordered |= group.fourier() != null;
            if (ordered || options.convolution() != 0 || group.distances() != null) {
                throw new IllegalArgumentException(
                        "attention of one sequence to another has no decay, convolution, window, grid, relative or Fourier positions, because they have no common order; decay="
                                + group.decay() + ", convolution=" + options.convolution() + ", window="
                                + group.window() + ", grid=" + group.grid() + ", relative=" + group.relative()
                                + ", fourier=" + group.fourier());
            }
        }
        return options;
    }

    private static Value product(
            LayerProgram.Builder program,
            AttentionOptions o,
            Value x,
            String scope,
            String name,
            int width,
            LowRank r) {
        String w = scope + "W" + name;
        Weight plain = weight(o, w, bias(o, scope, name), x.columns(), width, r);
        Value y =
                program.linear(x, o.temperature() ? new Weight.PerHead(plain, scope + TEMPERATURE, o.heads()) : plain);
        return r == null ? y : program.update(x, y, w, r);
    }

    private static Weight weight(AttentionOptions o, String name, String bias, int in, int out, LowRank r) {
        if (o.orthogonal() == Orthogonality.NONE) {
            return new Weight.Plain(name, bias, in, out, r == null);
        }
        if (r != null && r.weights().contains(name)) {
            throw new IllegalArgumentException(
                    "an orthogonal weight takes no update of low rank, with which it would not be orthogonal; weight="
                            + name);
        }
        return new Weight.Orthogonal(name + Weight.Orthogonal.VECTORS, bias, in, out, r == null);
    }

    private static String bias(AttentionOptions o, String scope, String name) {
        return o.bias() ? scope + "b" + name : null;
    }
}
