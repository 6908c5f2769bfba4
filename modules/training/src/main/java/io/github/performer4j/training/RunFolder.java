package io.github.performer4j.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one run.
 *
 * <pre>
 * config.json              the run's configuration, as --config reads it
 * config-by-steps.json     of a timed run, once its phases are known: the configuration that repeats it by steps
 * state.json               {"state": "running" | "finished" | "stopped", "step", "outcome", "elapsed", "decayStart", "totalSteps"}
 * metrics.jsonl            one JSON object a line, see {@link Metrics}
 * checkpoints/step-000123.zip   model, updater state and {@code trainer.json}; the newest few
 * best.zip                 the model with the least validation loss, and its {@code evaluation.json}
 * loss.png, report.html    written at the end
 * </pre>
 *
 * <p>Checkpoints and best.zip are Deeplearning4j's zip ({@link ModelFile}), replaced as a whole or not at all.
 */
public final class RunFolder implements RunStore {
    /** Entry of best.zip with the evaluation that made it the best. */
    public static final String EVALUATION_ENTRY = "evaluation.json";

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);

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
     * @param path a folder that does not exist, or is empty
     * @param config the run's configuration
     * @throws IllegalArgumentException if something is there already
     * @throws IOException if the folder cannot be made
     */
    public static RunFolder create(Path path, RunConfig config) throws IOException {
        refuseUsed(path);
        Files.createDirectories(path.resolve("checkpoints"));
        RunFolder folder = new RunFolder(path);
        folder.config = config;
        folder.write("config.json", config.toJson());
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
        folder.config = RunConfig.fromJson(Files.readString(path.resolve("config.json")));
        Files.createDirectories(path.resolve("checkpoints"));
        return folder;
    }

    /**
     * Refuses a path where something is.
     *
     * @throws IllegalArgumentException if the path is a file, or a folder with content
     */
    static void refuseUsed(Path path) throws IOException {
        if (Files.exists(path) && !(Files.isDirectory(path) && isEmpty(path))) {
            throw new IllegalArgumentException(
                    "the run folder must be new or empty (--resume continues a run); folder=" + path);
        }
    }

    /** True if the path is a run folder. */
    public static boolean exists(Path path) {
        return Files.isRegularFile(path.resolve("config.json"));
    }

    /** Returns the folder's path. */
    public Path path() {
        return path;
    }

    /** Returns the configuration that the run was started with. */
    public RunConfig config() {
        return config;
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
        Path best = path.resolve("best.zip");
        if (Files.exists(best)) {
            return best;
        }
        List<Path> all = checkpoints();
        return all.isEmpty() ? null : all.get(all.size() - 1);
    }

    /** Returns the checkpoints, oldest first. */
    public List<Path> checkpoints() throws IOException {
        try (Stream<Path> files = Files.list(path.resolve("checkpoints"))) {
            return files.filter(f -> f.getFileName().toString().matches("step-\\d{6,}\\.zip"))
                    .sorted(java.util.Comparator.comparingLong(RunFolder::step))
                    .toList();
        }
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
        Path file = path.resolve("checkpoints").resolve(String.format(Locale.ROOT, "step-%06d.zip", state.step()));
        ModelFile.save(file, net, info(state), true, Map.of(TrainerState.ENTRY, state.toBytes()));
        state("running", state, null);
        List<Path> all = checkpoints();
        for (Path old : all.subList(0, Math.max(0, all.size() - state.training().keepCheckpoints()))) {
            Files.delete(old);
        }
        return file;
    }

    @Override
    public void best(ComputationGraph net, TrainerState state, Evaluation evaluation) throws IOException {
        ModelFile.save(
                path.resolve("best.zip"),
                net,
                info(state),
                false,
                Map.of(EVALUATION_ENTRY, Json.pretty(evaluation).getBytes(StandardCharsets.UTF_8)));
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
        return info.withProvenance(new Provenance(
                p.dataPath(), p.dataSha256(), p.seed(), state.step(), p.command(), p.java(), p.created()));
    }

    private static long step(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().replaceAll("\\D", ""));
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
