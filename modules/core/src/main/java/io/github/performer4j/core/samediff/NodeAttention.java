package io.github.performer4j.core.samediff;

import io.github.performer4j.core.attention.AttentionInput;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.AttentionOutput;
import io.github.performer4j.core.attention.GraphAttention;
import io.github.performer4j.core.attention.GraphMask;
import io.github.performer4j.core.attention.MaskKind;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.program.GraphPart;
import io.github.performer4j.core.program.Op;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Attention under a mask with structure as a graph of SameDiff, between the products of {@link GraphPart}. */
final class NodeAttention {
    private NodeAttention() {}

    /**
     * Defines the attention as a graph.
     *
     * @param q [B·N,E]; k and v likewise
     * @param entries rows of the graph, [B,S,W]; null where the mask reads none
     * @return [B·N,E], before Wo
     */
    static SDVariable define(
            GraphScope scope, Op.AttendGraph op, SDVariable q, SDVariable k, SDVariable v, SDVariable entries) {
        AttentionOptions o = op.options();
        SameDiff sd = scope.sd();
        long batch = scope.batch();
        long nodes = scope.tokens();
        int heads = o.heads();
        int size = op.headSize();
        AttentionInput in = new AttentionInput(
                sd,
                SequenceAttention.split(sd, q, batch, nodes, heads, size),
                SequenceAttention.split(sd, k, batch, nodes, heads, size),
                SequenceAttention.split(sd, v, batch, nodes, heads, size),
                SequenceAttention.mask(scope, scope.mask(op.q().side()), nodes, heads),
                batch * heads,
                nodes,
                size,
                scope.type());
        MaskKind kind = op.kind();
        GraphMask graph = new GraphMask(
                kind,
                entries,
                kind.learned() ? scope.parameter(op.parameter()) : null,
                entries == null ? 0 : scope.tokens(op.graph().side()),
                entries == null ? 0 : op.graph().columns(),
                heads,
                scope.type(),
                scope.layer());
        ProjectionDraw draw = ProjectionDraw.of(o, size, op.scope());
        SDVariable w = o.learnedProjection()
                ? scope.parameter(op.scope() + Op.Attend.PROJECTION)
                : draw == null ? null : scope.draw("projection-" + op.writes().id(), draw);
        AttentionOutput attended = GraphAttention.define(in, o.featureMap(), o.features(), w, graph);
        scope.countUnderflows(attended.underflows());
        return sd.permute(attended.out().reshape(batch, heads, nodes, size), 0, 2, 1, 3) // [B,N,H,D]
                .reshape(batch * nodes, op.writes().columns());
    }
}
