package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.ResultFile;
import io.github.performer4j.cli.options.ModelAndData;
import io.github.performer4j.cli.options.SideOptions;
import io.github.performer4j.cli.options.Threads;
import io.github.performer4j.cli.options.WindowOption;
import io.github.performer4j.cli.show.Accounting;
import io.github.performer4j.cli.show.Tables;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.training.step.Evaluator;
import io.github.performer4j.training.step.Evaluators;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer eval}: loss of a model on data, beside the baselines of its training counts on the same positions. */
@Command(
        name = "eval",
        description = {
            "Evaluate a model on data by the figures of its task, beside the baselines of a simple rule.",
            "JSON: primary, higherIsBetter, figures, baselines, count; input: what was left out, cut or unknown."
        })
public final class EvalCommand extends Action {
    @Mixin
    private ModelAndData input;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Worker threads (default: all processors); the figures do not depend on it.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private SideOptions side;

    @Mixin
    private WindowOption window;

    @Option(
            names = "--pictures",
            paramLabel = "DIR",
            description = "A new or empty folder for pictures of the figures: confusion matrix or scatter plots.")
    private Path pictures;

    @Override
    protected ObjectNode run() throws IOException {
        Threads.checked(threads);
        if (pictures != null) {
            InputFiles.requireEmpty(pictures);
            ResultFile.checkFolder(pictures);
        }
        PerformerModel loaded = input.load();
        Corpus corpus = input.corpus(loaded, side, window);
        Unknowns.report(corpus, err());
        Accounting accounting = Accounting.ofBatches(corpus, loaded.info().counts() == null ? 1 : 2);
        accounting.report(input.data(), err());
        Evaluator evaluator = Evaluators.of(loaded.info(), corpus, seed(1), Long.MAX_VALUE);
        Evaluation evaluation = evaluator.evaluate(loaded.net(), threads);
        Tables.evaluation(evaluation, out());
        if (pictures != null) {
            draw(evaluator.pictures());
        }
        ObjectNode results = Tables.json(evaluation);
        results.set("input", accounting.json(corpus.unknown()));
        return results;
    }

    private void draw(Map<String, byte[]> drawn) throws IOException {
        if (drawn.isEmpty()) {
            err().println("--pictures has no effect: the task has no pictures");
            return;
        }
        Files.createDirectories(pictures);
        for (Map.Entry<String, byte[]> picture : drawn.entrySet()) {
            Files.write(pictures.resolve(picture.getKey()), picture.getValue());
        }
        out().println("pictures " + pictures);
    }
}
