package io.github.performer4j.data.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.ExampleColumns;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.datavec.api.records.Record;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.SequenceRecordReader;
import org.datavec.api.records.reader.impl.transform.TransformProcessRecordReader;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.split.FileSplit;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.deeplearning4j.datasets.datavec.SequenceRecordReaderDataSetIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Examples in DataVec, and in Deeplearning4j's own iterators. */
class ExampleRecordReaderTest {
    private static final List<String> DIGITS =
            IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    private static final int HEIGHT = 2;
    private static final int WIDTH = 3;

    @TempDir
    Path dir;

    private CollectionInputSplit tables() throws IOException {
        Path a = Files.writeString(dir.resolve("a.csv"), "key,text,y\nk1,\"one\nand\",pos\nk2,two,neg\n");
        Path b = Files.writeString(dir.resolve("b.tsv"), "y\ttext\tkey\npos\tthree\tk3\n");
        return new CollectionInputSplit(new URI[] {a.toUri(), b.toUri()});
    }

    private static ExampleColumns labelled() {
        return ExampleColumns.defaults().withLabels("y").withId("key");
    }

    /** Image i of n has pixels 10·i, 10·i + 1, … and label i. */
    private Path images(int n) throws IOException {
        Path file = dir.resolve("some-images-idx3-ubyte");
        try (DataOutputStream images = new DataOutputStream(Files.newOutputStream(file));
                DataOutputStream labels =
                        new DataOutputStream(Files.newOutputStream(dir.resolve("some-labels-idx1-ubyte")))) {
            images.writeInt(0x803);
            labels.writeInt(0x801);
            for (int size : new int[] {n, HEIGHT, WIDTH}) {
                images.writeInt(size);
            }
            labels.writeInt(n);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < HEIGHT * WIDTH; j++) {
                    images.write(10 * i + j);
                }
                labels.write(i);
            }
        }
        return file;
    }

    @Test
    void recordsAreIdTextAndLabel() throws Exception {
        List<List<Writable>> expected = List.of(
                List.of(new Text("k1"), new Text("one\nand"), new Text("pos")),
                List.of(new Text("k2"), new Text("two"), new Text("neg")),
                List.of(new Text("k3"), new Text("three"), new Text("pos")));
        try (ExampleRecordReader reader = new ExampleRecordReader("table", labelled())) {
            reader.initialize(tables());
            assertThat(reader.next(10)).isEqualTo(expected);
            assertThat(reader.hasNext()).isFalse();
            reader.reset();
            List<Record> records = new ArrayList<>();
            while (reader.hasNext()) {
                records.add(reader.nextRecord());
            }
            assertThat(records).extracting(Record::getRecord).isEqualTo(expected);
            assertThat(reader.loadFromMetaData(
                            List.of(records.get(2).getMetaData(), records.get(1).getMetaData())))
                    .extracting(Record::getRecord)
                    .containsExactly(expected.get(2), expected.get(1));
            assertThat(reader.getLabels()).isEmpty();
            assertThatThrownBy(() -> reader.record(
                            URI.create("x:y"), new DataInputStream(new ByteArrayInputStream(new byte[1]))))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("examples are read from files, not from streams; name=x:y");
        }
    }

    @Test
    void classesNumberLabels() throws Exception {
        try (ExampleRecordReader reader =
                copy(new ExampleRecordReader("table", labelled(), List.of("neg", "pos"), false))) {
            reader.initialize(tables());
            assertThat(reader.next()).containsExactly(new Text("one\nand"), new IntWritable(1));
            assertThat(reader.next()).containsExactly(new Text("two"), new IntWritable(0));
            assertThat(reader.getLabels()).containsExactly("neg", "pos");
        }
        try (ExampleRecordReader reader = new ExampleRecordReader("table", labelled(), List.of("pos"), false)) {
            reader.initialize(tables());
            reader.next();
            assertThatThrownBy(reader::next)
                    .hasMessage("a label must be one of the classes; id=k2, line=4, label=neg, classes=[pos]");
        }
        assertThatThrownBy(() -> new ExampleRecordReader("xml", labelled()))
                .hasMessageStartingWith("format must be one of ");
    }

    /** Spark and ParallelWrapper send readers by Java serialisation. */
    @SuppressWarnings("unchecked")
    private static <T> T copy(T reader) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(reader);
        return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    }

    /** A folder with a class each: the location is the folder. */
    @Test
    void foldersAreLocations() throws Exception {
        for (String name : List.of("b/1.txt", "a/2.txt")) {
            Path file = dir.resolve("data").resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "text " + name);
        }
        try (ExampleRecordReader reader = new ExampleRecordReader("folders", ExampleColumns.defaults())) {
            reader.initialize(
                    new CollectionInputSplit(new URI[] {dir.resolve("data").toUri()}));
            assertThat(reader.next(5))
                    .containsExactly(
                            List.of(new Text("a/2.txt"), new Text("text a/2.txt"), new Text("a")),
                            List.of(new Text("b/1.txt"), new Text("text b/1.txt"), new Text("b")));
        }
    }

    @Test
    void imagesFeedTheDataSetIterator() throws Exception {
        RecordReader reader = new ExampleRecordReader("images-idx", ExampleColumns.defaults(), DIGITS, false);
        reader.initialize(new CollectionInputSplit(new URI[] {images(5).toUri()}));
        RecordReaderDataSetIterator iterator = new RecordReaderDataSetIterator(reader, 4, 1, 10);
        for (int epoch = 0; epoch < 2; epoch++) {
            DataSet batch = iterator.next();
            assertThat(batch.getFeatures().shape()).containsExactly(4, 1, HEIGHT, WIDTH);
            assertThat(batch.getLabels().shape()).containsExactly(4, 10);
            for (int i = 0; i < 4; i++) {
                assertThat(batch.getLabels().getDouble(i, i)).isEqualTo(1);
                for (int j = 0; j < HEIGHT * WIDTH; j++) {
                    assertThat(batch.getFeatures().getDouble(i, 0, j / WIDTH, j % WIDTH))
                            .isEqualTo(10 * i + j);
                }
            }
            assertThat(iterator.next().numExamples()).isOne();
            assertThat(iterator.hasNext()).isFalse();
            iterator.reset();
        }
    }

    /** Text becomes numbers by DataVec's own transforms. */
    @Test
    void transformedTextFeedsTheDataSetIterator() throws Exception {
        Files.writeString(dir.resolve("t.csv"), "text,y\n1.5,b\n-2,a\n");
        Schema schema = new Schema.Builder()
                .addColumnsString("id")
                .addColumnDouble("text")
                .addColumnCategorical("y", "a", "b")
                .build();
        TransformProcess process = new TransformProcess.Builder(schema)
                .removeColumns("id")
                .categoricalToInteger("y")
                .build();
        RecordReader reader = new TransformProcessRecordReader(
                new ExampleRecordReader("table", ExampleColumns.defaults().withLabels("y")), process);
        reader.initialize(new FileSplit(dir.resolve("t.csv").toFile()));
        DataSet batch = new RecordReaderDataSetIterator(reader, 2, 1, 2).next();
        assertThat(batch.getFeatures().toDoubleMatrix()).isDeepEqualTo(new double[][] {{1.5}, {-2}});
        assertThat(batch.getLabels().toDoubleMatrix()).isDeepEqualTo(new double[][] {{0, 1}, {1, 0}});
    }

    private SequenceRecordReader sequences(ImageSequenceRecordReader.Part part) throws Exception {
        SequenceRecordReader reader =
                copy(new ImageSequenceRecordReader("images-idx", ExampleColumns.defaults(), DIGITS, part));
        reader.initialize(new CollectionInputSplit(new URI[] {images(3).toUri()}));
        return reader;
    }

    @Test
    void pixelsFeedTheSequenceIterator() throws Exception {
        DataSet batch = new SequenceRecordReaderDataSetIterator(
                        sequences(ImageSequenceRecordReader.Part.PIXELS_AND_LABEL), 3, 10, 1)
                .next();
        pixels(batch.getFeatures());
        assertThat(batch.getLabels().shape()).containsExactly(3, 10, HEIGHT * WIDTH);
        for (int i = 0; i < 3; i++) {
            for (int t = 0; t < HEIGHT * WIDTH; t++) {
                assertThat(batch.getLabels().getDouble(i, i, t)).isEqualTo(1);
            }
        }
    }

    @Test
    void oneLabelIsAlignedWithTheEnd() throws Exception {
        DataSet batch = new SequenceRecordReaderDataSetIterator(
                        sequences(ImageSequenceRecordReader.Part.PIXELS),
                        sequences(ImageSequenceRecordReader.Part.LABEL),
                        3,
                        10,
                        false,
                        SequenceRecordReaderDataSetIterator.AlignmentMode.ALIGN_END)
                .next();
        pixels(batch.getFeatures());
        assertThat(batch.getLabelsMaskArray().sumNumber().intValue()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(batch.getLabels().getDouble(i, i, HEIGHT * WIDTH - 1)).isEqualTo(1);
            assertThat(batch.getLabelsMaskArray().getDouble(i, HEIGHT * WIDTH - 1))
                    .isEqualTo(1);
        }
    }

    private static void pixels(INDArray features) {
        assertThat(features.shape()).containsExactly(3, 1, HEIGHT * WIDTH);
        for (int i = 0; i < 3; i++) {
            for (int t = 0; t < HEIGHT * WIDTH; t++) {
                assertThat(features.getDouble(i, 0, t)).isEqualTo(10 * i + t);
            }
        }
    }

    @Test
    void sequencesAndTheirFaults() throws Exception {
        try (SequenceRecordReader reader = sequences(ImageSequenceRecordReader.Part.LABEL)) {
            assertThat(reader.next()).containsExactly(new IntWritable(0));
            assertThat(reader.nextSequence().getSequenceRecord()).containsExactly(List.of(new IntWritable(1)));
            assertThat(reader.loadSequenceFromMetaData(reader.nextSequence().getMetaData())
                            .getSequenceRecord())
                    .containsExactly(List.of(new IntWritable(2)));
        }
        assertThatThrownBy(() -> new ImageSequenceRecordReader(
                        "images-idx", labelled(), List.of(), ImageSequenceRecordReader.Part.LABEL))
                .hasMessage("labels need classes to be numbered by; part=LABEL, classes=[]");
        try (SequenceRecordReader reader = new ImageSequenceRecordReader(
                "table", labelled(), List.of("pos"), ImageSequenceRecordReader.Part.LABEL)) {
            reader.initialize(tables());
            assertThatThrownBy(reader::sequenceRecord).hasMessage("sequences of pixels need images; id=k1");
        }
    }
}
