package io.github.performer4j.cli.predict;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.ModelAndData;
import io.github.performer4j.cli.options.SideOptions;
import io.github.performer4j.cli.predict.PredictInputs.Item;
import io.github.performer4j.cli.predict.Predictions.Answer;
import io.github.performer4j.cli.show.Accounting;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.data.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer predict}: labels, tags or numbers of every input, in the order of the data. */
@Command(
        name = "predict",
        description = {
            "Write the labels, tags, numbers or targets that a model gives to data, in its order, a line for every input.",
            "Classes: id, label, probability. Label sets: id, labels joined by |. Tags: id, position, token, tag,",
            "probability. Numbers: id and a column each. Pairs: id, similarity. Sources: id, target, score (nats per token), end.",
            "What has no prediction has a note that says why.",
            "Inputs longer than the model's window are seen in windows; their probabilities and numbers are means.",
            "JSON: out, task, inputs, predicted, labels (how often each), input: what was empty, cut or unknown."
        })
public final class PredictCommand extends Action {
    @Mixin
    private ModelAndData input;

    @Mixin
    private SideOptions side;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "F",
            description = "A new file to write: .csv, .jsonl, or with tabs (.tsv and other names).")
    private Path out;

    @Option(names = "--all", description = "Write the probability of every class, too.")
    private boolean all;

    @Option(
            names = "--cut-pairs",
            description = "Cut the longer text of a pair that does not fit the model's window, instead of stopping.")
    private boolean cutPairs;

    @Mixin
    private TargetOptions targets;

    private long inputs;
    private long predicted;

    @Override
    protected ObjectNode run() throws IOException {
        PredictionFile.check(out);
        requireNew("--out", out);
        PerformerModel loaded = input.load();
        Predictions predictions = Predictions.of(loaded, all, targets);
        Corpus corpus = input.unlabelled(loaded, side);
        if (loaded.info().task().name().equals(Tagging.NAME) && !corpus.hasExamples()) {
            throw new IllegalArgumentException("tags are given to examples, and a text file is one document; read each"
                    + " line as an example (--kind lines); path=" + corpus.path());
        }
        if (loaded.info().task().name().equals(Similarity.NAME)
                && corpus.config().columns().pair() == null) {
            throw new IllegalArgumentException("how alike two texts are needs a column of second texts (--pair-column);"
                    + " performer embed gives the vectors of single texts; path=" + corpus.path());
        }
        Unknowns.report(corpus, err()); // reads all: what cannot be read is told before the work begins
        Accounting accounting = new Accounting(
                corpus,
                1,
                "no token, and no prediction",
                cutPairs ? "the longer text of each pair cut" : "parts seen apart");
        Path temporary = out.resolveSibling(out.getFileName() + ".tmp");
        try {
            write(predictions, corpus, temporary, accounting);
            Files.move(temporary, out);
        } finally {
            Files.deleteIfExists(temporary);
        }
        accounting.report(input.data(), err());
        if (predictions.told() != null) {
            err().println(predictions.told());
        }
        err().println(Figures.count(predicted) + " of " + Figures.count(inputs) + " inputs -> " + out);
        ObjectNode results = object().put("out", out.toString())
                .put("task", loaded.info().task().name())
                .put("inputs", inputs)
                .put("predicted", predicted);
        results.set("labels", predictions.counts());
        results.set("input", accounting.json(corpus.unknown()));
        return results;
    }

    private void write(Predictions predictions, Corpus corpus, Path temporary, Accounting accounting)
            throws IOException {
        InputReader reader = cutPairs ? predictions.reader().cutting() : predictions.reader();
        List<String> columns = new ArrayList<>(List.of(Predictions.ID));
        columns.addAll(predictions.columns());
        columns.add(Predictions.NOTE);
        try (PredictInputs source = new PredictInputs(corpus, reader);
                PredictionFile file = new PredictionFile(out, temporary, columns)) {
            for (List<Item> batch = source.next(); !batch.isEmpty(); batch = source.next()) {
                List<ModelInput> full = batch.stream()
                        .map(Item::input)
                        .filter(one -> !one.empty())
                        .toList();
                Iterator<Answer> answers = predictions.predict(full).iterator();
                for (Item item : batch) {
                    Answer answer = item.input().empty() ? null : answers.next();
                    write(file, predictions, item, answer);
                    boolean longer = answer != null
                            && (answer.windows() > 1 || item.input().cut() > 0);
                    accounting.add(item.id(), answer == null, longer);
                }
            }
        }
    }

    private void write(PredictionFile file, Predictions predictions, Item item, Answer answer) throws IOException {
        inputs++;
        if (answer == null || answer.rows().isEmpty()) {
            String pair = item.input().pair() ? "no token in a text of the pair" : "no token";
            file.write(row(item.id(), predictions.nothing(), answer == null ? pair : "no word"));
            return;
        }
        predicted++;
        for (List<Object> values : answer.rows()) {
            file.write(row(item.id(), values, null));
        }
    }

    private static List<Object> row(String id, List<Object> values, String note) {
        List<Object> row = new ArrayList<>(List.of(id));
        row.addAll(values);
        row.add(note);
        return row;
    }
}
