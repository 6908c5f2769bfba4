package io.github.performer4j.training.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.Whole;
import io.github.performer4j.training.step.DivergedException;
import io.github.performer4j.training.step.Evaluators;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What came of one run of a {@link Comparison}; kept as {@code comparison.json} in its folder.
 *
 * @param evaluation of the model after the last step; null if the run diverged
 * @param parameters number of trained values; null if the run diverged, or ended before this was kept
 * @param steps parameter updates done
 * @param secondsPerStep the median over the steps; NaN if there was none
 * @param diverged why the numbers stopped being finite; null if they did not
 */
public record ComparedFigures(
        Evaluation evaluation, Long parameters, long steps, double secondsPerStep, String diverged) {
    private static final String FILE = "comparison.json";
    private static final String LIMIT = "evalTokens";
    private static final String PARAMETERS = "parameters";

    /**
     * Reads the figures of a run that has ended.
     *
     * @param folder the run's folder
     * @param limit most predicted tokens of the evaluation
     * @return null if there are none, or none with this limit
     */
    static ComparedFigures read(Path folder, long limit) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        ObjectNode json = Json.object(Files.readString(file));
        if (json.hasNonNull("diverged")) {
            return of(folder, null, null, json.path("diverged").asText());
        }
        Long parameters = json.has(PARAMETERS) ? json.get(PARAMETERS).asLong() : null;
        return json.path(LIMIT).asLong() != limit
                ? null
                : of(folder, Json.read(json.get("evaluation"), Evaluation.class), parameters, null);
    }

    /**
     * Evaluates a run's newest model.
     *
     * @param run which
     * @param folder its folder
     * @param valid the held-out side
     * @param seed of the masks, the same for all runs
     * @param stop asked before each batch
     * @return null if it was told to stop
     */
    static ComparedFigures measure(ComparedRun run, Path folder, Path valid, long seed, BooleanSupplier stop)
            throws IOException {
        // The best model of a run is that of its only evaluation, after the last step; one that paused has none yet.
        PerformerModel model = ModelFile.load(newest(RunFolder.open(folder)));
        TrainingConfig training = run.config().training();
        Corpus corpus = Corpus.open(
                valid, run.config().data().withoutNegatives(), model.info().tokenizer());
        Evaluation evaluation = Evaluators.of(model.info(), corpus, seed, training.evalTokens())
                .evaluate(model.net(), training.threads(), stop);
        return evaluation == null ? null : of(folder, evaluation, model.net().numParams(), null);
    }

    private static Path newest(RunFolder run) throws IOException {
        List<Path> checkpoints = run.checkpoints();
        return checkpoints.isEmpty() ? run.model() : checkpoints.get(checkpoints.size() - 1);
    }

    /** Says why a run cannot go on. */
    static ComparedFigures diverged(Path folder, DivergedException reason) throws IOException {
        return of(folder, null, null, reason.getMessage());
    }

    /**
     * Keeps the figures in the run's folder.
     *
     * @param limit most predicted tokens of the evaluation
     */
    void keep(Path folder, long limit) throws IOException {
        if (diverged != null) {
            write(folder, Json.MAPPER.createObjectNode().put("diverged", diverged));
            return;
        }
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put(LIMIT, limit);
        json.set("evaluation", Json.MAPPER.valueToTree(evaluation));
        json.put(PARAMETERS, parameters);
        write(folder, json);
    }

    private static void write(Path folder, ObjectNode json) throws IOException {
        Whole.write(folder.resolve(FILE), Json.pretty(json).getBytes(StandardCharsets.UTF_8));
    }

    private static ComparedFigures of(Path folder, Evaluation evaluation, Long parameters, String diverged)
            throws IOException {
        List<ObjectNode> steps = RunFolder.open(folder).metrics().read("step");
        return new ComparedFigures(evaluation, parameters, steps.size(), median(steps), diverged);
    }

    /** The median is not moved by the first steps, which Java interprets, nor by a machine that was busy for a while. */
    private static double median(List<ObjectNode> steps) {
        double[] lengths = new double[steps.size()];
        double before = 0;
        for (int i = 0; i < lengths.length; i++) {
            double elapsed = steps.get(i).path("elapsed").asDouble();
            lengths[i] = elapsed - before;
            before = elapsed;
        }
        Arrays.sort(lengths);
        int half = lengths.length / 2;
        return lengths.length == 0
                ? Double.NaN
                : lengths.length % 2 == 1 ? lengths[half] : (lengths[half - 1] + lengths[half]) / 2;
    }
}
