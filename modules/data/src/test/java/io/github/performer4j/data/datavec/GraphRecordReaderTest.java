package io.github.performer4j.data.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.graph.TuFolder;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphKernel;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import io.github.performer4j.kernels.graph.GraphRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.datavec.api.records.Record;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Folders of graphs as DataVec records. */
class GraphRecordReaderTest {
    private static final GraphKernel KERNEL = new GraphRandomFeatures(3, 0.3, 4);

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws Exception {
        Files.writeString(folder.resolve("S_A.txt"), "1, 2\n2, 1\n3, 4\n4, 5\n");
        Files.writeString(folder.resolve("S_graph_indicator.txt"), "1\n1\n2\n2\n2\n");
        Files.writeString(folder.resolve("S_graph_labels.txt"), "b\na\n");
    }

    private GraphRecordReader reader(GraphKernel kernel, String... classes) throws Exception {
        GraphRecordReader reader = new GraphRecordReader(kernel, 7, List.of(classes));
        reader.initialize(new CollectionInputSplit(List.of(folder.toUri())));
        return reader;
    }

    private static INDArray array(Writable writable) {
        return ((NDArrayWritable) writable).get();
    }

    @Test
    void recordsAreWhatLayersRead() throws Exception {
        GraphRecordReader reader = reader(KERNEL);
        List<List<Writable>> records = reader.next(10);
        assertThat(records).hasSize(2);
        for (int g = 0; g < 2; g++) {
            Graph graph = TuFolder.read(folder).graphs().get(g).graph();
            assertThat(array(records.get(g).get(0)).shape()).containsExactly(1, graph.nodes(), 1);
            assertThat(array(records.get(g).get(0)).minNumber().doubleValue()).isEqualTo(1);
            double[][] rows = GraphRows.of(KERNEL.draw(graph, 7, g));
            INDArray entries = array(records.get(g).get(1));
            assertThat(entries.shape()).containsExactly(1, rows.length, GraphRows.width(4));
            for (int s = 0; s < rows.length; s++) {
                for (int c = 0; c < rows[s].length; c++) {
                    assertThat(entries.getFloat(0, s, c)).isEqualTo((float) rows[s][c]);
                }
            }
        }
        assertThat(records.get(0).get(2)).isEqualTo(new Text("b"));
        assertThat(reader.hasNext()).isFalse();
        reader.reset();
        Record first = reader.nextRecord();
        Record second = reader.nextRecord();
        assertThat(second.getRecord().get(2)).isEqualTo(new Text("a"));
        assertThat(array(
                        reader.loadFromMetaData(first.getMetaData()).getRecord().get(1)))
                .isEqualTo(array(records.get(0).get(1)));
    }

    @Test
    void labelsAreNumbersIfClassesAreGiven() throws Exception {
        GraphRecordReader reader = reader(GraphKernel.adjacency(), "a", "b");
        assertThat(reader.next().get(2)).isEqualTo(new IntWritable(1));
        assertThat(reader.next().get(2)).isEqualTo(new IntWritable(0));
        assertThatThrownBy(() -> reader(KERNEL, "a").next())
                .hasMessageContaining("the label of a graph must be one of the classes; graph=1, classes=[a], found=b");
    }

    @Test
    void readersAreSerializable() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new GraphRecordReader(KERNEL, 7, List.of("a", "b"))); // DataVec's splits are not
            out.writeObject(new GraphRecordReader(GraphKernel.adjacency(), 7, List.of()));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            GraphRecordReader copy = (GraphRecordReader) in.readObject();
            copy.initialize(new CollectionInputSplit(List.of(folder.toUri())));
            assertThat(array(copy.next().get(1)))
                    .isEqualTo(array(reader(KERNEL, "a", "b").next().get(1)));
            assertThat(in.readObject()).isInstanceOf(GraphRecordReader.class);
        }
    }

    @Test
    void refusesStreams() throws Exception {
        GraphRecordReader reader = reader(KERNEL);
        assertThatThrownBy(() ->
                        reader.record(URI.create("mem:x"), new DataInputStream(new ByteArrayInputStream(new byte[1]))))
                .hasMessage("mem:x: graphs are read from folders; found a stream");
    }
}
