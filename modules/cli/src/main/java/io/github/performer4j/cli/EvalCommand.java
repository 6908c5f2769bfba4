package io.github.performer4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.Evaluators;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
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
final class EvalCommand extends Action {
    @Mixin
    private ModelAndData input;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Worker threads (default: all processors); the figures do not depend on it.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    protected ObjectNode run() throws IOException {
        Threads.checked(threads);
        PerformerModel loaded = input.load();
        Corpus corpus = input.corpus(loaded);
        Unknowns.report(corpus, err());
        Accounting accounting = Accounting.ofBatches(corpus);
        accounting.report(input.data(), err());
        Evaluation evaluation =
                Evaluators.of(loaded.info(), corpus, seed(1), Long.MAX_VALUE).evaluate(loaded.net(), threads);
        Tables.evaluation(evaluation, out());
        ObjectNode results = Tables.json(evaluation);
        results.set("input", accounting.json(corpus.unknown()));
        return results;
    }
}
