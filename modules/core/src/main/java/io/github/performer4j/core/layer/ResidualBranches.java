package io.github.performer4j.core.layer;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.core.program.Value;

/**
 * The residual branches of a block, numbered from 1: pre-norm {@code out = x + s · drop(branch(norm(x)))}, post-norm {@code out = norm(x + s · drop(branch(x)))}, without norms
 * {@code out = x + α s · drop(branch(x))}, α a learned number that begins at 0 (ReZero, arXiv 2003.04887). Gains, biases and α are named gain1, bias1, alpha1 and so on; dropout's sites are numbered
 * from 0. An adapter stands behind each sum (behind its norm, if that is post-norm).
 *
 * @param norm null without norms
 * @param firstNorm whether pre-norm has a norm in front of the first branch
 * @param scale s
 * @param scope stands before all names
 * @param site dropout's first
 * @param adapter null for none
 */
record ResidualBranches(
        LayerProgram.Builder program,
        boolean preNorm,
        NormKind norm,
        double dropout,
        double epsilon,
        boolean firstNorm,
        double scale,
        String scope,
        int site,
        Snnk adapter) {
    /** A norm for each branch, which is added as it is. */
    ResidualBranches(
            LayerProgram.Builder program,
            boolean preNorm,
            NormKind norm,
            double dropout,
            double epsilon,
            Snnk adapter) {
        this(program, preNorm, norm, dropout, epsilon, true, 1, "", 0, adapter);
    }

    /** Returns what a branch reads. */
    Value before(Value x, int number) {
        return preNorm && norm != null && (firstNorm || number > 1) ? norm(x, number) : x;
    }

    /** Ends a branch. */
    Value add(Value x, Value branch, int number) {
        Value sum = program.add(x, added(branch, number));
        sum = norm == null || preNorm ? sum : norm(sum, number);
        return adapter == null ? sum : adapter.behind(program, sum, number);
    }

    /** Returns what a branch adds: {@code s · drop(branch)}, without norms times α. */
    Value added(Value branch, int number) {
        Value scaled = program.scale(program.drop(branch, dropout, site + number - 1), scale);
        return norm == null ? program.multiply(scaled, scope + "alpha" + number) : scaled;
    }

    private Value norm(Value x, int number) {
        return norm.add(program, x, scope + "gain" + number, scope + "bias" + number, epsilon);
    }
}
