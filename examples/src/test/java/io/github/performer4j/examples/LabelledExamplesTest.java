package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.data.made.SecondaryStructure;
import io.github.performer4j.data.made.Sides;
import io.github.performer4j.training.run.TrainingRun;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The examples of labelled data, each on a slice of it and for a few steps. */
class LabelledExamplesTest {
    private static final Path DATASETS = Path.of("../datasets");

    @TempDir
    private Path folder;

    /** A small model; steps, and no clock. */
    private static Map<String, String> tiny(int steps, int tokens, String rate) {
        Map<String, String> tiny = new HashMap<>();
        tiny.put("training.steps", String.valueOf(steps));
        tiny.put("training.minutes", "0");
        tiny.put("training.warmupSteps", String.valueOf(steps / 10));
        tiny.put("training.learningRate", rate);
        tiny.put("training.evalEvery", "0");
        tiny.put("training.checkpointEvery", "0");
        tiny.put("training.accumulate", "1");
        tiny.put("model.width", "32");
        tiny.put("model.layers", "1");
        tiny.put("model.dropout", "0");
        tiny.put("data.tokensPerBatch", String.valueOf(tokens));
        return tiny;
    }

    private static BufferedReader gunzip(Path file) throws IOException {
        return new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8));
    }

    /** Writes the first 300 proteins with their families, of which there are 14. */
    private Path someFamilies() throws IOException {
        try (BufferedReader rows = gunzip(DATASETS.resolve("proteins/uniprot-family14.tsv.gz"))) {
            return Files.write(
                    folder.resolve("families.tsv"), rows.lines().limit(301).toList());
        }
    }

    @Test
    void familiesOfProteins() throws IOException {
        Path table = someFamilies();
        TrainingRun.Result result = ClassifyProteins.train(table, tiny(20, 2048, "3e-3"), folder.resolve("families"));
        assertThat(result.evaluation().figures()).containsKeys("accuracy", "macroF1");
        assertThat(result.evaluation().baseline("majority")).isBetween(0.05, 0.4);
        assertThat(result.evaluation().count()).isBetween(20L, 120L);
        PerformerModel model = ModelFile.load(result.model());
        Map<String, Double> families = ClassifyProteins.classify(model, EmbedProtein.UBIQUITIN);
        assertThat(families).hasSize(14).containsKey("kinase");
        assertThat(families.values().stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-4));
        assertThat(List.copyOf(families.values())).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    /** The body is the shipped model's; twelve steps of a few proteins show that it learns from there. */
    @Test
    void familiesFromTheShippedModel() throws IOException {
        Path table = someFamilies();
        Map<String, String> short12 = Map.of(
                "training.steps", "12",
                "training.warmupSteps", "4",
                "training.evalEvery", "0",
                "training.accumulate", "1",
                "data.tokensPerBatch", "2048",
                "start.headSteps", "0");
        TrainingRun.Result result =
                FineTuneFamilies.train(Path.of("../models/protein-small"), table, short12, folder.resolve("tuned"));
        assertThat(result.evaluation().figures()).containsKeys("accuracy", "macroF1");
        PerformerModel tuned = ModelFile.load(result.model());
        PerformerModel start = ModelFile.load(Path.of("../models/protein-small/model.zip"));
        INDArray first = start.net().getLayer("block-2").getParam("W1");
        assertThat(tuned.net().getLayer("block-2").getParam("W1")).isEqualTo(first); // the weight stays
        assertThat(tuned.net()
                        .getLayer("block-2")
                        .getParam("W1.B")
                        .norm2Number()
                        .doubleValue()) // 0 at first
                .isBetween(1e-4, 1.0);
        assertThat(ClassifyProteins.classify(tuned, EmbedProtein.UBIQUITIN)).hasSize(14);
    }

    /** The floor here is the table of residues, about 0.6; forty steps are enough to see that the tags can be learnt. */
    @Test
    void tagsOfResidues() throws IOException {
        Path table = folder.resolve("structure.tsv");
        SecondaryStructure.defaults(1).write(table, new Sides(300, 60, 0));
        TrainingRun.Result result =
                TagSecondaryStructure.train(table, tiny(60, 2048, "1e-2"), folder.resolve("structure"));
        System.out.println("secondary structure, 60 steps: " + result.evaluation());
        assertThat(result.evaluation().figure("accuracy"))
                .isGreaterThan(result.evaluation().baseline("majority") + 0.05);
        String sequence = SecondaryStructure.defaults(2).sequence(0);
        String tags = TagSecondaryStructure.tag(ModelFile.load(result.model()), sequence);
        assertThat(tags).hasSameSizeAs(sequence).matches("[CEH]+");
        String rule = SecondaryStructure.tags(sequence);
        long right = java.util.stream.IntStream.range(0, rule.length())
                .filter(t -> rule.charAt(t) == tags.charAt(t))
                .count();
        assertThat(right / (double) rule.length()).isGreaterThan(0.4);
    }

    @Test
    void classesOfImages() throws IOException {
        Path fashion = DATASETS.resolve("images/fashion-mnist");
        Path images = slice(fashion, "train20k", 64);
        Path heldOut = slice(fashion, "t10k", 16);
        Map<String, String> tiny = tiny(3, 8 * 1024, "1e-3");
        TrainingRun.Result result = ClassifyImages.train(images, heldOut, tiny, folder.resolve("fashion"));
        assertThat(result.evaluation().count()).isEqualTo(16);
        assertThat(result.evaluation().figure("accuracy")).isBetween(0.0, 1.0);
        assertThat(folder.resolve("fashion/report.html")).exists();
    }

    /** Writes the first images of an idx file, and their labels beside them. */
    private Path slice(Path source, String name, int count) throws IOException {
        slice(source.resolve(name + "-labels-idx1-ubyte.gz"), folder.resolve(name + "-labels-idx1-ubyte"), 1, count);
        Path images = folder.resolve(name + "-images-idx3-ubyte");
        slice(source.resolve(name + "-images-idx3-ubyte.gz"), images, 3, count);
        return images;
    }

    private static void slice(Path from, Path to, int dimensions, int count) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(from)))) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(in.readInt()); // the magic number
            in.readInt();
            out.writeInt(count);
            int size = count;
            for (int d = 1; d < dimensions; d++) {
                int n = in.readInt();
                out.writeInt(n);
                size *= n;
            }
            out.write(in.readNBytes(size));
            Files.write(to, bytes.toByteArray());
        }
    }
}
