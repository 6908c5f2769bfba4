package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.CarriedLinearAttention;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.attention.AttentionState;
import io.github.performer4j.kernels.attention.Carried;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.memory.Heads;
import java.lang.ref.Reference;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Linear attention of a sequence that comes in parts to another one, which is there whole at the start: {@code out_t = φ(q_t)ᵀ S / φ(q_t)ᵀ z} with the sums {@code S = Σ_j φ(k_j) v_jᵀ} and
 * {@code z = Σ_j φ(k_j)} over all its tokens.
 *
 * <p>The first part sees the tokens, and leaves their sums as what causal attention would have come to at its last one; later parts go on from there, and their own keys are masked. So a
 * token costs the same however long the other sequence is.
 */
final class MemoryCarry {
    private final Op.Attend op;
    private final FusedPass pass;

    /** Looks at a pass as the side of the keys sees it. */
    MemoryCarry(Op.Attend op, FusedPass pass) {
        this.op = op;
        this.pass = pass;
    }

    /**
     * Attends.
     *
     * @param q queries of this part [1,H,T,D]
     * @param k at the start the other sequence's keys [1,H,Tk,D], later T masked ones
     * @param v values likewise
     * @param out [1,H,T,Dv], written
     */
    void attend(Heads q, Heads k, Heads v, Heads out) {
        LinearAttentionSpec whole = new FusedMap(pass, op.options(), op.keySize()).spec(q, k, v, true);
        Carry carry = pass.carry();
        String name = CarriedLinearAttention.name(op.scope());
        long[] shape = CarriedLinearAttention.shape(pass.batch, q.heads(), whole.columns(), op.headSize());
        INDArray before = carry.before(name, DataType.FLOAT, shape);
        INDArray after = carry.room(name, DataType.FLOAT, shape);
        AttentionState sums = state(after, whole);
        if (before == null) {
            pass.addUnderflows(pass.kernels.attend(whole, out, null));
            Heads unused = Heads.of(
                    pass.transientMatrix("memory sums", op.v().columns()),
                    pass.batch,
                    op.options().heads());
            pass.kernels.attend(causal(whole, k), Carried.between(null, sums), unused, null);
        } else {
            Carried carried = Carried.between(state(before, whole), sums);
            pass.addUnderflows(pass.kernels.attend(causal(whole, q), carried, out, null));
        }
        carry.after(name, after);
        Reference.reachabilityFence(before);
    }

    private static LinearAttentionSpec causal(LinearAttentionSpec spec, Heads q) {
        return new LinearAttentionSpec(q, spec.k(), spec.v(), spec.mask(), spec.features(), spec.w(), true);
    }

    private AttentionState state(INDArray array, LinearAttentionSpec spec) {
        int heads = spec.q().batch() * spec.q().heads();
        return AttentionState.over(
                pass.carry().block(array), heads, spec.columns(), spec.v().size());
    }
}
