package io.github.performer4j.examples;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.structure.Molecule;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Learns the polar surface of molecules from their graphs, and draws one with what the model says of it. The same with a command:
 *
 * <pre>
 * performer train --preset graph-regress --kind smiles --data datasets/graphs/nci-5k-tpsa.csv.gz --label-column 2
 *     --set data.maxTokens=128 --set model.maxTokens=128 --out runs/tpsa
 * </pre>
 */
public final class RegressMolecules {
    private RegressMolecules() {}

    /**
     * Trains.
     *
     * @param table a molecule and a number in each line, between a comma
     * @param overrides key of the configuration → value, see {@code models/presets/graph-regress.json}
     * @param folder the run folder to make
     * @return the figures on a tenth of the molecules, held out, and where the best model is
     */
    public static TrainingRun.Result train(Path table, Map<String, String> overrides, Path folder) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(Map.of(
                "data.kind", "smiles",
                "data.columns.labels", "[\"2\"]",
                "data.maxTokens", "128",
                "model.maxTokens", "128"));
        all.putAll(overrides);
        RunConfig config = RunConfig.preset("graph-regress").withOverrides(all);
        return TrainingRun.of(config, table, folder).execute();
    }

    /**
     * Draws a molecule with the number that a model gives it.
     *
     * @return a PNG
     */
    public static byte[] picture(PerformerModel model, String smiles) {
        double said = model.regress(Molecule.ofSmiles(smiles))
                .numbers()
                .values()
                .iterator()
                .next();
        return GraphPictures.graph(Molecule.ofSmiles(smiles), String.format(Locale.ROOT, "%s: %.1f", smiles, said));
    }

    /** Trains some minutes; arguments: the table, the run folder and a picture, all optional. */
    public static void main(String[] args) throws IOException {
        Path table = Path.of(args.length > 0 ? args[0] : "datasets/graphs/nci-5k-tpsa.csv.gz");
        Path folder = Path.of(args.length > 1 ? args[1] : "runs/tpsa");
        TrainingRun.Result result = train(table, Map.of(), folder);
        Evaluation e = result.evaluation();
        System.out.printf(
                Locale.ROOT,
                "root mean square error %.2f Å² (the mean: %.2f, least squares on atoms: %.2f)%n",
                e.figure("rmse"),
                e.baseline("meanValue"),
                e.baseline("bagOfNodes"));
        Path picture = Path.of(args.length > 2 ? args[2] : "caffeine.png");
        Files.write(picture, picture(ModelFile.load(result.model()), "CN1C=NC2=C1C(=O)N(C)C(=O)N2C"));
        System.out.println("caffeine, whose surface is 61.8 Å² by Ertl's rule -> " + picture);
    }
}
