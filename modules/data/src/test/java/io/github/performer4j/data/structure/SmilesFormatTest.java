package io.github.performer4j.data.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.kernels.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Molecules as graphs: atoms, bonds, what tables say of them, and what is refused. */
class SmilesFormatTest extends ReadGraphs {

    @Test
    void atomsAreNodesAndBondsAreWeighted() {
        ExampleGraph acid = Molecule.ofSmiles("CC(=O)[O-]");
        assertThat(acid.kinds()).containsExactly("C", "C", "O", "O");
        assertThat(acid.graph())
                .isEqualTo(
                        new Graph.Builder(4).edge(0, 1).edge(1, 2, 2).edge(1, 3).build());
        // implied hydrogens, charge, bonds, orders, in a ring
        assertThat(acid.attributes()[0]).containsExactly(3, 0, 1, 1, 0);
        assertThat(acid.attributes()[1]).containsExactly(0, 0, 3, 4, 0);
        assertThat(acid.attributes()[3]).containsExactly(0, -1, 1, 1, 0);
    }

    /** Benzene written with aromatic atoms and with alternating bonds: every carbon has orders 3, one hydrogen, and is in a ring. */
    @Test
    void aromaticRingsHaveAlternatingBonds() {
        for (String smiles : List.of("c1ccccc1", "C1=CC=CC=C1")) {
            ExampleGraph ring = Molecule.ofSmiles(smiles);
            for (double[] atom : ring.attributes()) {
                assertThat(atom).as(smiles).containsExactly(1, 0, 2, 3, 1);
            }
            assertThat(ring.graph().arcs()).isEqualTo(12);
        }
        assertThat(Molecule.ofSmiles("[Na+].[Cl-]").graph().arcs()).isZero(); // two parts, two isolated nodes
    }

    @Test
    void columnsAreNumberedWhereThereIsNoHeader() throws IOException {
        Path table = write("a.csv", "# made by hand\nCCO,20.23,x\n\nC,0,y\n");
        List<Example> all =
                read("smiles", table, ExampleColumns.defaults().withLabels("2").withId("3"));
        assertThat(all).extracting(Example::id).containsExactly("x", "y");
        assertThat(all).extracting(e -> e.labels().get(0)).containsExactly("20.23", "0");
        assertThat(all).extracting(Example::line).containsExactly(2L, 4L);
        assertThat(notes).containsExactly("comments passed over: 1", "empty lines passed over: 1");
        List<Example> blanks = read(
                "smiles",
                write("b.smi", "CCO ethanol\nCO methanol\n"),
                ExampleColumns.defaults().withId("2"));
        assertThat(blanks).extracting(Example::id).containsExactly("ethanol", "methanol");
    }

    @Test
    void aHeaderNamesColumns() throws IOException {
        Path table = write("a.tsv", "id\tsmiles\ty\tside\n1\tCCO\t0.5\ttrain\n2\tC\t1\tvalid\n");
        ExampleColumns columns = ExampleColumns.defaults()
                .withText("smiles")
                .withLabels("y")
                .withId("id")
                .withSplit("side");
        List<Example> all = read("smiles", table, columns);
        assertThat(all).extracting(Example::split).containsExactly("train", "valid");
        assertThat(all.get(0).graph().nodes()).isEqualTo(3);
        assertThat(read("smiles", table, columns.withLabels()))
                .extracting(Example::labels)
                .containsOnly(List.of());
    }

    @Test
    void badMoleculesAreRefusedWithFileAndLine() throws IOException {
        refused(
                "smiles",
                "a.smi",
                "CCO\nC1CC(\n",
                "a.smi:2: a molecule must be SMILES; found could not parse 'C1CC(', Unclosed ring");
        refused(
                "smiles",
                "b.csv",
                "CCO,1\nCO\n",
                "b.csv:2: a line must have as many fields as the first; expected=2, found=1");
        refused("smiles", "c.csv", "CCO,1\n,2\n", "c.csv:2: a molecule must have an atom; found ''");
        Path table = write("d.csv", "CCO,1\n");
        assertThatThrownBy(() -> read("smiles", table, ExampleColumns.defaults().withLabels("tpsa")))
                .hasMessageEndingWith(
                        "d.csv:1: every named column must be in the header; missing=[tpsa], found=[1, 2]");
    }
}
