package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.Classified;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Learns the families of proteins from a table, in a run folder; then loads the model and asks it for the family of a sequence. {@code performer train --preset protein-classify} does the same. */
public final class ClassifyProteins {
    private ClassifyProteins() {}

    /**
     * Trains.
     *
     * @param table with the columns {@code sequence}, {@code class} and {@code split}
     * @param overrides key of the configuration → value, see {@code models/presets/protein-classify.json}
     * @param folder the run folder to make
     * @return the held-out figures and where the best model is
     */
    public static TrainingRun.Result train(Path table, Map<String, String> overrides, Path folder) throws IOException {
        return train(RunConfig.preset("protein-classify").withOverrides(overrides), table, folder);
    }

    /** Trains by a configuration that says nothing of the table's columns. */
    static TrainingRun.Result train(RunConfig config, Path table, Path folder) throws IOException {
        ExampleColumns columns = ExampleColumns.defaults()
                .withText("sequence")
                .withLabels("class")
                .withSplit("split");
        return TrainingRun.of(config.withData(config.data().withColumns(columns)), table, folder)
                .execute();
    }

    /**
     * Returns the probability of each class, the most probable first.
     *
     * @param model a classifier
     * @param text of any length but 0
     */
    public static Map<String, Double> classify(PerformerModel model, String text) {
        Map<String, Double> sorted = new LinkedHashMap<>();
        model.classify(text).scores().stream()
                .sorted(Comparator.comparingDouble(Classified.Score::probability)
                        .reversed())
                .forEach(score -> sorted.put(score.label(), score.probability()));
        return sorted;
    }

    /** Trains ten minutes; arguments: the table and the run folder, both optional. */
    public static void main(String[] args) throws IOException {
        Path table = Path.of(args.length > 0 ? args[0] : "datasets/proteins/uniprot-family14.tsv.gz");
        Path folder = Path.of(args.length > 1 ? args[1] : "runs/families");
        TrainingRun.Result result = train(table, Map.of("training.minutes", "10", "training.steps", "0"), folder);
        show(result, folder);
    }

    /** Prints the held-out figures, and which families the new model takes ubiquitin for. */
    static void show(TrainingRun.Result result, Path folder) throws IOException {
        Evaluation e = result.evaluation();
        System.out.printf(
                Locale.ROOT,
                "held-out accuracy %.3f (the most frequent family: %.3f), macro F1 %.3f; report %s%n",
                e.figure("accuracy"),
                e.baseline("majority"),
                e.figure("macroF1"),
                folder.resolve("report.html"));
        classify(ModelFile.load(result.model()), EmbedProtein.UBIQUITIN)
                .forEach((family, p) -> System.out.printf(Locale.ROOT, "%5.1f%%  %s%n", 100 * p, family));
    }
}
