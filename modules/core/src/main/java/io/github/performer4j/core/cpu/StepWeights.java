package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.Kernels.Factor;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a plan for the steps of a sequence by one token, made in the first of them: copies in the order in which products of single rows read them, since what a token costs is the time in which weights come from memory.
 *
 * @param weights parameters as they are
 * @param ready as products take them
 */
record StepWeights(Map<Weight, CpuWeight> weights, Map<Weight, Factor> ready) {

    /** Returns those of a plan; none unless all are parameters as they lie, since others are made in memory of the pass. */
    static StepWeights of(FusedPass pass, CpuPlan plan) {
        if (!plan.weights().stream()
                .allMatch(weight -> weight instanceof Weight.Plain || weight instanceof Weight.Tied)) {
            return new StepWeights(Map.of(), Map.of());
        }
        Map<Weight, CpuWeight> weights = new LinkedHashMap<>();
        Map<Weight, Factor> ready = new HashMap<>();
        for (Weight weight : plan.weights()) {
            CpuWeight made = CpuWeight.of(pass, plan, weight);
            Matrix w = made.w(); // null where it is tied
            weights.put(weight, made);
            ready.put(weight, w == null ? null : new Factor(w, false, null, pass.kernels.rows(w)));
        }
        return new StepWeights(weights, ready);
    }
}
