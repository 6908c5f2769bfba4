package io.github.performer4j.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.checkpoint.Adapters;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.core.engine.Engine;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.NetProgram;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.NetPrograms;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.step.DivergedException;
import io.github.performer4j.training.step.Evaluator;
import io.github.performer4j.training.step.Evaluators;
import io.github.performer4j.training.step.LayerRates;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.Trainer;
import io.github.performer4j.training.step.TrainerState;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.training.task.TaskTraining;
import io.github.performer4j.training.task.Trainings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A whole run: data in, run folder out.
 *
 * <pre>{@code
 * RunConfig config = RunConfig.preset("protein-quickstart").withOverride("training.steps", "200");
 * TrainingRun.Result result = TrainingRun.of(config, Path.of("proteins.fasta.gz"), Path.of("runs/first")).execute();
 * }</pre>
 *
 * <p>Nothing is written before data and configuration have been read and checked. One run at a time writes to a folder; a second one is
 * refused, of another process too. {@link #requestStop} may be called from any thread.
 */
public final class TrainingRun {
    /** Share of the data held out where no validation data is given. */
    public static final double VALID_FRACTION = 0.1;

    /** The evaluation of a trained model before its first step. */
    static final String BEFORE = "before.json";

    private final RunConfig config;
    private final Path data;
    private final Path folder;
    private Path valid;
    private Double validFraction;
    private boolean resume;
    private RunListener listener = RunListener.NONE;
    private String command = "";
    private String created = "";
    private LongSupplier nanos = System::nanoTime;
    private RoundTraining rounds;
    private BiConsumer<ComputationGraph, ModelInfo> prepare = (net, info) -> {};

    private final Stop stop = new Stop();

    private TrainingRun(RunConfig config, Path data, Path folder) {
        this.config = config;
        this.data = data;
        this.folder = folder;
    }

    /**
     * Describes a run.
     *
     * @param config model, data and training; the model's vocabulary may be 0, for the tokenizer's
     * @param data file or folder to learn from; null for that of the run that is continued
     * @param folder the run folder to make, or to continue
     */
    public static TrainingRun of(RunConfig config, Path data, Path folder) {
        return new TrainingRun(config, data, folder);
    }

    /**
     * Validates on this file or folder instead of a part of the data. A run that is continued keeps what it has; it need not be named again, and
     * must not be another.
     */
    public TrainingRun valid(Path value) {
        this.valid = value;
        return this;
    }

    /** Holds out this share of the data, in (0, 1), without near-copies on the training side: {@link #VALID_FRACTION} unless told otherwise. */
    public TrainingRun validFraction(double value) {
        this.validFraction = value;
        return this;
    }

    /** Continues the run of the folder from its newest checkpoint; without a run there, starts one. */
    public TrainingRun resume(boolean value) {
        this.resume = value;
        return this;
    }

    /** Tells this listener what happens. */
    public TrainingRun listener(RunListener value) {
        this.listener = value;
        return this;
    }

    /**
     * Sets what the saved models say of their origin.
     *
     * @param commandLine the command or program
     * @param when ISO 8601
     */
    public TrainingRun provenance(String commandLine, String when) {
        this.command = commandLine;
        this.created = when;
        return this;
    }

    /** Takes the time in nanoseconds from here, as {@link System#nanoTime} by default. */
    public TrainingRun clock(LongSupplier value) {
        this.nanos = value;
        return this;
    }

    /** Hands over the net before its first step, with what its files will say of it, so that Deeplearning4j's listeners can be set. */
    public TrainingRun prepared(BiConsumer<ComputationGraph, ModelInfo> value) {
        this.prepare = value;
        return this;
    }

    /** Lets this train in place of a {@link Trainer} of this process. */
    public TrainingRun rounds(RoundTraining value) {
        this.rounds = value;
        return this;
    }

    /**
     * What came of it.
     *
     * @param outcome how the run ended
     * @param evaluation of the best model on the held-out data; null if the run stopped before the first
     * @param model the best model's file, or the newest checkpoint; null if there is none yet
     * @param folder the run folder; null if the run stopped before there was anything to save
     */
    public record Result(Outcome outcome, Evaluation evaluation, Path model, RunFolder folder) {}

    /**
     * Ends the run: while data is read, at once, and nothing is saved; afterwards the step under way is finished, an evaluation under way given
     * up, and a checkpoint saved.
     */
    public void requestStop() {
        stop.request();
    }

    /**
     * Runs.
     *
     * @throws IllegalArgumentException if configuration, data, folder or checkpoint do not go together; nothing is written then
     * @throws IOException if data cannot be read or a file not be written
     * @throws DivergedException if the numbers are no longer finite
     */
    public Result execute() throws IOException {
        try (FolderLock lock = new FolderLock(folder)) {
            return execute(lock);
        }
    }

    private Result execute(FolderLock lock) throws IOException {
        boolean going = resume && RunFolder.exists(folder);
        if (!going) {
            RunFolder.refuseUsed(folder, config, null);
        }
        if (RunFolder.exists(folder)) {
            lock.take(); // before anything is read: another process may be at work
        }
        Ready ready = stop.reading(() -> read(going));
        if (ready == null) {
            RunFolder run = going ? RunFolder.open(folder) : null;
            return new Result(Outcome.STOPPED, going ? best(run) : null, going ? run.model() : null, run);
        }
        lock.take();
        RunFolder run = going ? RunFolder.open(folder) : RunFolder.create(folder, ready.config(), ready.data());
        run.info(ready.info());
        TrainingConfig training = config.training();
        Trainer made = new Trainer(ready.net(), training, ready.train())
                .evaluator(ready.evaluator())
                .layerRates(ready.rates())
                .listener(listener)
                .clock(nanos)
                .store(run);
        Path checkpoint = null;
        if (going) {
            checkpoint = restore(run, made, ready.data());
            run.config(ready.config());
            run.data(ready.data());
            run.deleteParts();
        }
        recordMachine(run);
        ready.notes().forEach(listener::data);
        tell(ready.names(), ready.sides());
        if (!going) {
            measureStart(run, ready);
        }
        prepare.accept(ready.net(), ready.info());
        stop.tell(made::requestStop);
        try {
            RoundTraining.Ended ended = train(run, made, ready, checkpoint);
            Outcome outcome = ended.outcome();
            Evaluation best = best(run);
            if (outcome != Outcome.STOPPED) {
                writeAdapters(run, ready.start());
                MassOfRun.draw(run, ready.sides().valid(), listener);
                Report.write(run, outcome, best, describe(run, ready.sides(), ready.data()));
            }
            run.state(outcome == Outcome.STOPPED ? "stopped" : "finished", ended.state(), outcome);
            return new Result(outcome, best, run.model(), run);
        } finally {
            stop.tell(null);
        }
    }

    /** Measures a trained model that the run begins with, where it may do the task already. */
    private void measureStart(RunFolder run, Ready ready) throws IOException {
        PerformerModel trained = ready.start().trained();
        if (trained == null
                || !ready.task().measuresStart()
                || trained.info().task().getClass() != ready.task().task().getClass()) {
            return;
        }
        Evaluation before =
                ready.evaluator().evaluate(ready.net(), config.training().threads(), stop::requested);
        if (before != null) {
            run.write(BEFORE, Json.pretty(before).getBytes(StandardCharsets.UTF_8));
            listener.note("before training: " + figures(before));
        }
    }

    private static String figures(Evaluation evaluation) {
        return evaluation.figures().entrySet().stream()
                .map(figure -> String.format(Locale.ROOT, "%s=%.4f", figure.getKey(), figure.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** Writes what a run with updates of low rank or adapters added to the model that it began with. */
    private void writeAdapters(RunFolder run, StartModel start) throws IOException {
        if (start.trained() == null || !start.config().apart()) {
            return;
        }
        Path file = run.path().resolve(Adapters.FILE);
        long numbers = Adapters.write(start.trained(), ModelFile.load(run.model()), file);
        listener.note(String.format(
                Locale.ROOT,
                "%s: the %,d numbers that learnt, %,d KiB; performer merge --model %s --adapters F puts both together",
                file,
                numbers,
                Files.size(file) / 1024,
                start.config().model()));
    }

    /** Writes what computes the run, and says what has changed since an earlier start. */
    private void recordMachine(RunFolder run) throws IOException {
        RunMachine here = RunMachine.here();
        RunMachine was = RunMachine.read(run.path());
        String difference = here.difference(was);
        if (difference != null) {
            listener.note(difference);
        }
        if (!here.equals(was)) {
            run.write(RunMachine.FILE, here.toBytes());
        }
    }

    /** All that a run needs before it may write. */
    private record Ready(
            RunConfig config,
            RunData.Names names,
            RunSides sides,
            RunData data,
            TaskTraining task,
            BatchSource train,
            ModelInfo info,
            ComputationGraph net,
            LayerRates rates,
            StartModel start,
            List<String> notes) {
        Evaluator evaluator() {
            TrainingConfig training = config.training();
            return Evaluators.of(task, sides.valid(), info, training, training.seed());
        }
    }

    /** Reads and checks everything. */
    private Ready read(boolean going) throws IOException {
        RunFolder earlier = going ? RunFolder.open(folder) : null;
        RunData saved = going ? earlier.data() : null;
        Rule.that(
                config.data().splitFile() == null || (valid == null && validFraction == null),
                "held out is what a table of sides says, data of its own, or a share of the data",
                "data.splitFile",
                config.data().splitFile(),
                "valid",
                valid,
                "validFraction",
                validFraction);
        StartModel start = StartModel.of(config.start());
        RunConfig whole = config.withStart(start.config());
        RunData.Names names = new RunData.Names(data, valid, validFraction).or(saved);
        // By the settings of the earlier start: what differs between them is told with what differs in the data.
        RunData hashed = RunData.of(names, going ? earlier.config() : whole);
        if (going) {
            ResumedRun.check(whole, earlier.config(), hashed, saved);
        } else {
            RunFolder.refuseUsed(folder, whole, hashed);
        }
        TaskTraining named = Trainings.of(config.task(), config.data());
        long evalTokens = config.training().evalTokens();
        Rule.that(
                named.sampled() || evalTokens == TrainingConfig.defaults().evalTokens(),
                "an evaluation of this task looks at all held-out examples, so leave training.evalTokens at "
                        + TrainingConfig.defaults().evalTokens(),
                "task",
                config.task().name(),
                "training.evalTokens",
                evalTokens);
        RunSides plain = RunSides.open(names, config, start.tokenizer())
                .measured(config.training().seed());
        TaskTraining task = named.complete(plain.train());
        DataConfig reading = plain.train().config(); // knows the size of images, and kinds of nodes
        RunSides sides = plain.labelled(task);
        Tokenizer tokenizer = sides.train().tokenizer();
        config.data().framing().require(tokenizer);
        Batching batching = Trainings.batching(task, reading, config.training().tokenDropout());
        batching.require(tokenizer);
        requireLearnable("training", task, sides.train());
        requireLearnable("held-out", task, sides.valid());
        PerformerConfig model = new RunModel(task.task(), tokenizer, reading).model(config);
        BatchSource batches = sides.train().batches(batching, true);
        RunData read = hashed.withSides(sides.sides());
        if (going) {
            read.checkSides(saved);
        }
        TrainingConfig training = config.training();
        List<String> notes = new ArrayList<>(RunModel.advice(model));
        ComputationGraph net = start.net(model, task.task(), training, notes);
        if (reading.packing()) {
            Engine engine = Engines.of(net.params().dataType());
            Rule.that(
                    !engine.ownMemory() || packs(engine, net),
                    "packed rows need the engine cpu or graph where features are fitted to each sequence: steps in an engine's own memory do not take them",
                    "data.packing",
                    true,
                    "engine",
                    engine.name());
            notes.add(sides.train().padding(task.batching(), training.seed()).line());
        }
        Provenance provenance = new Provenance(
                names.data().toString(),
                hashed.dataSha256(),
                training.seed(),
                0,
                command,
                System.getProperty("java.runtime.version"),
                created);
        ModelInfo info = ModelInfo.of(
                        task.task(),
                        model,
                        reading.withPacking(false),
                        tokenizer,
                        task.counts(sides.train()),
                        provenance)
                .withTrainedTokens(start.trainedTokens(model))
                .withOrigin(start.origin());
        return new Ready(whole, names, sides, read, task, batches, info, net, start.rates(model), start, notes);
    }

    /** Returns whether an engine with memory of its own takes a net's packed rows; layer by layer, where they are taken apart if need be, it does. */
    private static boolean packs(Engine engine, ComputationGraph net) {
        NetProgram program;
        try {
            program = NetPrograms.of(net);
        } catch (IllegalArgumentException e) {
            return true; // no chain of programs: it runs layer by layer
        }
        return engine.packs(program);
    }

    private RoundTraining.Ended train(RunFolder run, Trainer made, Ready ready, Path checkpoint) throws IOException {
        run.state("running", made.state(), null);
        boolean returned = false;
        try {
            RoundTraining.Ended ended = rounds == null
                    ? new RoundTraining.Ended(made.train(), made.state())
                    : rounds.train(new RoundTraining.Setting(
                            ready.config(),
                            ready.names().data(),
                            ready.names().valid(),
                            ready.names().validFraction(),
                            ready.train(),
                            ready.net(),
                            ready.info(),
                            ready.rates(),
                            made.state(),
                            checkpoint,
                            ready.evaluator(),
                            run,
                            listener,
                            stop::requested,
                            nanos));
            returned = true;
            return ended;
        } finally {
            if (!returned) {
                run.tryState("stopped", made.state());
            }
        }
    }

    /** Says what there is to say of the data, once nothing is refused any more. */
    private void tell(RunData.Names names, RunSides sides) throws IOException {
        Set<String> notes = new LinkedHashSet<>(sides.train().notes());
        notes.addAll(sides.valid().notes()); // the same file on both sides has the same notes
        notes.forEach(listener::data);
        if (names.valid() == null) {
            listener.data(names.data() + ": held out " + sides.held());
        }
        if (sides.leakage() != null) {
            listener.data((names.valid() == null ? names.data() : names.valid()) + ": " + sides.leakage());
        }
        String unit = sides.train().tokenizer().unit();
        listener.unknown(names.data(), sides.train().unknown(), unit);
        listener.unknown(
                names.valid() == null ? names.data() : names.valid(),
                sides.valid().unknown(),
                unit);
    }

    /** Refuses a side of which no batch could be made, before the run's folder is. */
    private static void requireLearnable(String side, TaskTraining task, Corpus corpus) throws IOException {
        Rule.that(
                task.learnable(corpus), // reads all of it before anything is written
                "the " + side + " side must have "
                        + (task.labels() == null
                                ? "a document of two tokens, one of them known"
                                : "an example with a label and a token")
                        + "; more data, or held-out data of its own (--valid), or another --valid-fraction helps",
                "path",
                corpus.path(),
                "documents",
                corpus.documents(),
                "too short",
                corpus.dropped());
    }

    /** Goes back to the newest checkpoint that can be read; a run killed before its first one starts anew. */
    private Path restore(RunFolder run, Trainer made, RunData wanted) throws IOException {
        Path from = null;
        List<Path> newestFirst = new ArrayList<>(run.checkpoints());
        Collections.reverse(newestFirst);
        for (Path checkpoint : newestFirst) {
            PerformerModel saved;
            byte[] entry;
            try {
                saved = ModelFile.load(checkpoint);
                entry = ModelFile.entry(checkpoint, TrainerState.ENTRY);
            } catch (IOException e) {
                listener.note("passing over a checkpoint: " + e.getMessage());
                continue;
            }
            Rule.that(entry != null, "a checkpoint must hold " + TrainerState.ENTRY, "file", checkpoint);
            Provenance origin = saved.info().provenance();
            Rule.that(
                    origin.dataSha256().equals(wanted.dataSha256()),
                    "the checkpoint is of other data",
                    "checkpoint",
                    origin.dataPath() + " " + origin.dataSha256(),
                    "run",
                    wanted.data() + " " + wanted.dataSha256());
            Rule.that(
                    rounds != null || ModelFile.entry(checkpoint, RoundTraining.POSITIONS) == null,
                    "a run of rounds goes on with rounds (performer spark-train --resume)",
                    "checkpoint",
                    checkpoint);
            TrainerState state = TrainerState.fromBytes(entry);
            boolean former = measuredInBatches(checkpoint);
            if (former) {
                listener.note("an earlier build measured pairs within batches, so the best model is chosen anew; file="
                        + checkpoint);
            }
            made.restore(saved.net(), former ? state.withoutBest() : state);
            from = checkpoint;
            break;
        }
        run.metrics().truncate(made.state().step());
        return from;
    }

    /** True for pairs of an earlier build, whose task has no {@code contrast}: each was looked for in its batch alone. */
    private static boolean measuredInBatches(Path checkpoint) throws IOException {
        byte[] info = ModelFile.entry(checkpoint, ModelFile.ENTRY);
        JsonNode task = Json.object(new String(info, StandardCharsets.UTF_8)).path("task");
        return task.path("name").asText().equals(Similarity.NAME) && !task.has("contrast");
    }

    private static Evaluation best(RunFolder run) throws IOException {
        Path best = run.path().resolve("best.zip");
        byte[] entry = Files.exists(best) ? ModelFile.entry(best, RunFolder.EVALUATION_ENTRY) : null;
        return entry == null
                ? null
                : Json.read(Json.object(new String(entry, StandardCharsets.UTF_8)), Evaluation.class);
    }

    private static String size(Corpus side, boolean floats) throws IOException {
        return String.valueOf(floats ? side.tokens() : side.counts(false).total());
    }

    private static Map<String, String> describe(RunFolder run, RunSides sides, RunData data) throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("path", sides.train().path().toString());
        rows.put("SHA-256", data.dataSha256());
        rows.put("held out", sides.held());
        if (sides.leakage() != null) {
            rows.put("leakage", sides.leakage());
        }
        boolean floats = sides.train().config().readsFloats();
        String what = sides.train().graphs() ? " nodes" : floats ? " patches" : " tokens";
        rows.put("training" + what, size(sides.train(), floats));
        rows.put("validation" + what, size(sides.valid(), floats));
        Path before = run.path().resolve(BEFORE);
        if (Files.exists(before)) {
            rows.put("before training", figures(Json.read(Json.object(Files.readString(before)), Evaluation.class)));
        }
        return rows;
    }
}
