package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionInput;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.AttentionOutput;
import io.github.performer4j.core.attention.CarriedLinearAttention;
import io.github.performer4j.core.attention.CausalLinearAttention;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.DecayedAttention;
import io.github.performer4j.core.attention.ExactAttention;
import io.github.performer4j.core.attention.LinearAttention;
import io.github.performer4j.core.attention.MomentsOperation;
import io.github.performer4j.core.attention.Orthogonality;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.kernels.Activation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
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
 * <p>With a gate, {@code out = (concat_h(gaino ⊙ a_h / √(mean(a_h²) + ε)) ⊙ SiLU(x Wg + bg)) Wo}, a_h what head h attended, gaino [D], Wg [E,E], bg [E]: the norm takes the place of the one
 * that attention without a denominator needs (arXiv 2307.08621), and the gate reads x in front of the convolution.
 */
final class AttentionPart {
    /** Name of the logarithms of the heads' temperatures. */
    static final String TEMPERATURE = "rho";

    /** Name of a learned projection W, [draws,D]; not decayed, because small rows are another estimator. */
    static final String PROJECTION = Op.Attend.PROJECTION;

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
    static void tellObjection(AttentionOptions options) {
        options.objection().filter(TOLD::add).ifPresent(LOG::warn);
    }

    /** Draws a learned projection, and begins selective decay as the fixed one. */
    static void initialize(Op.Attend op, Map<String, INDArray> parameters) {
        if (parameters.containsKey(op.scope() + DECAY)) {
            parameters.get(op.scope() + DECAY).assign(0);
            INDArray bias = parameters.get(op.scope() + DECAY_BIAS);
            List<Double> rates = op.options().decay().rates(op.options().heads());
            for (int h = 0; h < rates.size(); h++) {
                bias.putScalar(h, Decay.inverse(rates.get(h)));
            }
        }
        drawProjection(parameters.get(op.scope() + PROJECTION), op.options(), op.headSize());
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
     * @param r how weights are trained; null for as they are
     */
    static Value add(
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
                (q, k, v, answers) -> program.attend(q, k, v, rates(program, o, answers, scope, r), o, scope));
    }

    /** How queries, keys and values of the rows that answer become what is attended. */
    @FunctionalInterface
    interface Attending {
        Value of(Value q, Value k, Value v, Value answers);
    }

    /** The same with attention of another kind between the products. */
    static Value add(
            LayerProgram.Builder program,
            AttentionOptions o,
            Value x,
            Value memory,
            String scope,
            int width,
            LowRank r,
            Attending attending) {
        Value asks = program.convolve(x, scope + "convolution", o.convolution(), o.causal());
        Value answers = memory.equals(x) ? asks : memory;
        int groups = o.heads() / o.headsPerKey();
        int keyWidth = width / o.headsPerKey();
        Value q = prepared(program, o, product(program, o, asks, scope, "q", width, r), scope + "%sq", o.heads());
        Value k = prepared(program, o, product(program, o, answers, scope, "k", keyWidth, r), scope + "%sk", groups);
        k = program.repeat(k, groups, o.headsPerKey());
        Value v = program.linear(answers, scope + "Wv", bias(o, scope, "v"), keyWidth, r);
        v = program.repeat(v, groups, o.headsPerKey());
        Value z = o.gate() ? program.linear(x, scope + "Wg", bias(o, scope, "g"), width, r) : null;
        Value attended = attending.of(q, k, v, answers);
        if (z != null) {
            Value each = program.norm(attended, scope + "gaino", null, GATE_EPSILON, o.heads());
            attended = program.gate(Activation.SILU, z, each);
        }
        return program.linear(attended, scope + "Wo", bias(o, scope, "o"), x.columns(), r);
    }

