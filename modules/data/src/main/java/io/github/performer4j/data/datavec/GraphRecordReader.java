package io.github.performer4j.data.datavec;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.graph.GraphExample;
import io.github.performer4j.data.graph.GraphSet;
import io.github.performer4j.data.graph.TuFolder;
import io.github.performer4j.kernels.graph.GraphKernel;
import io.github.performer4j.kernels.graph.GraphRows;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The graphs of folders in the TU format as DataVec records, each as layers over graphs read it.
 *
 * <pre>
 * nodes    NDArrayWritable, float32 [1,N,F]; where nodes have no features, F = 1 and a 1 for each
 * entries  NDArrayWritable, float32 [1,S,2+2L], of the kernel's factors
 * label    of the graph, if it has one: Text as written, or IntWritable, its place among the classes, if these are given
 * </pre>
 *
 * <p>Walks are drawn from the seed and the graph's number in its folder. A folder goes into a {@code CollectionInputSplit}; DataVec's FileSplit would list its files.
 */
public final class GraphRecordReader extends LocationReader<GraphRecordReader.Numbered> {
    private static final Logger LOG = LoggerFactory.getLogger(GraphRecordReader.class);

    private final GraphKernel kernel;
    private final long seed;
    private final List<String> classes;

    /** A graph and its number in its folder, from 0. */
    record Numbered(GraphExample graph, int number, String folder) {}

    /**
     * Chooses what is in a record.
     *
     * @param kernel whose factors the entries are
     * @param seed of its walks
     * @param classes the labels in the order of their numbers; empty: labels stay text
     */
    public GraphRecordReader(GraphKernel kernel, long seed, List<String> classes) {
        this.kernel = kernel;
        this.seed = seed;
        this.classes = List.copyOf(classes);
    }

    @Override
    Elements<Numbered> open(URI location) throws IOException {
        if (!"file".equals(location.getScheme())) {
            throw new DataFileException(
                    location.toString(), 0, "graphs are read from folders; found a URI of another scheme");
        }
        GraphSet set = TuFolder.read(Path.of(location));
        set.notes().forEach(LOG::warn);
        Iterator<GraphExample> graphs = set.graphs().iterator();
        return new Elements<>() {
            private int number;

            @Override
            public Numbered next() throws IOException {
                if (!graphs.hasNext()) {
                    return null;
                }
                Numbered next =
                        new Numbered(graphs.next(), number++, Path.of(location).toString());
                requireClass(next);
                return next;
            }

            @Override
            public void close() {
                // the folder has been read
            }
        };
    }

    private void requireClass(Numbered next) throws DataFileException {
        String label = next.graph().label();
        if (!classes.isEmpty() && !classes.contains(label)) {
            throw new DataFileException(
                    next.folder(),
                    0,
                    "the label of a graph must be one of the classes; graph="
                            + next.graph().id() + ", classes=" + classes + ", found=" + label);
        }
    }

    @Override
    Elements<Numbered> elements(InputStream in, String name) throws IOException {
        throw new DataFileException(name, 0, "graphs are read from folders; found a stream");
    }

    @Override
    List<Writable> columns(Numbered element) {
        GraphExample graph = element.graph();
        double[][] features = graph.features();
        if (graph.featureCount() == 0) {
            features = new double[graph.graph().nodes()][1];
            Arrays.stream(features).forEach(row -> row[0] = 1);
        }
        List<Writable> record = new ArrayList<>();
        record.add(array(features));
        record.add(array(GraphRows.of(kernel.draw(graph.graph(), seed, element.number()))));
        if (!graph.label().isEmpty()) {
            record.add(classes.isEmpty() ? new Text(graph.label()) : new IntWritable(classes.indexOf(graph.label())));
        }
        return record;
    }

    private static NDArrayWritable array(double[][] rows) {
        INDArray array = Nd4j.createFromArray(rows).castTo(DataType.FLOAT);
        return new NDArrayWritable(array.reshape('c', 1, rows.length, rows[0].length));
    }

    @Override
    public boolean batchesSupported() {
        return true;
    }
}
