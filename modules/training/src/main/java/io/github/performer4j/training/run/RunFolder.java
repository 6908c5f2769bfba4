package io.github.performer4j.training.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Adapters;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.RunStore;
import io.github.performer4j.training.step.TrainerState;
import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.training.watch.EventFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one run.
 *
 * <pre>
 * config.json              the run's configuration as it stands, as --config reads it
 * data.json                what it learns from and what is held out
 * before.json              of a trained model that the run begins with, where it may do the task already: its evaluation
 * config-by-steps.json     of a timed run, once its phases are known: the configuration that repeats it by steps
 * state.json               {"state": "running" | "finished" | "stopped", "step", "outcome", "elapsed", "decayStart", "totalSteps"}
 * metrics.jsonl            one JSON object a line, see {@link Metrics}
 * checkpoints/step-000123.zip   model, updater state and {@code trainer.json}; the newest few
 * best.zip                 the model with the least validation loss, and its {@code evaluation.json}
 * adapters.safetensors     of a run with updates of low rank or adapters: what the best model has beyond the one that it began with, see {@link Adapters}
 * pictures/*.png           of the best model's figures, where its task has some, and at the end of its attention ({@link MassOfRun})
 * curve.png, report.html   written at the end
 * events.out.tfevents.*    if asked for, see {@link EventFiles}
 * run.lock, run.pid        keep a second run out while one goes on
 * </pre>
 *
 * <p>Checkpoints and best.zip are Deeplearning4j's zip ({@link ModelFile}), replaced as a whole or not at all.
 */
public final class RunFolder implements RunStore {
    /** Entry of best.zip with the evaluation that made it the best. */
    public static final String EVALUATION_ENTRY = ModelFile.EVALUATION_ENTRY;

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
    private static final String CONFIG = "config.json";
    private static final String BEST = "best.zip";
    private static final String PUBLISHED = "model.zip";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String PICTURES = "pictures";
    private static final String TEMPORARY = ".tmp";

    /** What a run leaves that fails before its first checkpoint; {@value #BEST} may be there too. */
    private static final Set<String> BEGINNING = Set.of(
            CONFIG,
            RunData.FILE,
            RunMachine.FILE,
            TrainingRun.BEFORE,
            "config-by-steps.json",
            "state.json",
            "metrics.jsonl");

    private final Path path;
    private final Metrics metrics;
    private RunConfig config;
    private ModelInfo info;

    private RunFolder(Path path) {
        this.path = path;
        this.metrics = new Metrics(path.resolve("metrics.jsonl"));
    }

    /**
     * Makes the folder of a new run and writes its configuration.
     *
     * @param path a folder that does not exist, is empty, or holds a run that failed before its first checkpoint, which is cleared
     * @param config the run's configuration
     * @throws IllegalArgumentException if something else is there already
     * @throws IOException if the folder cannot be made
     */
    public static RunFolder create(Path path, RunConfig config) throws IOException {
        return create(path, config, null);
    }

    /** Makes the folder of a new run and writes its data, too; null if that is not known. */
    static RunFolder create(Path path, RunConfig config, RunData data) throws IOException {
        refuseUsed(path, config, data);
        if (!Files.isDirectory(path.resolve(CHECKPOINTS))) {
            Files.createDirectories(path.resolve(CHECKPOINTS));
        }
        for (String name : BEGINNING) {
            Files.deleteIfExists(path.resolve(name));
        }
        Files.deleteIfExists(path.resolve(BEST));
        for (Path events : EventFiles.in(path)) {
            Files.delete(events);
        }
        RunFolder folder = new RunFolder(path);
        folder.deleteParts();
        if (data != null) {
            folder.write(RunData.FILE, data.toBytes());
        }
        folder.config(config); // last: it is what makes the folder a run's
        return folder;
    }

    /**
     * Opens the folder of an earlier run.
     *
     * @throws IllegalArgumentException if it is no run folder
     * @throws IOException if it cannot be read
     */
    public static RunFolder open(Path path) throws IOException {
        if (!exists(path)) {
            throw new IllegalArgumentException("a run folder must hold config.json; folder=" + path);
        }
        RunFolder folder = new RunFolder(path);
        folder.config = RunConfig.fromJson(Files.readString(path.resolve(CONFIG)));
        return folder;
    }

