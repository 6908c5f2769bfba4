package io.github.performer4j.checkpoint;

import io.github.performer4j.core.net.TokenSteps;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Texts of one model that grow at once, each on a thread of its own with a copy of the net; none depends on what grows beside it. */
final class Lanes {
    private final PerformerModel model;

    Lanes(PerformerModel model) {
        this.model = model;
    }

    /** Returns which layer keeps no state, and why, in one line; null if all do. */
    String obstacle() {
        return model.steps().obstacle();
    }

    /** Returns how many tokens the state reads: {@link Integer#MAX_VALUE} without end, 0 where a layer keeps no state. */
    int reach() {
        return obstacle() != null ? 0 : model.info().reach();
    }

    /**
     * Uses the lane of a text.
     *
     * @param from where it begins
     * @param use must not keep the lane
     */
    <R> R use(GenerationState from, Function<Lane, R> use) {
        StepPool.Steps<TokenSteps> steps = model.steps().take();
        R result = use.apply(new Lane(
                model.info(),
                ids -> model.inference().next(ids),
                steps == null ? null : steps.steps()::read,
                reach(),
                from));
        model.steps().give(steps);
        return result;
    }

    /** Calls a function for 0 … n − 1, on as many threads as kernels have. */
    <R> List<R> each(int n, IntFunction<R> task) {
        int threads = Math.min(n, CpuKernels.shared().threads());
        if (threads < 2) {
            List<R> all = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                all.add(task.apply(i));
            }
            return all;
        }
        try (WorkerPool pool = new WorkerPool("performer4j-generate", threads)) {
            return pool.forEach(n, i -> {
                CpuKernels.stayOnThisThread(true);
                return task.apply(i);
            });
        }
    }
}
