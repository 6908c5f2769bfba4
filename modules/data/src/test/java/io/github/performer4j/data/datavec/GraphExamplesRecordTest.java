package io.github.performer4j.data.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.graph.GraphConfig;
import io.github.performer4j.data.graph.GraphEncoder;
import io.github.performer4j.data.graph.GraphInput;
import io.github.performer4j.data.graph.NodeMoments;
import io.github.performer4j.data.structure.Molecule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs of any kind of data as DataVec records: what a model reads of them, after serialisation too. */
class GraphExamplesRecordTest {
    @TempDir
    Path folder;

    @Test
    void moleculesAreNodesAndEntries() throws Exception {
        Path file = Files.writeString(folder.resolve("a.csv"), "CCO,1\nC=O,2\n");
        NodeMoments nodes = new NodeMoments();
        nodes.add(Molecule.ofSmiles("CCO"));
        nodes.add(Molecule.ofSmiles("C=O"));
        GraphConfig config = nodes.of(GraphConfig.none().withKernel("adjacency"));
        ExampleColumns columns = ExampleColumns.defaults().withLabels("2");
        ExampleRecordReader reader = copy(new ExampleRecordReader("smiles", columns, config, List.of(), true));
        reader.initialize(new CollectionInputSplit(List.of(file.toUri())));
        List<List<Writable>> records = reader.next(10);
        assertThat(records).hasSize(2);
        GraphInput expected = new GraphEncoder(config).encode(Molecule.ofSmiles("CCO"), new TreeMap<>());
        assertThat(records.get(0).get(0)).isEqualTo(new Text("row-1"));
        assertThat(((NDArrayWritable) records.get(0).get(1)).get().shape()).containsExactly(1, 3, 7);
        assertThat(((NDArrayWritable) records.get(0).get(1)).get().data().asFloat())
                .isEqualTo(expected.features());
        assertThat(((NDArrayWritable) records.get(0).get(2)).get().data().asFloat())
                .isEqualTo(expected.entries());
        assertThat(records.get(1).get(3)).isEqualTo(new Text("2"));
        ExampleRecordReader plain = new ExampleRecordReader("smiles", columns);
        plain.initialize(new CollectionInputSplit(List.of(file.toUri())));
        assertThatThrownBy(plain::next).hasStackTraceContaining("graphs need a kernel");
    }

    private static ExampleRecordReader copy(ExampleRecordReader reader) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(reader);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (ExampleRecordReader) in.readObject();
        }
    }
}
