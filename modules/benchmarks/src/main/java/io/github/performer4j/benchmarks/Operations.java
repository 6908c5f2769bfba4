package io.github.performer4j.benchmarks;

/**
 * Counted operations: those that the mathematics needs, so that engines compare, whatever they do beside or leave out.
 *
 * <p>One multiply-add is two operations; only products count. With N = B·T rows:
 *
 * <ul>
 *   <li>FAVOR+ attention is counted in units of 2·B·H·T·D·M. Forward 4: the projections of q and of k, the state φ(K)ᵀV, and φ(Q) times
 *       it. Forward and backward 12: forward, φ(q) and φ(k) once more because nothing of size [T,M] is kept, two products for the
 *       gradients of φ(q) and φ(k), one for that of v, one for that of the state, and two from φ to q and k. Causal attention is
 *       counted the same: the products inside chunks are the price of an algorithm, not useful work.
 *   <li>Exact attention: 4·B·H·T²·D forward (QKᵀ and PV), 3.5 times that with backward, as Dao et al. (arXiv 2205.14135) count
 *       it with QKᵀ recomputed. Causal attention needs half, and is counted in full so that the two directions compare.
 *   <li>A dense product [N,in]·[in,out]: 2·N·in·out forward, three times that with backward. A block has four of [E,E] and two of
 *       [E,F], a model one of [E,V] in its head.
 * </ul>
 */
final class Operations {
    private static final double GIGA = 1e9;
    private static final double FAVOR_FORWARD = 4;
    private static final double FAVOR_BOTH = 12;
    private static final double EXACT_BOTH = 3.5;
    private static final double DENSE_BOTH = 3;

    private Operations() {}

    /** Returns giga-operations of a forward pass. */
    static double forward(Case c) {
        return (attention(c, false) + dense(c)) / GIGA;
    }

    /** Returns giga-operations of a forward and a backward pass. */
    static double forwardBackward(Case c) {
        return (attention(c, true) + DENSE_BOTH * dense(c)) / GIGA;
    }

    private static double attention(Case c, boolean backward) {
        double rows = (double) c.batch() * c.heads() * c.tokens();
        if (c.attention() == AttentionKind.EXACT) {
            return layers(c) * 4 * rows * c.tokens() * c.headSize() * (backward ? EXACT_BOTH : 1);
        }
        return layers(c) * 2 * rows * c.headSize() * c.features() * (backward ? FAVOR_BOTH : FAVOR_FORWARD);
    }

    private static double dense(Case c) {
        if (c.work() == Work.ATTENTION) {
            return 0;
        }
        double rows = (double) c.batch() * c.tokens();
        double block = 2 * rows * c.width() * (4.0 * c.width() + 2.0 * c.hidden());
        double head = c.work() == Work.TRAIN ? 2 * rows * c.width() * c.vocabulary() : 0;
        return layers(c) * block + head;
    }

    private static int layers(Case c) {
        return c.work() == Work.TRAIN ? c.layers() : 1;
    }
}