    /** Queries or keys, normalised, turned and scaled as the options say. */
    private static Value prepared(LayerProgram.Builder program, AttentionOptions o, Value x, String names, int heads) {
        QueryKeyNorm norm = o.queryKeyNorm();
        Value y = x;
        if (norm != QueryKeyNorm.NONE) {
            String bias = norm.rootMeanSquare() ? null : names.replace("%s", "bias");
            int each = norm.perHead() ? heads : 1;
            y = program.norm(x, names.replace("%s", "gain"), bias, QueryKeyNorm.EPSILON, each);
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
    static Value add(LayerProgram.Builder program, AttentionOptions o, Value x, String scope, int width) {
        return add(program, o, x, x, scope, width, null);
    }

    /**
     * Returns options for attention of one sequence to another.
     *
     * @throws IllegalArgumentException if they are causal
     */
    static AttentionOptions cross(AttentionOptions options) {
        if (options.causal()) {
            throw new IllegalArgumentException(
                    "attention of one sequence to another cannot be causal, because they have no common order; causal=true");
        }
        if (options.decay() != null || options.convolution() != 0 || options.window() != 0) {
            throw new IllegalArgumentException(
                    "attention of one sequence to another has no decay, convolution or window, because they have no common order; decay="
                            + options.decay() + ", convolution=" + options.convolution() + ", window="
                            + options.window());
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

    /**
     * Defines attention as a graph.
     *
     * @param q [B·Tq,E]
     * @param k [B·Tk,E]
     * @param v [B·Tk,E]
     * @param rates z of selective decay, [N,H']; null without
     * @return [B·Tq,E], before Wo
     */
    static SDVariable define(
            GraphScope scope, Op.Attend op, SDVariable q, SDVariable k, SDVariable v, SDVariable rates) {
        AttentionOptions options = op.options();
        SameDiff sd = scope.sd();
        long batch = scope.batch();
        long queries = scope.tokens(op.q().side());
        long keys = scope.tokens(op.k().side());
        int heads = options.heads();
        int headSize = op.headSize();
        AttentionOptions.Kind kind = options.kindFor(op.q().columns(), queries, keys);
        WindowRows rows = WindowRows.of(scope, op, k, v);
        AttentionInput in = new AttentionInput(
                sd,
                split(sd, q, batch, queries, heads, headSize),
                split(sd, rows.k(), batch, rows.tokens(), heads, headSize),
                split(sd, rows.v(), batch, rows.tokens(), heads, op.v().columns() / heads),
                mask(scope, scope.mask(op.q().side()), queries, heads),
                mask(scope, rows.mask(), rows.tokens(), heads),
                batch * heads,
                queries,
                rows.tokens(),
                headSize,
                scope.type(),
                kind == AttentionOptions.Kind.LINEAR && options.keepsStatistics()
                        ? scope.parameter(op.scope() + KeptStatistics.NAME)
                        : null);
        if (collects(options, scope.training(), scope.collecting())) {
            scope.collect(op.scope() + KeptStatistics.NAME, MomentsOperation.define(in, heads));
        }
        AttentionOutput attended = attend(scope, op, in, kind, rates);
        scope.countUnderflows(attended.underflows());
        return sd.permute(attended.out().reshape(batch, heads, queries, headSize), 0, 2, 1, 3) // [B,Tq,H,D]
                .reshape(batch * queries, op.writes().columns());
    }

    /** Returns whether a forward pass hands out the moments of its queries and keys, whichever kind of attention it chooses. */
    static boolean collects(AttentionOptions options, boolean training, boolean collecting) {
        return options.keepsStatistics() && (collecting || training && options.statistics() == Statistics.RUNNING);
    }

    private static AttentionOutput attend(
            GraphScope scope, Op.Attend op, AttentionInput in, AttentionOptions.Kind kind, SDVariable rates) {
        AttentionOptions o = op.options();
        if (kind == AttentionOptions.Kind.EXACT) {
            return o.window() == 0 ? ExactAttention.define(in, o.causal()) : ExactAttention.define(in, o.distances());
        }
        ProjectionDraw draw = projection(o, in.headSize());
        SDVariable w = o.learnedProjection()
                ? scope.parameter(op.scope() + PROJECTION)
                : draw == null ? null : scope.draw("projection-" + op.writes().id(), draw);
        if (scope.carrying()) {
            String name = CarriedLinearAttention.name(op.scope());
            SDVariable before = scope.carried(
                    name,
                    CarriedLinearAttention.start(
                            scope.type(),
                            scope.batch(),
                            o.heads(),
                            o.featureMap().columns(o.features(), in.headSize()),
                            in.headSize()));
            CarriedLinearAttention.Part part =
                    CarriedLinearAttention.define(in, o.featureMap(), o.features(), w, before, decay(scope, op, rates));
            scope.carry(name, part.state());
            return part.attended();
        }
        if (o.decay() != null) {
            return DecayedAttention.define(in, o.featureMap(), o.features(), w, decay(scope, op, rates), o.causal());
        }
        return o.causal()
                ? CausalLinearAttention.define(in, o.featureMap(), o.features(), w, o.chunk())
                : LinearAttention.define(in, o.featureMap(), o.features(), w);
    }

    /** Returns a of each head, [BH,T,1], 0 where padded and where heads do not decay; null without decay. */
    private static SDVariable decay(GraphScope scope, Op.Attend op, SDVariable rates) {
        AttentionOptions o = op.options();
        if (o.decay() == null) {
            return null;
        }
        SameDiff sd = scope.sd();
        long batch = scope.batch();
        long tokens = scope.tokens(op.k().side());
        int heads = o.decay().heads(o.heads());
        SDVariable a; // [B,T,H']
        if (rates == null) {
            INDArray fixed = Nd4j.create(o.decay().rates(o.heads()).stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray())
                    .castTo(scope.type())
                    .reshape(1, 1, heads);
            a = sd.constant(Nd4j.ones(scope.type(), batch, tokens, 1)).mul(sd.constant(fixed));
        } else {
            SDVariable z = rates.reshape(batch, tokens, heads);
            SDVariable least = sd.math().abs(z).mul(-1);
            a = sd.math().log(sd.math().exp(least).add(1)).add(sd.nn().relu(z, 0)); // softplus
        }
        SDVariable mask = scope.mask(op.k().side());
        if (mask != null) {
            a = a.mul(mask.reshape(batch, tokens, 1));
        }
        if (heads < o.heads()) {
            a = sd.concat(2, a, sd.constant(Nd4j.zeros(scope.type(), batch, tokens, o.heads() - heads)));
        }
        return sd.permute(a, 0, 2, 1).reshape(batch * o.heads(), tokens, 1);
    }

    /** Returns how W is drawn; null for a feature map without projection. */
    static ProjectionDraw projection(AttentionOptions o, int headSize) {
        int draws = o.featureMap().draws(o.features());
        return draws == 0
                ? null
                : new ProjectionDraw(o.featureMap(), o.projection(), o.features(), headSize, o.redraw());
    }

    static SDVariable split(SameDiff sd, SDVariable x, long batch, long tokens, int heads, int headSize) {
        return sd.permute(x.reshape(batch, tokens, heads, headSize), 0, 2, 1, 3) // [B,H,T,D]
                .reshape(batch * heads, tokens, headSize); // [BH,T,D]
    }

    static SDVariable mask(GraphScope scope, SDVariable mask, long tokens, int heads) {
        if (mask == null) {
            return null;
        }
        long batch = scope.batch();
        SDVariable ones = scope.sd().constant(Nd4j.ones(scope.type(), 1, heads, 1));
        return mask.reshape(batch, 1, tokens).mul(ones).reshape(batch * heads, tokens, 1); // [BH,T,1]
    }
}
