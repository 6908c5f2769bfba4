package io.github.performer4j.training.run;

import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.training.task.TaskTraining;
import io.github.performer4j.training.task.Trainings;
import java.io.IOException;
import java.nio.file.Path;

/** The training side of a run, opened again by another process: the same batches in the same order. */
public final class RunBatches {
    private RunBatches() {}

    /**
     * Opens the data and splits it as the run does.
     *
     * @param config the run's configuration
     * @param data what is learnt from
     * @param valid held-out data; null if a share is held out
     * @param validFraction the share; null if there is held-out data
     * @param tokenizer the run's
     * @return its epochs of batches
     * @throws IOException if the data cannot be read
     */
    public static BatchSource open(RunConfig config, Path data, Path valid, Double validFraction, Tokenizer tokenizer)
            throws IOException {
        RunSides plain = RunSides.open(new RunData.Names(data, valid, validFraction), config, tokenizer);
        TaskTraining task = Trainings.of(config.task(), config.data()).complete(plain.train());
        return plain.labelled(task)
                .train()
                .batches(
                        Trainings.batching(
                                task, config.data(), config.training().tokenDropout()),
                        true);
    }
}
