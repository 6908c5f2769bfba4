package io.github.performer4j.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.token.TokenizerJson;
import io.github.performer4j.training.run.RoundTraining;
import io.github.performer4j.training.step.DivergedException;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.TrainerState;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Trains a run on W workers of a cluster, in rounds of K steps (McDonald, Hall, Mann: <em>Distributed training strategies for the structured perceptron</em>,
 * 2010, iterative parameter mixing):
 *
 * <pre>
 * θ_w, u_w ← K steps from θ, u on the w-th, (W+w)-th, (2W+w)-th … batch of each epoch      w = 0 … W−1
 * θ ← Σ_w θ_w / W      u ← Σ_w u_w / W                                                        u: the updater's state
 * </pre>
 *
 * <p>A step of the run is one of every worker, so W of them see W times the data of one. A round is one job in barrier mode ({@link Round}): all workers run at the same time, and if one is lost, it and
 * those that compute are made again, with the same result. After each round a checkpoint is written, from which the run goes on. Runs with equal settings and numbers of workers are equal bit for bit; with one worker, a run is that
 * of a {@code Trainer}.
 *
 * <p>Evaluations are made by the driver after the rounds in which they are due.
 */
public final class SparkTraining implements RoundTraining {
    private final JavaSparkContext spark;
    private final int workers;
    private final long localSteps;

    /**
     * Makes the training of one run.
     *
     * @param spark with at least so many free slots
     * @param workers W, at least 1
     * @param localSteps K, at least 1
     */
    public SparkTraining(JavaSparkContext spark, int workers, long localSteps) {
        if (workers < 1 || localSteps < 1) {
            throw new IllegalArgumentException(
                    "workers and localSteps must be at least 1; workers=" + workers + ", localSteps=" + localSteps);
        }
        this.spark = spark;
        this.workers = workers;
        this.localSteps = localSteps;
    }

    @Override
    public Ended train(Setting run) throws IOException {
        if (run.config().training().timed()) {
            throw new IllegalArgumentException("a run on Spark goes by steps; minutes="
                    + run.config().training().minutes());
        }
        requireBatches(run);
        LocalSteps steps = new LocalSteps(data(run), workers, run.rates());
        Positions positions = run.checkpoint() == null
                ? Positions.start(localSteps, workers)
                : Positions.read(run.checkpoint(), localSteps, workers);
        TrainerState state = run.state();
        NetState net = NetState.of(run.net());
        long total = run.config().training().steps();
        long started = run.nanos().getAsLong();
        double before = state.elapsed();
        run.listener().start(new RunListener.Summary(run.net().numParams(), workers, state.step(), total, 0));
        if (owed(run, state, total)) { // given up by a stop, when the checkpoint was saved
            state = checkpointed(run, net, state, positions, total);
        }
        while (state.step() < total && !early(state) && !run.stop().getAsBoolean()) {
            long last = Math.min(total, state.step() + localSteps);
            Share round = round(steps, net, states(state, positions), last);
            if (round.fault() != null) {
                round.fault().rethrow();
            }
            net = round.sum();
            net.divide(workers);
            positions = positions(round);
            double elapsed = before + (run.nanos().getAsLong() - started) * 1e-9;
            RunListener.Progress progress = progress(round, state, last, total, elapsed);
            state = state.at(positions.workers().get(0)[0], positions.workers().get(0)[1])
                    .after(last, state.tokens() + tokens(round), longest(round, state), elapsed);
            run.folder().step(progress);
            run.listener().step(progress);
            state = checkpointed(run, net, state, positions, total);
        }
        Outcome outcome = owed(run, state, total)
                ? Outcome.STOPPED
                : state.step() >= total ? Outcome.FINISHED : early(state) ? Outcome.EARLY_STOPPED : Outcome.STOPPED;
        run.listener().finish(outcome, state.step(), state.elapsed());
        return new Ended(outcome, state);
    }

