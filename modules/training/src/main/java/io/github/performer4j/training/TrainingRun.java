package io.github.performer4j.training;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.model.Task;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A whole run: data in, run folder out.
 *
 * <pre>{@code
 * RunConfig config = RunConfig.preset("protein-quickstart").withOverride("training.steps", "200");
 * TrainingRun.Result result = TrainingRun.of(config, Path.of("proteins.fasta.gz"), Path.of("runs/first")).execute();
 * }</pre>
 *
 * <p>Nothing is written before data and configuration have been read and checked. {@link #requestStop} may be called from any thread.
 */
public final class TrainingRun {
    /** Share of the data held out where no validation data is given. */
    public static final double VALID_FRACTION = 0.1;

    private final RunConfig config;
    private final Path data;
    private final Path folder;
    private Path valid;
    private double validFraction = VALID_FRACTION;
    private boolean resume;
    private RunListener listener = RunListener.NONE;
    private String command = "";
    private String created = "";

    private Trainer trainer;
    private boolean stopRequested;

    private TrainingRun(RunConfig config, Path data, Path folder) {
        this.config = config;
        this.data = data;
        this.folder = folder;
    }

    /**
     * Describes a run.
     *
     * @param config model, data and training; the model's vocabulary may be 0, for the tokenizer's
     * @param data file or folder to learn from
     * @param folder the run folder to make, or to continue
     */
    public static TrainingRun of(RunConfig config, Path data, Path folder) {
        return new TrainingRun(config, data, folder);
    }

    /** Validates on this file or folder instead of a part of the data. */
    public TrainingRun valid(Path value) {
        this.valid = value;
        return this;
    }

    /** Holds out this share of the data, in (0, 1), without near-copies on the training side. */
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

    /**
     * What came of it.
     *
     * @param outcome how the run ended
     * @param evaluation of the best model on the held-out data; null if the run stopped before the first
     * @param model the best model's file, or the newest checkpoint; null if there is none yet
     * @param folder the run folder
     */
    public record Result(Outcome outcome, Evaluation evaluation, Path model, RunFolder folder) {}

    /** Finishes the step under way, saves a checkpoint and ends the run. */
    public synchronized void requestStop() {
        stopRequested = true;
        if (trainer != null) {
            trainer.requestStop();
        }
    }

    /**
     * Runs.
     *
     * @throws IllegalArgumentException if configuration, data, folder or checkpoint do not go together; nothing is written then
     * @throws IOException if data cannot be read or a file not be written
     * @throws DivergedException if the numbers are no longer finite
     */
    public Result execute() throws IOException {
        boolean going = resume && RunFolder.exists(folder);
        if (going) {
            Resume.check(config, RunFolder.open(folder).config());
        } else {
            RunFolder.refuseUsed(folder);
        }
        Sides sides = sides();
        Tokenizer tokenizer = sides.train().tokenizer();
        PerformerConfig model = model(tokenizer);
        TokenCounts counts = sides.train().counts();
        sides.valid().counts(); // reads all of it: a fault shows before anything is written
        listener.unknown(data, sides.train().unknown());
        listener.unknown(valid == null ? data : valid, sides.valid().unknown());
        TrainingConfig training = config.training();
        ComputationGraph net =
                new ComputationGraph(model.graph(training.updater(), training.weightDecay(), training.seed()));
        net.init();
        Provenance provenance = new Provenance(
                data.toString(),
                Sha256.of(data),
                training.seed(),
                0,
                command,
                System.getProperty("java.runtime.version"),
                created);
        RunFolder run = going ? RunFolder.open(folder) : RunFolder.create(folder, config);
        run.info(ModelInfo.of(model, config.data(), tokenizer, counts, provenance));

        Trainer made = new Trainer(net, training, sides.train().batches(true))
                .evaluator(new Evaluator(sides.valid().batches(false), counts, training.seed(), training.evalTokens()))
                .listener(listener)
                .folder(run);
        if (going) {
            restore(run, made, provenance);
        }
        publish(made);
        Outcome outcome = train(run, made);
        Evaluation best = best(run);
        if (outcome != Outcome.STOPPED) {
            Report.write(run, outcome, best, describe(sides));
        }
        run.state(outcome == Outcome.STOPPED ? "stopped" : "finished", made.state(), outcome);
        return new Result(outcome, best, run.model(), run);
    }

    private Outcome train(RunFolder run, Trainer made) throws IOException {
        run.state("running", made.state(), null);
        boolean returned = false;
        try {
            Outcome outcome = made.train();
            returned = true;
            return outcome;
        } finally {
            if (!returned) {
                run.tryState("stopped", made.state());
            }
        }
    }

    private record Sides(Corpus train, Corpus valid, String held) {}

    private Sides sides() throws IOException {
        Corpus corpus = Corpus.open(data, config.data(), null);
        if (valid != null) {
            return new Sides(corpus, Corpus.open(valid, config.data(), corpus.tokenizer()), valid.toString());
        }
        Corpus.Split split = corpus.split(validFraction, config.training().seed());
        return new Sides(split.train(), split.valid(), "a share of " + validFraction + ", without near-copies");
    }

    /** Returns the model with its vocabulary known, after checking it against the data settings. */
    private PerformerConfig model(Tokenizer tokenizer) {
        PerformerConfig model = config.model();
        Rule.that(
                model.vocabulary() == 0 || model.vocabulary() == tokenizer.size(),
                "model.vocabulary must be 0 or the tokenizer's",
                "vocabulary",
                model.vocabulary(),
                "tokenizer",
                tokenizer.size());
        Rule.that(
                config.data().maxTokens() <= model.maxTokens(),
                "data.maxTokens must not exceed model.maxTokens",
                "data",
                config.data().maxTokens(),
                "model",
                model.maxTokens());
        Rule.that(
                model.task() == (config.data().objective().causal() ? Task.CAUSAL_LM : Task.MASKED_LM),
                "model.task and data.objective must go together",
                "task",
                model.task(),
                "objective",
                config.data().objective());
        return model.withVocabulary(tokenizer.size());
    }

    /** Goes back to the newest checkpoint that can be read; a run killed before its first one starts anew. */
    private void restore(RunFolder run, Trainer made, Provenance provenance) throws IOException {
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
            String hash = saved.info().provenance().dataSha256();
            Rule.that(
                    hash.equals(provenance.dataSha256()),
                    "the checkpoint is of other data",
                    "checkpoint",
                    saved.info().provenance().dataPath() + " " + hash,
                    "run",
                    data + " " + provenance.dataSha256());
            made.restore(saved.net(), TrainerState.fromBytes(entry));
            break;
        }
        run.metrics().truncate(made.state().step());
    }

    private synchronized void publish(Trainer made) {
        trainer = made;
        if (stopRequested) {
            made.requestStop();
        }
    }

    private static Evaluation best(RunFolder run) throws IOException {
        Path best = run.path().resolve("best.zip");
        byte[] entry = Files.exists(best) ? ModelFile.entry(best, RunFolder.EVALUATION_ENTRY) : null;
        return entry == null
                ? null
                : Json.read(Json.object(new String(entry, java.nio.charset.StandardCharsets.UTF_8)), Evaluation.class);
    }

    private Map<String, String> describe(Sides sides) throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("path", data.toString());
        rows.put("held out", sides.held());
        rows.put("training tokens", String.valueOf(sides.train().counts().total()));
        rows.put("validation tokens", String.valueOf(sides.valid().counts().total()));
        return rows;
    }
}
