package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The model of one example is what the other loads. */
class TrainAndEmbedTest {
    private static final Path PROTEINS = Path.of("../datasets/proteins/uniprot-queries-500.fasta.gz");

    @TempDir
    private static Path folder;

    private static Path zip;
    private static Evaluation evaluation;

    @BeforeAll
    static void train() throws IOException {
        zip = folder.resolve("protein-model.zip");
        evaluation = TrainFromJava.train(PROTEINS, 40, zip);
    }

    /** An untrained model is at log 26 = 3.3 nats or above; frequencies alone reach about 2.9. */
    @Test
    void trainingComesNearTheFrequenciesOfResidues() {
        assertThat(evaluation.count()).isGreaterThanOrEqualTo(2000);
        assertThat(evaluation.baseline("order0")).isBetween(2.8, 3.0);
        assertThat(evaluation.value()).isLessThan(evaluation.baseline("order0") + 0.1);
    }

    @Test
    void embeddingsHaveTheModelsWidthAndTellProteinsApart() throws IOException {
        EmbedProtein.Result same = EmbedProtein.embed(zip, EmbedProtein.INSULIN, EmbedProtein.INSULIN);
        EmbedProtein.Result different = EmbedProtein.embed(zip, EmbedProtein.INSULIN, EmbedProtein.UBIQUITIN);
        assertThat(different.first()).hasSize(64).isEqualTo(same.first());
        assertThat(same.cosine()).isCloseTo(1, within(1e-9));
        assertThat(different.cosine()).isBetween(-1.0, 1 - 1e-6);
    }

    @Test
    void deeplearning4jReadsTheSameZip() throws IOException {
        PerformerModel ours = ModelFile.load(zip);
        ComputationGraph plain = ComputationGraph.load(zip.toFile(), true);
        int[] ids = ours.info().tokenizer().encode(EmbedProtein.UBIQUITIN);
        INDArray tokens = Nd4j.createFromArray(ids).reshape(1, ids.length); // [1,T]
        INDArray probabilities = plain.outputSingle(tokens); // [1,T,V]
        assertThat(probabilities.shape())
                .containsExactly(1, ids.length, ours.info().tokenizer().size());
        assertThat(probabilities.sum(2).minNumber().doubleValue()).isCloseTo(1, within(1e-5));
        assertThat(probabilities).isEqualTo(ours.net().outputSingle(tokens));
    }

    @Test
    void sameDiffRunsTheSameModel() throws IOException {
        ModelInSameDiff.Result result = ModelInSameDiff.run(zip, folder.resolve("protein-model.fb"));
        assertThat(result.residue()).matches("[A-Z]");
        assertThat(result.model()).isBetween(0.03, 1.0);
        assertThat(result.file()).isCloseTo(result.model(), within(1e-5 * result.model()));
    }

    @Test
    void itsFeedForwardsAreBundled() throws IOException {
        BundleFeedForward.Result result = BundleFeedForward.bundle(zip, PROTEINS, 256);
        assertThat(result.fits())
                .hasSize(2)
                .allSatisfy(fit -> assertThat(fit.error()).isBetween(0.0, 0.5));
        assertThat(result.after()).isCloseTo(result.before(), within(0.1));
    }

    /** The pom says that checkpoint is enough; this says that the example keeps to it. */
    @Test
    void loadingNeedsNoTrainer() throws IOException {
        List<String> imports =
                Files.readAllLines(Path.of("src/main/java/io/github/performer4j/examples/EmbedProtein.java")).stream()
                        .filter(line -> line.startsWith("import ") && line.contains("performer4j"))
                        .toList();
        assertThat(imports).isNotEmpty().allMatch(line -> line.contains("performer4j.checkpoint."));
        String types =
                Arrays.toString(PerformerModel.class.getMethods()) + Arrays.toString(ModelFile.class.getMethods());
        assertThat(types).doesNotContain("performer4j.training");
    }
}
