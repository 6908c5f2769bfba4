package io.github.performer4j.core.samediff;

import io.github.performer4j.core.attention.AttentionInput;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.AttentionOutput;
import io.github.performer4j.core.attention.CarriedLinearAttention;
import io.github.performer4j.core.attention.CausalLinearAttention;
import io.github.performer4j.core.attention.DecayedAttention;
import io.github.performer4j.core.attention.ExactAttention;
import io.github.performer4j.core.attention.FourierColumns;
import io.github.performer4j.core.attention.LinearAttention;
import io.github.performer4j.core.attention.MomentsOperation;
import io.github.performer4j.core.attention.PrefixAttention;
import io.github.performer4j.core.attention.RelativeAttention;
import io.github.performer4j.core.attention.RelativeBias;
import io.github.performer4j.core.draw.PlaceNumbers;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.workspace.KeptStatistics;
import io.github.performer4j.kernels.exact.Window;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Attention of a sequence to itself or to another one as a graph of SameDiff, between the products of {@link AttentionPart}: its heads side by side, [B·H,T,D].
 */
final class SequenceAttention {
    private SequenceAttention() {}

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
                wide(scope, op, split(sd, q, batch, queries, heads, headSize), true),
                wide(scope, op, split(sd, rows.k(), batch, rows.tokens(), heads, headSize), false),
                split(sd, rows.v(), batch, rows.tokens(), heads, op.v().columns() / heads),
                mask(scope, scope.mask(op.q().side()), queries, heads),
                mask(scope, rows.mask(), rows.tokens(), heads),
                batch * heads,
                queries,
                rows.tokens(),
                headSize,
                scope.type(),
                op.keySize(),
                kind == AttentionOptions.Kind.LINEAR && options.keepsStatistics()
                        ? scope.parameter(op.scope() + KeptStatistics.NAME)
                        : null);
        if (options.collects(scope.training(), scope.collecting())) {
            scope.collect(op.scope() + KeptStatistics.NAME, MomentsOperation.define(in, heads));
        }
        AttentionOutput attended = attend(scope, op, in, kind, rates);
        scope.countUnderflows(attended.underflows());
        return sd.permute(attended.out().reshape(batch, heads, queries, headSize), 0, 2, 1, 3) // [B,Tq,H,D]
                .reshape(batch * queries, op.writes().columns());
    }

    private static AttentionOutput attend(
            GraphScope scope, Op.Attend op, AttentionInput in, AttentionOptions.Kind kind, SDVariable rates) {
        AttentionOptions o = op.options();
        SDVariable bias = o.relative() == null ? null : bias(scope, op, in);
        if (kind == AttentionOptions.Kind.EXACT) {
            Window window = o.distances() == null ? ExactAttention.within(in, o.causal()) : o.distances();
            return ExactAttention.define(in, window, bias == null ? decay(scope, o, in) : bias);
        }
        ProjectionDraw draw = ProjectionDraw.of(o, in.keySize(), op.scope());
        SDVariable w = o.learnedProjection()
                ? scope.parameter(op.scope() + Op.Attend.PROJECTION)
                : draw == null ? null : scope.draw("projection-" + op.writes().id(), draw);
        if (bias != null) {
            return RelativeAttention.define(in, o.featureMap(), o.features(), w, bias, o.causal());
        }
        if (o.prefix() > 0) {
            return PrefixAttention.define(in, o.featureMap(), o.features(), w, o.prefix(), o.chunk(), o.causal());
        }
        if (scope.carrying()) {
            String name = CarriedLinearAttention.name(op.scope());
            SDVariable before = scope.carried(
                    name,
                    CarriedLinearAttention.start(
                            scope.type(),
                            scope.batch(),
                            o.heads(),
                            o.featureMap().columns(o.features(), in.keySize()),
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

    /** Returns queries or keys with the columns of Fourier positions, [BH,T,D+2GR]; as they are without. */
    private static SDVariable wide(GraphScope scope, Op.Attend op, SDVariable x, boolean query) {
        AttentionOptions o = op.options();
        if (o.fourier() == null) {
            return x;
        }
        SameDiff sd = scope.sd();
        long tokens = scope.tokens(op.k().side());
        double[] places =
                IntStream.range(0, Math.toIntExact(tokens)).asDoubleStream().toArray();
        String name = "fourier places " + op.writes().id() + (query ? " of queries" : "");
        SDVariable own = scope.carrying()
                ? scope.draw(name, new PlaceNumbers(0, tokens))
                : sd.constant(Nd4j.create(places).castTo(scope.type()).reshape(tokens, 1));
        return new FourierColumns(
                        o.fourier(),
                        scope.parameter(op.scope() + Op.Attend.FOURIER),
                        own,
                        scope.batch(),
                        o.heads(),
                        tokens,
                        scope.type())
                .define(x, query, op.headSize());
    }

    /** Returns b of relative positions, [BH,Tq,Tk]. */
    private static SDVariable bias(GraphScope scope, Op.Attend op, AttentionInput in) {
        AttentionOptions o = op.options();
        return RelativeBias.define(
                scope.sd(),
                scope.parameter(op.scope() + Op.Attend.RELATIVE),
                o.relative().offsets(o.causal()),
                o.heads(),
                scope.batch(),
                in.tokens(),
                in.keyTokens(),
                scope.type());
    }

    /** Returns −a_h |t − j| of fixed decay, query t standing at t + Tk − Tq, [BH,Tq,Tk]; null without decay. */
    private static SDVariable decay(GraphScope scope, AttentionOptions o, AttentionInput in) {
        if (o.decay() == null) {
            return null;
        }
        List<Double> rates = o.decay().rates(o.heads());
        int queries = Math.toIntExact(in.tokens());
        int keys = Math.toIntExact(in.keyTokens());
        double[] bias = new double[o.heads() * queries * keys];
        for (int i = 0; i < bias.length; i++) {
            int head = i / (queries * keys);
            int distance = i / keys % queries + keys - queries - i % keys;
            bias[i] = head < rates.size() ? -rates.get(head) * Math.abs(distance) : 0;
        }
        INDArray each = Nd4j.create(bias).castTo(scope.type()).reshape(1, o.heads(), queries, keys);
        INDArray ones = Nd4j.ones(scope.type(), scope.batch(), 1, 1, 1);
        return scope.sd().constant(each).mul(scope.sd().constant(ones)).reshape(in.batchHeads(), queries, keys);
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

    /** Returns the heads of rows [B·T,H·D], one behind the other, [B·H,T,D]. */
    static SDVariable split(SameDiff sd, SDVariable x, long batch, long tokens, int heads, int headSize) {
        return sd.permute(x.reshape(batch, tokens, heads, headSize), 0, 2, 1, 3) // [B,H,T,D]
                .reshape(batch * heads, tokens, headSize); // [BH,T,D]
    }

    /** Returns a mask [B,T] for each head, [B·H,T,1]; null for none. */
    static SDVariable mask(GraphScope scope, SDVariable mask, long tokens, int heads) {
        if (mask == null) {
            return null;
        }
        long batch = scope.batch();
        SDVariable ones = scope.sd().constant(Nd4j.ones(scope.type(), 1, heads, 1));
        return mask.reshape(batch, 1, tokens).mul(ones).reshape(batch * heads, tokens, 1); // [BH,T,1]
    }
}
