package io.github.performer4j.core.program;

/**
 * What an output layer computes that predicts a token per position: a row of logits z for each token, of which it gives
 * {@code softmax(z)}, [N,V], and trains on the cross-entropy of labels y,
 *
 * <pre>
 * loss = (1/M) Σ_{i: y_i ≥ 0} (log Σ_j exp z_ij − z_{i,y_i})        ∂loss/∂z_ij = (softmax(z_i)_j − [j = y_i]) / M
 * </pre>
 *
 * <p>over the M tokens that have a label; the others have loss and gradient 0. As every row stands alone, and its
 * gradient needs no other's, engines may go forward and back over a few rows at a time, and never hold all logits.
 *
 * @param logits one input, [N,n] → [N,V]
 */
public record LossProgram(LayerProgram logits) {

    /**
     * Checks the program.
     *
     * @throws IllegalArgumentException if there is not one input of rows, or a token's logits depend on other tokens or
     *     on its place
     */
    public LossProgram {
        if (logits.inputs().size() != 1
                || !logits.perToken()
                || logits.ops().stream().anyMatch(Op.Lookup.class::isInstance)) {
            throw new IllegalArgumentException("logits must be a token's own, from one input of rows; inputs="
                    + logits.inputs().size() + ", operations=" + logits.ops());
        }
    }

    /** Logits that are the input as it is. */
    public static LossProgram ofLogits(int vocabulary) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return new LossProgram(p.output(p.copy(p.input("logits", vocabulary))));
    }

    /** Returns whether the logits are the input as it is. */
    public boolean asItIs() {
        return logits.ops().size() == 1
                && logits.ops().get(0) instanceof Op.Drop copy
                && copy.probability() == 0
                && copy.x().columns() == vocabulary();
    }

    /** Returns V. */
    public int vocabulary() {
        return logits.output().columns();
    }
}
