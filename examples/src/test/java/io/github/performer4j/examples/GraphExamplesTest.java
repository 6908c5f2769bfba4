package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.structure.Molecule;
import io.github.performer4j.kernels.field.TriangleMesh;
import io.github.performer4j.training.run.TrainingRun;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples on graphs run on a little, and draw. */
class GraphExamplesTest {
    @TempDir
    Path folder;

    private static BufferedImage image(byte... png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    @Test
    void moleculesAreLearntAndDrawn() throws IOException {
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            table.append("C".repeat(1 + i % 5))
                    .append("O".repeat(i % 3))
                    .append(',')
                    .append(20 * (i % 3))
                    .append('\n');
        }
        Path data = Files.writeString(folder.resolve("m.csv"), table);
        TrainingRun.Result result = RegressMolecules.train(
                data,
                Map.of("training.steps", "4", "training.minutes", "0", "model.width", "16", "training.evalEvery", "0"),
                folder.resolve("run"));
        assertThat(result.evaluation().baselines()).containsKeys("meanValue", "bagOfNodes");
        byte[] png = RegressMolecules.picture(ModelFile.load(result.model()), "CC(=O)O");
        assertThat(image(png).getWidth()).isEqualTo(480);
        assertThat(png).isEqualTo(RegressMolecules.picture(ModelFile.load(result.model()), "CC(=O)O"));
    }

    @Test
    void hiddenNormalsAreFilledInAndDrawn() throws IOException {
        TriangleMesh torus = TriangleMesh.torus(60, 30, 1, 0.4);
        double[] normals = torus.normals();
        boolean[] known = FillNormals.known(torus.vertices().length, 17);
        FillNormals.integrators(torus, 1).forEach((name, integrator) -> {
            double[] filled = FillNormals.fill(integrator, normals, known);
            assertThat(FillNormals.cosine(filled, normals, known)).as(name).isGreaterThan(0.95);
        });
        BufferedImage picture = image(MeshPicture.png(torus, Map.of("true", normals)));
        assertThat(picture.getWidth()).isEqualTo(260);
        assertThat(picture.getRGB(130, 130)).as("through the hole").isNotEqualTo(picture.getRGB(130, 190));
    }

    @Test
    void barsAreAsLongAsTheirShares() throws IOException {
        BufferedImage bars = image(GraphPictures.bars(Map.of("a", 0.5)));
        assertThat(bars.getRGB(192, 30)).isEqualTo(bars.getRGB(295, 30)).isNotEqualTo(bars.getRGB(470, 30));
    }

    /** Six residues on a line, 3.8 Å apart: each is near two on either side. */
    @Test
    void residuesNearEachOtherSeeEachOther() throws IOException {
        StringBuilder pdb = new StringBuilder();
        int serial = 1;
        for (int i = 0; i < 6; i++) {
            for (String atom : List.of("N ", "CA", "C ", "O ")) {
                double shift = atom.equals("CA") ? 0 : 0.8;
                pdb.append(String.format(
                        Locale.ROOT,
                        "ATOM  %5d  %-3s GLY A%4d    %8.3f%8.3f%8.3f  1.00  0.00           %s%n",
                        serial++,
                        atom,
                        i + 1,
                        3.8 * i + shift,
                        shift,
                        0.0,
                        atom.charAt(0)));
            }
        }
        Path file = Files.writeString(folder.resolve("a.pdb"), pdb + "END\n");
        ExampleGraph protein = ResidueGraph.read(file);
        assertThat(protein.graph().arcs()).isEqualTo(2 * (5 + 4));
        double[][] kernel = ResidueGraph.kernel(protein);
        assertThat(kernel[0][0]).isEqualTo(1);
        assertThat(kernel[0][1]).isGreaterThan(kernel[0][5]).isLessThan(1);
        assertThat(image(GraphPictures.matrix(kernel, protein.tags())).getHeight())
                .isEqualTo(6 * 80 + 16);
        assertThat(image(GraphPictures.graph(Molecule.ofSmiles("CCO"), "ethanol"))
                        .getHeight())
                .isEqualTo(480);
    }
}
