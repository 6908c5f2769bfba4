package io.github.performer4j.data.datavec;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ImageShape;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Examples of any format as DataVec records: the id, then the text, the two texts or the image, then the labels.
 *
 * <pre>
 * id, text     Text
 * image        NDArrayWritable, float32 [1,C,H,W] of 0 to 255, as DataVec's own ImageRecordReader gives it
 * symbols      of no shape: NDArrayWritable, float32 [1,T]
 * label        Text as written, or IntWritable, its place among the classes, if these are given
 * </pre>
 *
 * <p>Iterators want numbers only: leave out the id, and give the classes. A location that is a folder (formats
 * {@code folders} and {@code images-folder}) goes into a {@code CollectionInputSplit}; DataVec's FileSplit would list
 * its files.
 */
public final class ExampleRecordReader extends ExampleLocations {
    private final boolean withId;

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
        example.labels().forEach(label -> record.add(label(example, label)));
        return record;
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
