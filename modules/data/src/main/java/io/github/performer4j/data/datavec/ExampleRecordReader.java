package io.github.performer4j.data.datavec;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.graph.GraphConfig;
import io.github.performer4j.data.graph.GraphEncoder;
import io.github.performer4j.data.graph.GraphInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Examples of any format as DataVec records: the id, then the text, the two texts, the image or the graph, then the labels.
 *
 * <pre>
 * id, text     Text
 * image        NDArrayWritable, float32 [1,C,H,W] of 0 to 255, as DataVec's own ImageRecordReader gives it
 * symbols      of no shape: NDArrayWritable, float32 [1,T]
 * graph        two NDArrayWritable, float32: rows of nodes [1,N,F], and entries of the kernel's factors [1,S,2+2L]
 * label        Text as written, or IntWritable, its place among the classes, if these are given
 * </pre>
 *
 * <p>Iterators want numbers only: leave out the id, and give the classes. A location that is a folder (formats
 * {@code folders} and {@code images-folder}) goes into a {@code CollectionInputSplit}; DataVec's FileSplit would list
 * its files.
 */
public final class ExampleRecordReader extends ExampleLocations {
    private static final Logger LOG = LoggerFactory.getLogger(ExampleRecordReader.class);

    private final boolean withId;
    private final GraphConfig graphs; // null for data without graphs
    private transient GraphEncoder encoder;

    /**
     * Reads records that begin with the id, labels as they are written.
     *
     * @param format the name of a format
     * @param columns what stands where
     */
    public ExampleRecordReader(String format, ExampleColumns columns) {
        this(format, columns, List.of(), true);
    }

    /**
     * Chooses what is in a record.
     *
     * @param format the name of a format
     * @param columns what stands where
     * @param classes the labels in the order of their numbers; empty: labels stay text
     * @param withId whether a record begins with the id
     * @throws IllegalArgumentException if there is no such format
     */
    public ExampleRecordReader(String format, ExampleColumns columns, List<String> classes, boolean withId) {
        super(format, columns, classes);
        this.withId = withId;
        graphs = null;
    }

    /**
     * Chooses what is in a record of a graph.
     *
     * @param format the name of a format of graphs
     * @param columns what stands where
     * @param graphs kernel, and what is known of nodes
     * @param classes the labels in the order of their numbers; empty: labels stay text
     * @param withId whether a record begins with the id
     * @throws IllegalArgumentException if there is no such format, no kernel, or kinds of nodes are not known
     */
    public ExampleRecordReader(
            String format, ExampleColumns columns, GraphConfig graphs, List<String> classes, boolean withId) {
        super(format, columns, classes);
        this.withId = withId;
        encoder = new GraphEncoder(graphs);
        this.graphs = graphs;
    }

    @Override
    List<Writable> columns(Item item) {
        Example example = item.example();
        List<Writable> record = new ArrayList<>();
        if (withId) {
            record.add(new Text(example.id()));
        }
        example.texts().forEach(text -> record.add(new Text(text)));
        if (example.symbols() != null) {
            record.add(new NDArrayWritable(array(example.symbols(), item.shape())));
        }
        if (example.graph() != null) {
            GraphInput graph = encode(example);
            record.add(rows(graph.features(), graph.width()));
            record.add(rows(graph.entries(), graph.entryWidth()));
        }
        example.labels().forEach(label -> record.add(label(example, label)));
        return record;
    }

    private GraphInput encode(Example example) {
        if (graphs == null) {
            throw new IllegalArgumentException(
                    "graphs need a kernel and what is known of their nodes (GraphConfig); id=" + example.id());
        }
        if (encoder == null) {
            encoder = new GraphEncoder(graphs);
        }
        Map<String, Long> unknown = new TreeMap<>();
        GraphInput input = encoder.encode(example.graph(), unknown);
        if (!unknown.isEmpty()) {
            LOG.warn("nodes of kinds that are not known are seen as of none; id={}, kinds={}", example.id(), unknown);
        }
        return input;
    }

    private static NDArrayWritable rows(float[] values, int width) {
        return new NDArrayWritable(Nd4j.createFromArray(values).reshape('c', 1, values.length / width, width));
    }

    private static INDArray array(int[] symbols, ImageShape shape) {
        float[] values = new float[symbols.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = symbols[i];
        }
        if (shape == null) {
            return Nd4j.createFromArray(new float[][] {values}); // [1,T]
        }
        return Nd4j.createFromArray(values)
                .reshape('c', 1, shape.height(), shape.width(), shape.channels()) // [1,H,W,C]
                .permute(0, 3, 1, 2) // [1,C,H,W]
                .dup('c')
                .castTo(DataType.FLOAT);
    }

    @Override
    public boolean batchesSupported() {
        return true;
    }
}
