package io.github.performer4j.core.samediff;

import io.github.performer4j.core.program.Op;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The keys that attention sees in a graph: its own, and in a part of a sequence in front of them those of the last window − 1 tokens before, which no gradient reaches.
 *
 * @param k [B·Tk,columns]
 * @param v [B·Tk,columns]
 * @param mask 1 for real tokens and 0 for padding, [B,Tk]; null if all are real
 * @param tokens Tk
 */
record WindowRows(SDVariable k, SDVariable v, SDVariable mask, long tokens) {

    static WindowRows of(GraphScope scope, Op.Attend op, SDVariable k, SDVariable v) {
        int side = op.k().side();
        long tokens = scope.tokens(side);
        SDVariable mask = scope.mask(side);
        int before = op.options().window() - 1;
        if (!scope.carrying() || before < 1) {
            return new WindowRows(k, v, mask, tokens);
        }
        SDVariable own = mask == null ? scope.sd().constant(Nd4j.ones(scope.type(), scope.batch(), tokens)) : mask;
        return new WindowRows(
                joined(scope, op.keys(), before, tokens, k, op.k().columns()),
                joined(scope, op.values(), before, tokens, v, op.v().columns()),
                joined(scope, op.seen(), before, tokens, own, 1).reshape(scope.batch(), before + tokens),
                before + tokens);
    }

    /** Returns rows with those before them, [B·Tk,columns], and hands the last ones on. */
    private static SDVariable joined(
            GraphScope scope, String name, int before, long tokens, SDVariable rows, long columns) {
        SameDiff sd = scope.sd();
        long batch = scope.batch();
        SDVariable last = scope.carried(name, Nd4j.zeros(scope.type(), batch, before, columns));
        SDVariable all = sd.concat(1, last, rows.reshape(batch, tokens, columns)); // [B,Tk,columns]
        scope.carry(
                name,
                sd.stridedSlice(all, new long[] {0, tokens, 0}, new long[] {batch, tokens + before, columns}, 1, 1, 1));
        return all.reshape(batch * (before + tokens), columns);
    }
}
