package io.github.performer4j.training.step;

import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.schedule.FusedUpdate;
import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.batch.BatchEncoder;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a Deeplearning4j graph. One step s = 0, 1, 2, …:
 *
 * <pre>
 * g ← Σ_i (n_i / N) g_i                        gradients of the micro-batches, see {@link Workers}
 * g ← g · min(1, clipNorm / |g|₂)              clipping by the norm of the whole gradient
 * u ← updater(g, s) · rate(s) + rate(s) λ w    Deeplearning4j's updater and decoupled weight decay
 * w ← w − u
 * </pre>
 *
 * <p>Deeplearning4j's own updater, regularisation, constraints and listeners do their part, so a graph trained here can be trained on
 * with {@code fit}; what listeners hear, and when an epoch ends, says {@link GraphListeners}. The trainer replaces all learning rates of the graph by its configuration's schedule.
 *
 * <p>The result is a pure function of graph, data and configuration: the same bit for bit for every number of threads and however often
 * the run was stopped and resumed. Timed runs are so from the moment their phases are known, see {@link Phases}. Not thread-safe, but
 * for {@link #requestStop}.
 */
public final class Trainer {
    private final ComputationGraph net;
    private final TrainingConfig config;
    private final BatchSource source;
    private final BatchEncoder encoder;
    private Evaluator evaluator;
    private RunListener listener = RunListener.NONE;
    private RunStore store = RunStore.NONE;
    private LongSupplier nanos = System::nanoTime;
    private LayerRates layerRates = LayerRates.NONE;

    private TrainerState state;
    private EngineSteps memory; // while training in an engine's memory; else null
    private Function<ComputationGraph, Optional<EngineSteps>> engine;
    private long saved = -1;
    private volatile boolean stopRequested;

    /**
     * Makes a trainer of one of performer4j's models.
     *
     * @param net the model, initialised; trained in place
     * @param config how to train
     * @param source the training data, shuffled
     */
    public Trainer(ComputationGraph net, TrainingConfig config, BatchSource source) {
        this(net, config, source, BatchEncoder.columns());
    }

    /**
     * Makes a trainer of any graph.
     *
     * @param encoder makes the graph's arrays
     */
    public Trainer(ComputationGraph net, TrainingConfig config, BatchSource source, BatchEncoder encoder) {
        this.net = net;
        this.config = config;
        this.source = source;
        this.encoder = encoder;
        this.state = TrainerState.start(config);
        this.engine = graph -> EngineSteps.of(graph, encoder, layerRates, listener);
        Rates.set(net, state.rates(), layerRates);
    }

    /** Makes steps in this memory, for tests; by default in that of the engine that runs the graph's type, if it has its own. */
    Trainer memory(Function<ComputationGraph, Optional<EngineSteps>> value) {
        engine = value;
        return this;
    }

    /** Evaluates with this evaluator during the run; without one there is no evaluation, best model or early stopping. */
    public Trainer evaluator(Evaluator value) {
        this.evaluator = value;
        return this;
    }

    /** Lets layers learn slower, or later, than the run; the graph was built with updaters of their own for them. */
    public Trainer layerRates(LayerRates value) {
        this.layerRates = value;
        Rates.set(net, state.rates(), value);
        return this;
    }

    /** Tells this listener what happens. */
    public Trainer listener(RunListener value) {
        this.listener = value;
        return this;
    }

    /** Keeps metrics and checkpoints here. */
    public Trainer store(RunStore value) {
        this.store = value;
        return this;
    }

    /** Takes the time in nanoseconds from here, as {@link System#nanoTime} by default. */
    public Trainer clock(LongSupplier value) {
        this.nanos = value;
        return this;
    }

    /**
     * Finishes the step under way, or gives up the evaluation under way, which the resumed run makes up for; saves a checkpoint and returns {@link
     * Outcome#STOPPED}. May be called from any thread.
     */
    public void requestStop() {
        stopRequested = true;
    }

    /** Returns where the run stands. */
    public TrainerState state() {
        return state;
    }

    /**
     * Continues from a checkpoint.
     *
     * @param checkpoint parameters, updater state and counters of the same graph
     * @param position where the run stood
     * @throws IllegalArgumentException naming every value of the configuration that differs and matters
     */
    public void restore(ComputationGraph checkpoint, TrainerState position) {
        Resume.check(config, position.training());
        Rule.that(
                config.steps() == 0 || config.steps() >= position.step(),
                "steps must not be below those that are done",
                "steps",
                config.steps(),
                "done",
                position.step());
        Rule.that(
                checkpoint.numParams() == net.numParams(),
                "the checkpoint must hold this model's parameters",
                "checkpoint",
                checkpoint.numParams(),
                "model",
                net.numParams());
        state = Resume.merge(position, config);
        Rates.set(net, state.rates(), layerRates);
        Rates.set(checkpoint, state.rates(), layerRates);
        net.params().assign(checkpoint.params());
        INDArray updater = checkpoint.getUpdater().getStateViewArray();
        if (updater != null) {
            net.getUpdater().setStateViewArray(updater);
        }
        Counters.copy(checkpoint, net);
        Counters.set(net, state.step(), state.epoch());
        saved = state.step();
    }

    /**
     * Trains until the end of the run, a stop or an error.
     *
     * @return how it ended; after {@link Outcome#STOPPED} a later call, or a resumed trainer, goes on
     * @throws IOException if data cannot be read or a file not be written; earlier checkpoints are whole
     * @throws DivergedException if loss, gradient or parameters are no longer finite; it names step and place
     */
    public Outcome train() throws IOException {
        int threads =
                Math.min(config.threads(), Math.max(config.accumulate(), evaluator == null ? 1 : config.threads()));
        try (Workers workers = new Workers(net, encoder, threads, config.chunk(), config.recompute());
                BatchFeed feed = new BatchFeed(
                        source,
                        config.seed(),
                        config.accumulate(),
                        state.epoch(),
                        state.batches(),
                        () -> stopRequested)) {
            listener.start(new RunListener.Summary(
                    Rates.learning(net),
                    Math.min(threads, config.accumulate()),
                    state.step(),
                    phases().known() ? state.totalSteps() : -1,
                    config.minutes()));
            Rule.that(
                    config.chunk() == 0 || !Activations.wanted(net),
                    "listeners of forward passes need whole sequences",
                    "training.chunk",
                    config.chunk());
            memory = engine.apply(net).orElse(null);
            Rule.that(
                    config.chunk() == 0 || memory == null,
                    "chunks need the engine cpu or graph: steps in an engine's own memory take whole sequences",
                    "training.chunk",
                    config.chunk());
            Rule.that(
                    !config.recompute() || memory == null,
                    "training.recompute is for engines that run layer by layer; the engine cuda has --recompute",
                    "training.recompute",
                    config.recompute());
            Outcome outcome = loop(workers, feed);
            listener.finish(outcome, state.step(), state.elapsed());
            return outcome;
        } finally {
            if (memory != null) {
                memory.close();
                memory = null;
            }
        }
    }

    private Outcome loop(Workers workers, BatchFeed feed) throws IOException {
        Gradient gradient = Gradients.named(net);
        List<INDArray> stateSteps = Gradients.state(net);
        GraphListeners listeners = new GraphListeners(net, encoder, state);
        double before = state.elapsed();
        long started = nanos.getAsLong();
        BatchFeed.Step next = null;
        if (evaluationDue() && evaluate(workers)) { // a stop gave up the one of this step
            saved = -1;
        }
        while (true) {
            if (phases().done(state.step()) || early() || stopRequested) {
                break;
            }
            BatchFeed.Step batches = next == null ? feed.next() : next;
            listeners.beforeStep(state.step());
            long stepStarted = nanos.getAsLong();
            Stepper.Step made;
            if (memory != null) {
                double rate = state.rates().valueAt((int) state.step(), 0);
                EngineSteps.Pending pending =
                        memory.begin(batches.batches(), state.step(), batches.first(), rate, config.clipNorm());
                next = feed.next();
                memory.ahead(next.batches());
                made = pending.await();
            } else {
                Workers.Pending pending = workers.start(
                        batches.batches(),
                        state.step(),
                        batches.first(),
                        Activations.wanted(net) ? new Activations() : null);
                next = readAhead(feed, pending);
                Workers.Step result = pending.await();
                made = new Stepper.Step(result.loss(), update(gradient, stateSteps, result, batches, listeners));
            }
            boolean atStart = listeners.afterStep(state.step() + 1, batches, next.first());
            long now = nanos.getAsLong();
            state = state.afterStep(
                    atStart ? next.first() : batches.epoch(),
                    atStart ? 0 : batches.consumed(),
                    batches.tokens(),
                    batches.longest(),
                    before + (now - started) * 1e-9);
            progress(batches, made, (now - stepStarted) * 1e-9);
            fixPhases();
            if (evaluationDue()) {
                evaluate(workers);
                state = state.withElapsed(before + (nanos.getAsLong() - started) * 1e-9);
            }
            if (due(config.checkpointEvery())) {
                checkpoint();
            }
        }
        boolean stopped = stopRequested && !phases().done(state.step()) && !early();
        if (!stopped && evaluator != null && state.evaluated() != state.step()) {
            stopped = !evaluate(workers);
            saved = -1;
        }
        state = state.withElapsed(before + (nanos.getAsLong() - started) * 1e-9);
        if (saved != state.step()) {
            checkpoint();
        }
        stopRequested = false;
        return stopped ? Outcome.STOPPED : phases().done(state.step()) ? Outcome.FINISHED : Outcome.EARLY_STOPPED;
    }

    /** Reads the next step's data while the workers compute this one's; they have done so whatever happens. */
    private static BatchFeed.Step readAhead(BatchFeed feed, Workers.Pending pending) throws IOException {
        try {
            return feed.next();
        } catch (IOException | RuntimeException | Error e) {
            pending.settle(e);
            throw e;
        }
    }

    /** Clips and applies the gradient; returns its norm before clipping. */
    private double update(
            Gradient gradient,
            List<INDArray> stateSteps,
            Workers.Step result,
            BatchFeed.Step batches,
            GraphListeners listeners) {
        INDArray flat = net.getFlattenedGradients();
        double norm = Gradients.clip(flat, stateSteps, config.clipNorm());
        if (!Double.isFinite(norm)) {
            throw new DivergedException("step " + (state.step() + 1)
                    + ": the gradient summed over micro-batches is not finite; norm=" + norm);
        }
        int iteration = (int) state.step();
        int epoch = (int) batches.first();
        Counters.set(net, iteration, epoch);
        net.setGradient(gradient);
        net.setScore(result.loss());
        listeners.gradient(batches.batches(), result.activations());
        FusedUpdate fused = FusedUpdate.of(net).orElse(null);
        if (fused != null) {
            fused.apply(iteration, epoch);
        } else {
            net.getUpdater().update(gradient, iteration, epoch, 1, LayerWorkspaceMgr.noWorkspaces());
            net.params().subi(flat.reshape(flat.length()));
        }
        Counters.updated(net);
        listeners.iterationDone(iteration);
        Counters.set(net, iteration + 1L, epoch);
        net.applyConstraints(iteration + 1, epoch);
        return norm;
    }

    private void progress(BatchFeed.Step batches, Stepper.Step made, double seconds) throws IOException {
        RunListener.Progress progress = new RunListener.Progress(
                state.step(),
                phases().known() ? state.totalSteps() : -1,
                phases().fraction(state.step(), state.elapsed()),
                batches.epoch(),
                made.loss(),
                state.rates().valueAt((int) state.step() - 1, 0),
                made.gradientNorm(),
                seconds > 0 ? batches.tokens() / seconds : 0,
                state.elapsed(),
                phases().secondsLeft(state.step(), state.elapsed()));
        store.step(progress);
        listener.step(progress);
    }

    private void bringBack() {
        if (memory != null) {
            memory.store();
        }
    }

    private Phases phases() {
        return new Phases(config, state.decayStart(), state.totalSteps());
    }

    private void fixPhases() throws IOException {
        Phases now = phases();
        Phases decided = now.after(state.step(), state.elapsed());
        if (decided.equals(now)) {
            return;
        }
        state = state.withPhases(decided.decayStart(), decided.totalSteps());
        Rates.set(net, state.rates(), layerRates);
        store.phases(state);
        if (decided.decayStart() != WarmupSchedule.NEVER) {
            listener.note(
                    "the learning rate decays from step " + decided.decayStart() + " to step " + decided.totalSteps());
        }
    }

    private boolean due(long every) {
        return every > 0 && state.step() % every == 0;
    }

    private boolean early() {
        return config.early(state.misses());
    }

    private boolean evaluationDue() {
        return evaluator != null && state.step() > 0 && due(config.evalEvery()) && state.evaluated() != state.step();
    }

    /** Evaluates; returns false if a stop came first. */
    private boolean evaluate(Workers workers) throws IOException {
        bringBack();
        Evaluation evaluation = evaluator.evaluate(workers, () -> stopRequested);
        if (evaluation == null) {
            return false;
        }
        String broken = evaluation.figures().entrySet().stream()
                .filter(figure -> figure.getValue() != null && !Double.isFinite(figure.getValue()))
                .map(figure -> figure.getKey() + " is " + figure.getValue())
                .findFirst()
                .orElse(null);
        if (broken != null) {
            throw new DivergedException("step " + state.step() + ": the validation's " + broken + "; "
                    + String.valueOf(Diagnosis.parameter(net)));
        }
        boolean best = state.better(evaluation);
        state = state.evaluated(evaluation);
        store.evaluation(state.step(), state.elapsed(), evaluation, best);
        listener.evaluation(state.step(), evaluation, best);
        if (best) {
            store.best(net, state, evaluation, evaluator.pictures());
        }
        return true;
    }

    private void checkpoint() throws IOException {
        bringBack();
        if (!Double.isFinite(Gradients.norm(net.params()))) {
            throw new DivergedException("step " + state.step() + ": after the update " + Diagnosis.parameter(net)
                    + "; no checkpoint written");
        }
        Path file = store.checkpoint(net, state);
        if (file != null) {
            listener.checkpoint(state.step(), file);
        }
        saved = state.step();
    }
}
