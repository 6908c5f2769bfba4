package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.made.SecondaryStructure;
import io.github.performer4j.data.made.Sides;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Learns a tag for each residue, helix, strand or coil, of made-up proteins whose rule is known ({@link SecondaryStructure}: the best possible accuracy is 1). The same with commands:
 *
 * <pre>
 * performer data make structure --out structure.tsv
 * performer train --preset protein-tag --data structure.tsv --label-column label --split-column split --out runs/structure --minutes 10
 * </pre>
 */
public final class TagSecondaryStructure {
    private TagSecondaryStructure() {}

    /**
     * Trains.
     *
     * @param table with the columns {@code text}, {@code label} and {@code split}
     * @param overrides key of the configuration → value, see {@code models/presets/protein-tag.json}
     * @param folder the run folder to make
     * @return the held-out figures and where the best model is
     */
    public static TrainingRun.Result train(Path table, Map<String, String> overrides, Path folder) throws IOException {
        RunConfig config = RunConfig.preset("protein-tag").withOverrides(overrides);
        config = config.withData(config.data()
                .withColumns(ExampleColumns.defaults().withLabels("label").withSplit("split")));
        return TrainingRun.of(config, table, folder).execute();
    }

    /**
     * Returns the most probable tag of each residue.
     *
     * @param model a tagger
     * @param sequence of any length but 0
     * @return as many tags, a character each
     */
    public static String tag(PerformerModel model, String sequence) {
        return String.join("", model.tag(sequence).labels());
    }

    /** Makes 4,800 sequences, trains ten minutes and tags one; argument: a new folder. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args.length > 0 ? args[0] : "runs/structure"));
        Path table = folder.resolve("structure.tsv");
        SecondaryStructure.defaults(1).write(table, new Sides(4_000, 400, 400));
        TrainingRun.Result result =
                train(table, Map.of("training.minutes", "10", "training.steps", "0"), folder.resolve("run"));
        Evaluation e = result.evaluation();
        System.out.printf(
                Locale.ROOT,
                "held-out accuracy %.3f (the most frequent tag: %.3f)%n",
                e.figure("accuracy"),
                e.baseline("majority"));
        String sequence = SecondaryStructure.defaults(2).sequence(0);
        System.out.println(sequence);
        System.out.println(tag(ModelFile.load(result.model()), sequence) + "  model");
        System.out.println(SecondaryStructure.tags(sequence) + "  rule");
    }
}
