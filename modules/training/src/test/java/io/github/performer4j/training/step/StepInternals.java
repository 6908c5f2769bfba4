package io.github.performer4j.training.step;

import java.util.List;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.IUpdater;

/** What tests of whole runs look at inside a step. */
public final class StepInternals {
    private StepInternals() {}

    /** Returns the state of a run after a number of steps of two batches and nine tokens each. */
    public static TrainerState after(int steps, TrainingConfig training) {
        TrainerState state = TrainerState.start(training);
        for (int step = 1; step <= steps; step++) {
            state = state.afterStep(0, 2L * step, 9, 0, step);
        }
        return state;
    }

    /** Returns the state of a run whose decay begins at one step and ends at another. */
    public static TrainerState decaying(TrainingConfig training, long start, long total) {
        return TrainerState.start(training).withPhases(start, total);
    }

    /** Returns a graph's gradient by the names of its parameters, a view. */
    public static Gradient gradient(ComputationGraph net) {
        return Gradients.named(net);
    }

    /** Returns the updaters of a graph's layers. */
    public static List<IUpdater> updaters(ComputationGraph net) {
        return Rates.updaters(net);
    }
}
