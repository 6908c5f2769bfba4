package io.github.performer4j.examples;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.kernels.graph.Diffusion;
import io.github.performer4j.kernels.graph.GraphFactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The graph of a protein's residues, of a PDB or mmCIF file: who is near whom, as the diffusion kernel sees it that attention over the graph may be masked by, and the secondary structure of each residue
 * below. Models learn from folders of such files by {@code performer train --preset graph-tag --kind structure}.
 */
public final class ResidueGraph {
    private static final double TIME = 2;

    private ResidueGraph() {}

    /**
     * Reads a structure.
     *
     * @return residues as nodes with their secondary structure as tags, edges where Cα are within 8 Å
     */
    public static ExampleGraph read(Path file) throws IOException {
        ExampleColumns columns = ExampleColumns.defaults();
        columns = columns.withOptions(columns.options().withNodeLabels("tags"));
        try (ExampleReader reader = ExampleFormats.named("structure").open(file, columns)) {
            Example example = reader.next();
            return example.graph();
        }
    }

    /** Returns K_ij of the diffusion kernel, [N][N], each row divided by its largest. */
    public static double[][] kernel(ExampleGraph protein) {
        GraphFactor factor = new Diffusion(TIME).draw(protein.graph(), 1, 1);
        double[][] k = factor.left().mix(1).dense();
        for (double[] row : k) {
            double most = 0;
            for (double value : row) {
                most = Math.max(most, value);
            }
            for (int j = 0; j < row.length; j++) {
                row[j] /= most;
            }
        }
        return k;
    }

    /** Draws a structure; arguments: its file, and the picture to write. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.out.println("arguments: FILE.pdb|FILE.cif PICTURE.png");
            return;
        }
        ExampleGraph protein = read(Path.of(args[0]));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < protein.nodes(); i++) {
            lines.add(protein.name(i) + " " + protein.kinds().get(i) + " "
                    + protein.tags().get(i) + ", neighbours " + protein.graph().neighbours(i));
        }
        lines.forEach(System.out::println);
        Files.write(Path.of(args[1]), GraphPictures.matrix(kernel(protein), protein.tags()));
    }
}
