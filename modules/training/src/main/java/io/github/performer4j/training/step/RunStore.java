package io.github.performer4j.training.step;

import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Where a trainer leaves what it makes. {@link io.github.performer4j.training.run.RunFolder} is the one on disk. */
public interface RunStore {
    /** A store that keeps nothing. */
    RunStore NONE = new RunStore() {
        @Override
        public Path checkpoint(ComputationGraph net, TrainerState state) {
            return null;
        }
    };

    /** Writes one line of figures. */
    default void step(RunListener.Progress progress) throws IOException {}

    /** Writes an evaluation. */
    default void evaluation(long step, double elapsed, Evaluation evaluation, boolean best) throws IOException {}

    /** Writes the phases that the clock decided. */
    default void phases(TrainerState state) throws IOException {}

    /**
     * Writes a checkpoint as a whole or not at all.
     *
     * @return its path, or null if the store keeps none
     */
    Path checkpoint(ComputationGraph net, TrainerState state) throws IOException;

    /** Writes the model with the least validation loss so far. */
    default void best(ComputationGraph net, TrainerState state, Evaluation evaluation, Map<String, byte[]> pictures)
            throws IOException {}
}
