package io.github.performer4j.data.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.kernels.graph.Graph;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A made backbone, a helix and a strand, as PDB and as mmCIF: one graph, by the rule, and DSSP's tags. */
class StructureFormatTest extends ReadGraphs {
    private static final Backbone BACKBONE = Backbone.of(14, 8);
    private static final ExampleColumns TAGS = ExampleColumns.defaults()
            .withOptions(ExampleColumns.defaults().options().withNodeLabels("tags"));

    private ExampleGraph graph(String name, String text, ExampleColumns columns) throws IOException {
        List<Example> read = read("structure", write(name, text), columns);
        assertThat(read).hasSize(1);
        return read.get(0).graph();
    }

    @Test
    void residuesWithinEightAngstromAreJoined() throws IOException {
        ExampleGraph pdb = graph("a.pdb", BACKBONE.pdb(), ExampleColumns.defaults());
        int n = BACKBONE.residues();
        assertThat(pdb.nodes()).isEqualTo(n);
        assertThat(pdb.name(0)).isEqualTo("A:1");
        assertThat(pdb.kinds().subList(0, 3)).containsExactly("ALA", "LEU", "LYS");
        assertThat(pdb.tags()).isEmpty();
        assertThat(pdb.attributeCount()).isZero();
        Graph.Builder expected = new Graph.Builder(n);
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double sum = 0;
                for (int d = 0; d < 3; d++) {
                    double a = rounded(BACKBONE.atoms().get(4 * i + 1).at()[d]);
                    double b = rounded(BACKBONE.atoms().get(4 * j + 1).at()[d]);
                    sum += (a - b) * (a - b);
                }
                if (sum <= 64) {
                    expected.edge(i, j);
                }
            }
        }
        assertThat(pdb.graph()).isEqualTo(expected.build());
        assertThat(pdb.graph().adjacency().dense()[2][6]).isEqualTo(1); // four residues on, a turn of the helix
        assertThat(notes).anyMatch(note -> note.contains("groups without a Cα were passed over; count=1"));
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    @Test
    void mmcifIsTheSameGraph() throws IOException {
        ExampleGraph pdb = graph("a.pdb", BACKBONE.pdb(), TAGS);
        ExampleGraph cif = graph("b.cif", BACKBONE.cif(), TAGS);
        assertThat(cif.graph()).isEqualTo(pdb.graph());
        assertThat(cif.kinds()).isEqualTo(pdb.kinds());
        assertThat(cif.names()).isEqualTo(pdb.names());
        assertThat(cif.tags()).isEqualTo(pdb.tags());
    }

    /** The helix is one, but for its ends; a strand without a partner is none. */
    @Test
    void tagsAreTheSecondaryStructure() throws IOException {
        List<String> tags = graph("a.pdb", BACKBONE.pdb(), TAGS).tags();
        assertThat(tags.subList(2, 11)).containsOnly("H");
        assertThat(tags.subList(16, tags.size())).containsOnly("C");
    }

    @Test
    void badStructuresAreRefusedWithFileAndLine() throws IOException {
        String pdb = BACKBONE.pdb();
        String[] lines = pdb.split("\n");
        String nan = lines[5].substring(0, 30) + "     NaN" + lines[5].substring(38);
        refused(
                "structure",
                "a.pdb",
                pdb.replace(lines[5], nan),
                "a.pdb:6: a coordinate must be a finite number; found NaN");
        String cut = lines[7].substring(0, 40);
        refused(
                "structure",
                "b.pdb",
                pdb.replace(lines[7], cut),
                "b.pdb:8: a coordinate must be a finite number; found none");
        refused(
                "structure",
                "c.pdb",
                "HEADER\nEND\n",
                "c.pdb: a structure must have residues with a Cα; found none, other groups=0");
        refused("structure", "d.cif", "nothing here\n", "d.cif: a structure must");
        refused(
                "structure",
                "e.cif",
                BACKBONE.cif().replaceFirst("1\\.460 0\\.000 0\\.000", "x 0.000 0.000"),
                "e.cif: a structure must be PDB or mmCIF; found ");
        refused(
                "structure",
                "f.cif",
                BACKBONE.cif().replaceFirst("1\\.460 0\\.000 0\\.000", "NaN 0.000 0.000"),
                "f.cif: coordinates must be finite; residue=A:1, found=[NaN, 0.0, 0.0]");
    }
}
