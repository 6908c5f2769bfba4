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
        Snnk adapter) {
    /** A norm for each branch, which is added as it is. */
    ResidualBranches(
            LayerProgram.Builder program,
            boolean preNorm,
            NormKind norm,
            double dropout,
            double epsilon,
            Snnk adapter) {
        this(program, preNorm, norm, dropout, epsilon, true, 1, adapter);
    }

    /** Returns what a branch reads. */
    Value before(Value x, int number) {
        return preNorm && norm != null && (firstNorm || number > 1) ? norm(x, number) : x;
    }

    /** Ends a branch. */
    Value add(Value x, Value branch, int number) {
        Value sum = sum(x, branch, number);
        return adapter == null ? sum : adapter.behind(program, sum, number);
    }

    private Value sum(Value x, Value branch, int number) {
        Value scaled = program.scale(program.drop(branch, dropout, number - 1), scale);
        if (norm == null) {
            return program.add(x, program.multiply(scaled, "alpha" + number));
        }
        Value sum = program.add(x, scaled);
        return preNorm ? sum : norm(sum, number);
    }

    private Value norm(Value x, int number) {
        return norm.add(program, x, "gain" + number, "bias" + number, epsilon);
    }
}