    /**
     * Refuses a path where something is that a new run would take the place of. A run that failed before its first checkpoint is nothing; its
     * best model, if it has one, is nothing to a run that makes it again.
     *
     * @param config of the new run
     * @param data of the new run; null if that is not known yet
     * @throws IllegalArgumentException if the path is a file, or a folder with other content
     */
    static void refuseUsed(Path path, RunConfig config, RunData data) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        boolean free = Files.isDirectory(path);
        for (Path file : free ? list(path) : List.<Path>of()) {
            String name = file.getFileName().toString();
            free &= name.equals(CHECKPOINTS)
                    ? list(file).stream().allMatch(RunFolder::temporary)
                    : name.equals(BEST) || name.equals(PICTURES)
                            ? again(path, config, data)
                            : BEGINNING.contains(name)
                                    || FolderLock.FILES.contains(name)
                                    || temporary(file)
                                    || EventFiles.named(file);
        }
        if (!free) {
            throw new IllegalArgumentException(
                    "the run folder must be new or empty (--resume continues a run); folder=" + path);
        }
    }

    /** True if a run of this configuration and data was begun there. */
    private static boolean again(Path path, RunConfig config, RunData data) throws IOException {
        return exists(path)
                && open(path).config().equals(config)
                && (data == null || data.differences(RunData.read(path)).isEmpty());
    }

    private static boolean temporary(Path file) {
        return file.getFileName().toString().endsWith(TEMPORARY);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Deletes what a kill left of a checkpoint that was being written. */
    void deleteParts() throws IOException {
        for (Path file : list(path.resolve(CHECKPOINTS))) {
            if (temporary(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(file);
            }
        }
    }

    /** True if the path is a run folder. */
    public static boolean exists(Path path) {
        return Files.isRegularFile(path.resolve(CONFIG));
    }

    /** Returns what a folder is called, by which tables and pages tell runs apart. */
    public static String name(Path folder) {
        return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    }

    /** Returns the folder's path. */
    public Path path() {
        return path;
    }

    /** Returns the configuration of the run: what it was started with, and what was changed since. */
    public RunConfig config() {
        return config;
    }

    /** Replaces the configuration. */
    void config(RunConfig value) throws IOException {
        if (!value.equals(config)) {
            write(CONFIG, value.toJson());
        }
        config = value;
    }

    /**
     * Finds the file that a path stands for: a run folder for its best model, a folder of a published one for the {@code model.zip} beside its card.
     *
     * @param model zip, run folder, or folder of a published model
     * @throws NoSuchFileException if there is none, or the run has no model yet
     */
    public static Path modelFile(Path model) throws IOException {
        if (!Files.exists(model)) {
            throw new NoSuchFileException(model.toString(), null, "there is no such model file or folder");
        }
        if (!Files.isDirectory(model)) {
            return model;
        }
        if (!RunFolder.exists(model)) {
            Path published = model.resolve(PUBLISHED);
            if (Files.isRegularFile(published)) {
                return published;
            }
            throw new NoSuchFileException(
                    model.toString(),
                    null,
                    "the folder is no run folder, nor that of a model (expected config.json or " + PUBLISHED
                            + " in it)");
        }
        Path best = RunFolder.open(model).model();
        if (best == null) {
            throw new NoSuchFileException(model.toString(), null, "the run has no model yet; continue it first");
        }
        return best;
    }

    /**
     * Opens the held-out side of the run again.
     *
     * @param data where the data of the run is now
     * @throws IllegalArgumentException if that is other data than the run's
     * @throws IOException if it cannot be read
     */
    public Corpus heldOut(Path data) throws IOException {
        RunData saved = data();
        RunData.Names names = new RunData.Names(data, null, null).or(saved);
        ResumedRun.check(config, config, RunData.of(names, config), saved);
        return RunSides.open(
                        names,
                        config,
                        config.start().model() == null
                                ? null
                                : ModelFile.load(model()).info().tokenizer())
                .valid();
    }

    /** Returns what the run learns from and what it is measured on. */
    RunData data() throws IOException {
        return RunData.read(path);
    }

    /** Replaces the names of the data, which may have moved. */
    void data(RunData value) throws IOException {
        if (!value.equals(data())) {
            write(RunData.FILE, value.toBytes());
        }
    }

    /** Returns the figures of the run. */
    public Metrics metrics() {
        return metrics;
    }

    /** Returns {@code running}, {@code finished} or {@code stopped}; {@code running} too if the process was killed. */
    public String state() throws IOException {
        Path file = path.resolve("state.json");
        return Files.exists(file)
                ? Json.object(Files.readString(file)).path("state").asText("running")
                : "running";
    }

    /** Returns best.zip, or the newest checkpoint if there was no evaluation; null if there is neither. */
    public Path model() throws IOException {
        Path best = path.resolve(BEST);
        if (Files.exists(best)) {
            return best;
        }
        List<Path> all = checkpoints();
        return all.isEmpty() ? null : all.get(all.size() - 1);
    }

    /** Returns the checkpoints, oldest first. */
    public List<Path> checkpoints() throws IOException {
        Path folder = path.resolve(CHECKPOINTS);
        return !Files.isDirectory(folder)
                ? List.of()
                : list(folder).stream()
                        .filter(f -> f.getFileName().toString().matches("step-\\d{6,}\\.zip"))
                        .sorted(Comparator.comparingLong(RunFolder::step))
                        .toList();
    }

    /** Returns the steps of the newest checkpoint, from which the run would go on; -1 if there is none. */
    public long savedStep() throws IOException {
        List<Path> all = checkpoints();
        return all.isEmpty() ? -1 : step(all.get(all.size() - 1));
    }

    /** Sets what the saved models carry beside their parameters; the provenance's steps are those of the checkpoint. */
    public void info(ModelInfo value) {
        this.info = value;
    }

    /** Writes the state. */
    void state(String state, TrainerState position, Outcome outcome) throws IOException {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("state", state);
        node.put("step", position.step());
        node.put("outcome", outcome == null ? null : outcome.name());
        node.put("elapsed", position.elapsed());
        node.put("decayStart", position.decayStart());
        node.put("totalSteps", position.totalSteps());
        write("state.json", Json.pretty(node));
    }

    /** Writes the state of a run that fails; where that fails too, the run's own error is the one to see. */
    void tryState(String state, TrainerState position) {
        try {
            state(state, position, null);
        } catch (IOException e) {
            LOG.warn("cannot write the run's state; folder={}, cause={}", path, e.getMessage());
        }
    }

    @Override
    public void step(RunListener.Progress progress) throws IOException {
        metrics.step(progress);
    }

    @Override
    public void evaluation(long step, double elapsed, Evaluation evaluation, boolean best) throws IOException {
        metrics.evaluation(step, elapsed, evaluation, best);
    }

    @Override
    public void phases(TrainerState state) throws IOException {
        metrics.phases(state);
        state("running", state, null);
        write("config-by-steps.json", config.withTraining(state.bySteps()).toJson());
    }

    @Override
    public Path checkpoint(ComputationGraph net, TrainerState state) throws IOException {
        return checkpoint(net, state, Map.of());
    }

    /** Writes a checkpoint with further entries, name → bytes. */
    public Path checkpoint(ComputationGraph net, TrainerState state, Map<String, byte[]> more) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(more);
        entries.put(TrainerState.ENTRY, state.toBytes());
        Path file = path.resolve(CHECKPOINTS).resolve(String.format(Locale.ROOT, "step-%06d.zip", state.step()));
        ModelFile.save(file, net, info(state), true, entries);
        state("running", state, null);
        List<Path> all = checkpoints();
        for (Path old : all.subList(0, Math.max(0, all.size() - state.training().keepCheckpoints()))) {
            Files.delete(old);
        }
        return file;
    }

    @Override
    public void best(ComputationGraph net, TrainerState state, Evaluation evaluation, Map<String, byte[]> pictures)
            throws IOException {
        ModelFile.save(
                path.resolve(BEST),
                net,
                info(state),
                false,
                Map.of(EVALUATION_ENTRY, Json.pretty(evaluation).getBytes(StandardCharsets.UTF_8)));
        for (Map.Entry<String, byte[]> picture : pictures.entrySet()) {
            picture(picture.getKey(), picture.getValue());
        }
    }

    /** Replaces a picture of the best model. */
    void picture(String name, byte[] png) throws IOException {
        Files.createDirectories(path.resolve(PICTURES));
        Whole.write(path.resolve(PICTURES).resolve(name), png);
    }

    /** Returns the pictures of the best model's figures, by name. */
    public Map<String, byte[]> pictures() throws IOException {
        Map<String, byte[]> pictures = new TreeMap<>();
        Path folder = path.resolve(PICTURES);
        for (Path file : Files.isDirectory(folder) ? list(folder) : List.<Path>of()) {
            if (!temporary(file)) {
                pictures.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return pictures;
    }

    /** Replaces a small file as a whole. */
    void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces a small file as a whole. */
    void write(String name, byte[] bytes) throws IOException {
        Whole.write(path.resolve(name), bytes);
    }

    private ModelInfo info(TrainerState state) {
        Provenance p = info.provenance();
        return info.withTrainedTokens(Math.max(state.longest(), info.trainedTokens()))
                .withProvenance(new Provenance(
                        p.dataPath(), p.dataSha256(), p.seed(), state.step(), p.command(), p.java(), p.created()));
    }

    private static long step(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().replaceAll("\\D", ""));
    }
}
