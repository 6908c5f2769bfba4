package io.github.performer4j.data.datavec;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.example.TableHeader;
import io.github.performer4j.data.example.Transforms;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * Examples of any DataVec RecordReader, a record each: values as text, by the names of columns, or by their places
 * {@code 0}, {@code 1}, … where there are no names. A TransformProcess may stand in front; its final schema gives the
 * names then. An array in the text column becomes symbols: [1,C,H,W], as DataVec's ImageRecordReader gives images, or
 * [1,T]. Sequences: {@link SequenceExamples}. A new reader for every epoch: {@link RecordFormat}.
 */
public final class RecordExamples implements ExampleReader {
    private final String path;
    private final RecordReader reader;
    private final List<String> names;
    private final TransformProcess process;
    private final ExampleColumns columns;
    private TableHeader header;
    private ImageShape shape;
    private long record;
    private long number;
    private long filtered;

    private RecordExamples(
            String path, RecordReader reader, List<String> names, TransformProcess process, ExampleColumns columns)
            throws DataFileException {
        this.path = path;
        this.reader = reader;
        this.names = List.copyOf(names);
        this.process = process;
        this.columns = columns;
        if (!names.isEmpty()) {
            header = new TableHeader(path, 0, names, columns);
        }
    }

    /**
     * Reads records as they are.
     *
     * @param path what errors call the data
     * @param reader an initialised reader; closed with the examples
     * @param names of its columns, in order; empty: their places
     * @param columns what stands where
     * @return the examples
     * @throws DataFileException if a column is missing
     */
    public static RecordExamples of(String path, RecordReader reader, List<String> names, ExampleColumns columns)
            throws DataFileException {
        return new RecordExamples(path, reader, names, null, columns);
    }

    /**
     * Reads records through a process.
     *
     * @param path what errors call the data
     * @param reader an initialised reader of records of the initial schema; closed with the examples
     * @param process what is done with each record
     * @param columns columns of the final schema
     * @return the examples
     * @throws DataFileException if a column is missing
     * @throws IllegalArgumentException if the process makes sequences of records
     */
    public static RecordExamples of(String path, RecordReader reader, TransformProcess process, ExampleColumns columns)
            throws DataFileException {
        Transforms.requireSame(process, false);
        return new RecordExamples(path, reader, process.getFinalSchema().getColumnNames(), process, columns);
    }

    @Override
    public Example next() throws IOException {
        while (RecordSource.hasNext(reader, path, record)) {
            record++;
            List<Writable> values = RecordSource.read(reader::next, path, record);
            if (process != null) {
                values = Transforms.execute(process, values, path, record);
            }
            if (values != null) {
                return example(header(values.size()), values);
            }
            filtered++;
        }
        return null;
    }

    private Example example(TableHeader found, List<Writable> values) throws DataFileException {
        int text = found.names().indexOf(columns.text());
        number++;
        if (!(values.get(text) instanceof NDArrayWritable array)) {
            return found.example(record, number, texts(values));
        }
        ImageShape image = RecordSource.shape(array.get(), path, record);
        if (number > 1 && !Objects.equals(image, shape)) {
            throw new DataFileException(
                    path, record, "all images must have one shape; first=" + shape + ", found=" + image);
        }
        shape = image;
        int[] symbols = RecordSource.symbols(array.get(), image, columns.text(), path, record);
        List<Writable> others = new ArrayList<>(values);
        others.set(text, NullWritable.INSTANCE);
        Example e = found.example(record, number, texts(others));
        if (e.texts().size() > 1) {
            throw new DataFileException(path, record, "symbols have no second text; pair=" + columns.pair());
        }
        return new Example(record, e.id(), List.of(), symbols, e.labels(), e.group(), e.time(), e.split());
    }

    @Override
    public ImageShape shape() {
        return shape;
    }

    private TableHeader header(int width) throws DataFileException {
        if (header == null) {
            header = new TableHeader(path, 0, RecordSource.places(width), columns);
        }
        int expected = header.names().size();
        if (width != expected) {
            throw new DataFileException(
                    path,
                    record,
                    "every record must have as many values as there are columns; columns=" + expected + ", found="
                            + width + (names.isEmpty() ? "" : ", names=" + names));
        }
        return header;
    }

    private String[] texts(List<Writable> values) throws DataFileException {
        List<String> used = header.names();
        String[] texts = new String[values.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = RecordSource.text(values.get(i), used.get(i), path, record);
        }
        return texts;
    }

    @Override
    public List<String> notes() {
        return filtered == 0
                ? List.of()
                : List.of(String.format(Locale.ROOT, "records that the transform filtered out: %,d", filtered));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
