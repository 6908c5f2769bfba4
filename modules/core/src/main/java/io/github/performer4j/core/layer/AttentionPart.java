package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionInput;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.AttentionOutput;
import io.github.performer4j.core.attention.CausalLinearAttention;
import io.github.performer4j.core.attention.ExactAttention;
import io.github.performer4j.core.attention.LinearAttention;
import io.github.performer4j.core.attention.MomentsOperation;
import io.github.performer4j.core.feature.Statistics;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
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
 * <p>Wq, Wk, Wv and Wo are [E,E], biases [E]; with temperatures, ρ is [H] and multiplies q and k of head h by e^{ρ_h/2}. Head h owns columns h·D … (h+1)·D − 1.
 */
final class AttentionPart {
    /** Name of the logarithms of the heads' temperatures. */
    static final String TEMPERATURE = "rho";

    /** Name of a learned projection W, [draws,D]; not decayed, because small rows are another estimator. */
    static final String PROJECTION = "projection";

    private static final Logger LOG = LoggerFactory.getLogger(AttentionPart.class);
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private AttentionPart() {}

    /** Says once what is to be said of a layer's projection. */
    static void tellObjection(AttentionOptions options) {
        options.objection().filter(TOLD::add).ifPresent(LOG::warn);
    }

    /** Draws a learned projection. */
    static void initialize(AttentionOptions options, int width, Map<String, INDArray> parameters) {
        INDArray w = parameters.get(PROJECTION);
        if (w != null) {
            double[][] rows = options.featureMap()
                    .draw(options.projection(), options.features(), options.headSize(width), NormalTable.seed());
            w.assign(Nd4j.create(rows).castTo(w.dataType()));
        }
    }

    static void addParameters(SDLayerParams params, AttentionOptions options, int width) {
        int headSize = width == 0 ? 0 : options.headSize(width); // 0 until it is known
        for (String name : new String[] {"Wq", "Wk", "Wv", "Wo"}) {
            params.addWeightParam(name, width, width);
        }
        if (options.bias()) {
            for (String name : new String[] {"bq", "bk", "bv", "bo"}) {
                params.addBiasParam(name, width);
            }
        }
        if (options.temperature()) {
            params.addBiasParam(TEMPERATURE, options.heads());
        }
        if (options.keepsStatistics()) {
            params.addBiasParam(KeptStatistics.NAME, options.heads(), KeptStatistics.length(headSize));
        }
        if (options.learnedProjection()) {
            params.addBiasParam(PROJECTION, options.featureMap().draws(options.features()), headSize);
        }
    }

    /**
     * Defines attention of the sequence to itself.
     *
     * @param x [B·T,E]
     * @return [B·T,E]
     */
    static SDVariable define(
            GraphScope scope, AttentionOptions options, SDVariable x, long batch, long tokens, int width) {
        SameDiff sd = scope.sd();
        int heads = options.heads();
        int headSize = options.headSize(width);
        AttentionOptions.Kind kind = options.kindFor(width, tokens);
        AttentionInput in = new AttentionInput(
                sd,
                split(
                        sd,
                        tempered(scope, product(scope, x, "Wq", "bq"), heads, headSize),
                        batch,
                        tokens,
                        heads,
                        headSize),
                split(
                        sd,
                        tempered(scope, product(scope, x, "Wk", "bk"), heads, headSize),
                        batch,
                        tokens,
                        heads,
                        headSize),
                split(sd, product(scope, x, "Wv", "bv"), batch, tokens, heads, headSize),
                mask(scope, batch, tokens, heads),
                batch * heads,
                tokens,
                headSize,
                scope.type(),
                kind == AttentionOptions.Kind.LINEAR ? scope.parameter(KeptStatistics.NAME) : null);
        if (collects(options, scope.training(), scope.collecting())) {
            scope.collect(MomentsOperation.define(in, heads));
        }
        AttentionOutput attended = attend(scope, options, in, kind);
        scope.countUnderflows(attended.underflows());
        SDVariable merged = sd.permute(attended.out().reshape(batch, heads, tokens, headSize), 0, 2, 1, 3) // [B,T,H,D]
                .reshape(batch * tokens, width);
        return product(scope, merged, "Wo", "bo");
    }

    /** Returns whether a forward pass hands out the moments of its queries and keys, whichever kind of attention it chooses. */
    static boolean collects(AttentionOptions options, boolean training, boolean collecting) {
        return options.keepsStatistics() && (collecting || training && options.statistics() == Statistics.RUNNING);
    }

    /** Multiplies the columns of each head by e^{ρ/2}, if the layer has temperatures. */
    private static SDVariable tempered(GraphScope scope, SDVariable rows, int heads, int headSize) {
        SDVariable rho = scope.parameter(TEMPERATURE);
        if (rho == null) {
            return rows;
        }
        SDVariable ones = scope.sd().constant(Nd4j.ones(scope.type(), 1, headSize));
        SDVariable factors =
                scope.sd().math().exp(rho.mul(0.5)).reshape(heads, 1).mul(ones); // [H,D]
        return rows.mul(factors.reshape(1, heads * headSize));
    }

    private static AttentionOutput attend(
            GraphScope scope, AttentionOptions o, AttentionInput in, AttentionOptions.Kind kind) {
        if (kind == AttentionOptions.Kind.EXACT) {
            return ExactAttention.define(in, o.causal());
        }
        ProjectionDraw draw = projection(o, in.headSize());
        SDVariable w = o.learnedProjection()
                ? scope.parameter(PROJECTION)
                : draw == null ? null : scope.draw("projection", draw);
        return o.causal()
                ? CausalLinearAttention.define(in, o.featureMap(), o.features(), w, o.chunk())
                : LinearAttention.define(in, o.featureMap(), o.features(), w);
    }

    /** Returns how W is drawn; null for a feature map without projection. */
    static ProjectionDraw projection(AttentionOptions o, int headSize) {
        int draws = o.featureMap().draws(o.features());
        return draws == 0
                ? null
                : new ProjectionDraw(o.featureMap(), o.projection(), o.features(), headSize, o.redraw());
    }

    /** Returns x·W + b, or x·W if the layer has no such bias. */
    static SDVariable product(GraphScope scope, SDVariable x, String weight, String bias) {
        SDVariable y = scope.sd().mmul(x, scope.parameter(weight));
        SDVariable b = scope.parameter(bias);
        return b == null ? y : y.add(b);
    }

    private static SDVariable split(SameDiff sd, SDVariable x, long batch, long tokens, int heads, int headSize) {
        return sd.permute(x.reshape(batch, tokens, heads, headSize), 0, 2, 1, 3) // [B,H,T,D]
                .reshape(batch * heads, tokens, headSize); // [BH,T,D]
    }

    private static SDVariable mask(GraphScope scope, long batch, long tokens, int heads) {
        if (scope.mask() == null) {
            return null;
        }
        SDVariable ones = scope.sd().constant(Nd4j.ones(scope.type(), 1, heads, 1));
        return scope.mask().reshape(batch, 1, tokens).mul(ones).reshape(batch * heads, tokens, 1); // [BH,T,1]
    }
}