    /** A worker without a batch would fail in the middle, and its round be repeated for nothing. */
    private void requireBatches(Setting run) throws IOException {
        try (BatchStream epoch = run.train().open(run.config().training().seed(), 0)) {
            long batches = epoch.skip(workers);
            if (batches < workers) {
                throw new IllegalArgumentException("every worker must have a batch of an epoch; workers=" + workers
                        + ", batches=" + batches + ", data.tokensPerBatch="
                        + run.config().data().tokensPerBatch());
            }
        }
    }

    private WorkerData data(Setting run) throws IOException {
        return new WorkerData(
                run.config().toJson(),
                absolute(run.data()),
                absolute(run.valid()),
                run.validFraction(),
                new ObjectMapper()
                        .writeValueAsString(TokenizerJson.write(run.info().tokenizer())));
    }

    private static String absolute(Path path) {
        return path == null ? null : path.toAbsolutePath().toString();
    }

    /** Local steps on every worker, and the sum of what they came to. */
    private Share round(LocalSteps steps, NetState net, List<byte[]> states, long last) {
        Broadcast<NetState> start = spark.broadcast(net);
        try {
            return Round.of(spark, workers, worker -> steps.run(worker, start.value(), states.get(worker), last));
        } finally {
            start.destroy();
        }
    }

    private static List<byte[]> states(TrainerState state, Positions positions) {
        List<byte[]> states = new ArrayList<>();
        for (long[] at : positions.workers()) {
            states.add(state.at(at[0], at[1]).toBytes());
        }
        return states;
    }

    private Positions positions(Share round) {
        return new Positions(
                localSteps,
                round.ends().stream()
                        .map(end -> new long[] {end.epoch(), end.batches()})
                        .toList());
    }

    private RunListener.Progress progress(Share round, TrainerState state, long last, long total, double elapsed) {
        double seconds = elapsed - state.elapsed();
        double loss = round.ends().stream().mapToDouble(WorkerEnd::loss).sum() / workers;
        if (!Double.isFinite(loss)) {
            throw new DivergedException("step " + last + ": the workers' mean loss is " + loss);
        }
        return new RunListener.Progress(
                last,
                total,
                (double) last / total,
                round.ends().get(0).epoch(),
                loss,
                round.ends().get(0).rate(),
                round.ends().stream().mapToDouble(WorkerEnd::gradientNorm).max().orElseThrow(),
                seconds > 0 ? tokens(round) / seconds : 0,
                elapsed,
                elapsed / last * (total - last));
    }

    private static long tokens(Share round) {
        return round.ends().stream().mapToLong(WorkerEnd::tokens).sum();
    }

    private static int longest(Share round, TrainerState state) {
        return Math.max(
                state.longest(),
                round.ends().stream().mapToInt(WorkerEnd::longest).max().orElse(0));
    }

    private static boolean early(TrainerState state) {
        return state.training().early(state.misses());
    }

    /** Returns whether the last round made an evaluation due, which has not been made. */
    private boolean owed(Setting run, TrainerState state, long total) {
        long every = run.config().training().evalEvery();
        long before = Math.max(0, state.step() - localSteps);
        boolean due = every > 0 && state.step() / every > before / every;
        return state.step() > 0 && state.evaluated() != state.step() && (due || state.step() == total);
    }

    /** Evaluates if an evaluation became due in the round or the run ends, and saves. */
    private TrainerState checkpointed(Setting run, NetState net, TrainerState state, Positions positions, long total)
            throws IOException {
        ComputationGraph made = net.net();
        TrainerState now = state;
        if (owed(run, state, total)) {
            Evaluation evaluation =
                    run.evaluator().evaluate(made, run.config().training().threads(), run.stop());
            if (evaluation != null) {
                boolean best = state.better(evaluation);
                now = state.evaluated(evaluation);
                run.folder().evaluation(now.step(), now.elapsed(), evaluation, best);
                run.listener().evaluation(now.step(), evaluation, best);
                if (best) {
                    run.folder().best(made, now, evaluation, run.evaluator().pictures());
                }
            }
        }
        Path file = run.folder().checkpoint(made, now, Map.of(Positions.ENTRY, positions.toBytes()));
        run.listener().checkpoint(now.step(), file);
        return now;
    }
}
