package io.github.performer4j.training.run;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.training.step.Evaluator;
import io.github.performer4j.training.step.LayerRates;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.TrainerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What trains a run in place of a {@link io.github.performer4j.training.step.Trainer} of this process: with workers elsewhere, say. Everything around it is that of a {@link TrainingRun}: the data and
 * its sides, the folder and its lock, resuming, the report.
 */
@FunctionalInterface
public interface RoundTraining {
    /** Name of what a checkpoint of rounds has beside a net and a state: where each worker stands. */
    String POSITIONS = "workers.json";

    /**
     * What there is when training begins, or goes on.
     *
     * @param config the run's configuration
     * @param data what is learnt from
     * @param valid held-out data; null if a share is held out
     * @param validFraction the share; null if there is held-out data
     * @param train the training side's batches
     * @param net to be trained, with the parameters, updater state and counters of where the run stands
     * @param info of the models that are saved
     * @param rates of layers
     * @param state where the run stands
     * @param checkpoint the file that the run goes on from; null at its start
     * @param evaluator of the held-out side
     * @param folder where checkpoints and figures are kept
     * @param listener hears what happens
     * @param stop asks whether to stop
     * @param nanos the time in nanoseconds
     */
    record Setting(
            RunConfig config,
            Path data,
            Path valid,
            Double validFraction,
            BatchSource train,
            ComputationGraph net,
            ModelInfo info,
            LayerRates rates,
            TrainerState state,
            Path checkpoint,
            Evaluator evaluator,
            RunFolder folder,
            RunListener listener,
            BooleanSupplier stop,
            LongSupplier nanos) {}

    /**
     * How it ended.
     *
     * @param outcome stopped, or at its end
     * @param state where the run stands
     */
    record Ended(Outcome outcome, TrainerState state) {}

    /**
     * Trains until the end of the run or a stop; a checkpoint of where it stands is saved then.
     *
     * @throws IOException if data cannot be read or a file not be written
     */
    Ended train(Setting setting) throws IOException;
}
