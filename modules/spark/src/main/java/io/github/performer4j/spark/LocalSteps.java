package io.github.performer4j.spark;

import io.github.performer4j.training.step.LayerRates;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.Trainer;
import io.github.performer4j.training.step.TrainerState;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A worker's part of a round: the steps from where the run stands to the round's last one, on the worker's own data, as a run would take them that stops there.
 */
final class LocalSteps implements Serializable {
    private static final long serialVersionUID = 1;

    private final WorkerData data;
    private final int workers;
    private final HashMap<String, Double> factors;
    private final TreeSet<String> late;
    private final long from;

    /**
     * Keeps what all rounds have in common.
     *
     * @param rates of layers
     */
    LocalSteps(WorkerData data, int workers, LayerRates rates) {
        this.data = data;
        this.workers = workers;
        this.factors = new HashMap<>(rates.factors());
        this.late = new TreeSet<>(rates.late());
        this.from = rates.from();
    }

    /**
     * Trains.
     *
     * @param worker w, from 0
     * @param start the net of all workers
     * @param state where this worker stands, {@link TrainerState#toBytes}
     * @param last the step after which the round ends
     */
    Share run(int worker, NetState start, byte[] state, long last) throws IOException {
        TrainerState position = TrainerState.fromBytes(state);
        ComputationGraph net = start.net();
        Trainer trainer = new Trainer(net, position.training(), new ShardedSource(data.open(), worker, workers))
                .layerRates(new LayerRates(Map.copyOf(factors), Set.copyOf(late), from));
        trainer.restore(start.net(), position);
        Means means = new Means(trainer, last);
        trainer.listener(means).train();
        TrainerState end = trainer.state();
        return new Share(
                worker,
                NetState.of(net),
                List.of(new WorkerEnd(
                        end.epoch(),
                        end.batches(),
                        end.tokens() - position.tokens(),
                        end.longest(),
                        means.loss / means.steps,
                        means.gradientNorm,
                        means.rate)));
    }

    /** Stops the trainer at the round's end, and remembers what it did. */
    private static final class Means implements RunListener {
        private final Trainer trainer;
        private final long last;
        private double loss;
        private int steps;
        private double gradientNorm;
        private double rate;

        Means(Trainer trainer, long last) {
            this.trainer = trainer;
            this.last = last;
        }

        @Override
        public void step(Progress progress) {
            loss += progress.loss();
            steps++;
            gradientNorm = progress.gradientNorm();
            rate = progress.learningRate();
            if (progress.step() == last) {
                trainer.requestStop();
            }
        }
    }
}
