package io.github.performer4j.examples;

import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Fine-tunes the protein model that comes with the project to tell families of proteins, by updates of low rank; docs/tasks.md has the command that does the same. Compare {@link ClassifyProteins}, which starts from drawn weights. */
public final class FineTuneFamilies {
    /** What the figures in docs/tasks.md were made with, but for products in bfloat16. The test side is looked at once, behind the last step. */
    static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("model.dropout", "0"),
            Map.entry("model.head.pooling", "max"),
            Map.entry("training.steps", "800"),
            Map.entry("training.evalEvery", "0"),
            Map.entry("training.learningRate", "5e-3"),
            Map.entry("training.weightDecay", "0.05"),
            Map.entry("training.accumulate", "2"),
            Map.entry("start.headSteps", "30"),
            Map.entry("start.rank", "4"),
            Map.entry("start.weights", "Wq,Wk,Wv,Wo,W1,W2"),
            Map.entry("start.freeze", "none"));

    private FineTuneFamilies() {}

    /**
     * Trains.
     *
     * @param model what the run begins with
     * @param table with the columns {@code sequence}, {@code class} and {@code split}
     * @param overrides key of the configuration → value, instead of {@link #SETTINGS}
     * @param folder the run folder to make
     * @return the held-out figures and where the best model is
     */
    public static TrainingRun.Result train(Path model, Path table, Map<String, String> overrides, Path folder)
            throws IOException {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(overrides);
        RunConfig config = RunConfig.from(model, "classify").withOverrides(settings);
        return ClassifyProteins.train(config, table, folder);
    }

    /** Takes some fifteen minutes of one core; arguments: the model, the table and the run folder, all optional. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args.length > 2 ? args[2] : "runs/families-tuned");
        TrainingRun.Result result = train(
                Path.of(args.length > 0 ? args[0] : "models/protein-small"),
                Path.of(args.length > 1 ? args[1] : "datasets/proteins/uniprot-family14.tsv.gz"),
                Map.of(),
                folder);
        ClassifyProteins.show(result, folder);
    }
}
