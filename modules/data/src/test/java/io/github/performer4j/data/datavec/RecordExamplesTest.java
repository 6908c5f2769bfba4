package io.github.performer4j.data.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.ImageShape;
import io.github.performer4j.data.example.Reading;
import io.github.performer4j.data.example.ReadingOptions;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.kernels.CounterRandom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.collection.CollectionRecordReader;
import org.datavec.api.records.reader.impl.collection.CollectionSequenceRecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.records.reader.impl.csv.CSVSequenceRecordReader;
import org.datavec.api.records.reader.impl.jackson.FieldSelection;
import org.datavec.api.records.reader.impl.jackson.JacksonLineRecordReader;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.CategoricalColumnCondition;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** DataVec's own readers and transforms as examples. */
class RecordExamplesTest {
    private static final ExampleColumns LABELLED = ExampleColumns.defaults().withLabels("y");

    @TempDir
    Path dir;

    private static Example example(long line, String id, String text, String... labels) {
        return new Example(line, id, List.of(text), null, List.of(labels), null, null, null);
    }

    private static RecordReader records(List<List<Writable>> records) {
        return new CollectionRecordReader(records);
    }

    private static final List<List<Writable>> THREE = List.of(
            List.of(new Text("a"), new IntWritable(4)),
            List.of(new Text("b"), new DoubleWritable(0.5)),
            List.of(new Text("c"), NullWritable.INSTANCE));

    @Test
    void columnsByNameOrPlace() throws IOException {
        try (ExampleReader reader = RecordExamples.of("data", records(THREE), List.of("text", "y"), LABELLED)) {
            assertThat(Reading.all(reader))
                    .containsExactly(
                            example(1, "row-1", "a", "4"),
                            example(2, "row-2", "b", "0.5"),
                            example(3, "row-3", "c", ""));
            assertThat(reader.notes()).isEmpty();
        }
        ExampleColumns places =
                ExampleColumns.defaults().withText("0").withLabels("1").withId("0");
        try (ExampleReader reader = RecordExamples.of("data", records(THREE), List.of(), places)) {
            assertThat(reader.next()).isEqualTo(example(1, "a", "a", "4"));
        }
    }

    @Test
    void faultsNameTheRecord() {
        fault(
                () -> RecordExamples.of("data", records(THREE), List.of("a", "b"), LABELLED),
                "data: every named column must be in the header; missing=[text, y], found=[a, b]");
        fault(
                () -> RecordExamples.of("data", records(THREE), List.of(), LABELLED)
                        .next(),
                "data: every named column must be in the header; missing=[text, y], found=[0, 1]");
        fault(
                () -> RecordExamples.of("data", records(THREE), List.of("text", "y", "z"), LABELLED)
                        .next(),
                "data:1: every record must have as many values as there are columns; columns=3, found=2,"
                        + " names=[text, y, z]");
    }

    private static void fault(org.assertj.core.api.ThrowableAssert.ThrowingCallable work, String message) {
        assertThatThrownBy(work).isInstanceOf(DataFileException.class).hasMessage(message);
    }

    /**
     * A format over DataVec's CSV and JSON readers gives what our own formats give for the same data, every time it is
     * opened.
     */
    @Test
    void foreignReadersAgreeWithOurs() throws IOException {
        Path csv = Files.writeString(dir.resolve("t.csv"), "text,y\nfirst,1\n\"sec,ond\",-2\n");
        Path json = Files.writeString(
                dir.resolve("t.jsonl"), "{\"text\":\"first\",\"y\":1}\n{\"text\":\"sec,ond\",\"y\":-2}\n");
        ExampleFormat csvFormat =
                RecordFormat.of("datavec-csv", List.of(".csv"), () -> new CSVRecordReader(1), List.of("text", "y"));
        FieldSelection selection =
                new FieldSelection.Builder().addField("text").addField("y").build();
        ExampleFormat jsonFormat = RecordFormat.of(
                "datavec-json",
                List.of(".jsonl"),
                () -> new JacksonLineRecordReader(selection, new org.nd4j.shade.jackson.databind.ObjectMapper()),
                List.of("text", "y"));
        for (int epoch = 0; epoch < 2; epoch++) {
            same(csvFormat, ExampleFormats.named("table"), csv);
            same(jsonFormat, ExampleFormats.named("json-lines"), json);
        }
        fault(() -> csvFormat.open(dir.resolve("none.csv"), LABELLED), dir + "/none.csv: no such file or folder");
    }

    private static void same(ExampleFormat foreign, ExampleFormat ours, Path file) throws IOException {
        try (ExampleReader a = foreign.open(file, LABELLED);
                ExampleReader b = ours.open(file, LABELLED)) {
            List<Example> expected = Reading.all(b);
            assertThat(Reading.all(a))
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("line")
                    .isEqualTo(expected)
                    .hasSize(2);
        }
    }

    /** DataVec's reader takes a line break for the end of the row, and leaves the quote open. */
    @Test
    void faultsOfForeignReadersAreNamed() throws IOException {
        Path csv = Files.writeString(dir.resolve("t.csv"), "a,1\n\"b\nc\",2\n");
        ExampleFormat format =
                RecordFormat.of("datavec-csv", List.of(".csv"), CSVRecordReader::new, List.of("text", "y"));
        try (ExampleReader reader = format.open(csv, LABELLED)) {
            assertThat(reader.next()).isEqualTo(example(1, "row-1", "a", "1"));
            fault(
                    reader::next,
                    csv + ":2: a record must be readable; found IOException: Un-terminated quoted field at end of CSV"
                            + " line");
        }
    }

    /** examples → records → examples is the identity, images in colour and without shape included. */
    @Test
    void imagesComeBackFromRecords() throws Exception {
        int[][] pixels = {new int[2 * 3 * 3], new int[2 * 3 * 3]};
        CounterRandom draws = CounterRandom.of(1, 7);
        Path folder = dir.resolve("images");
        for (int i = 0; i < 2; i++) {
            BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
            for (int j = 0; j < 6; j++) {
                int[] rgb = {draws.nextInt(256), draws.nextInt(256), draws.nextInt(256)};
                image.getRaster().setPixel(j % 3, j / 3, rgb);
                System.arraycopy(rgb, 0, pixels[i], 3 * j, 3);
            }
            Files.createDirectories(folder.resolve("class" + i));
            ImageIO.write(image, "png", folder.resolve("class" + i + "/a.png").toFile());
        }
        ExampleRecordReader records = new ExampleRecordReader("images-folder", ExampleColumns.defaults());
        records.initialize(new CollectionInputSplit(new URI[] {folder.toUri()}));
        try (ExampleReader reader =
                RecordExamples.of("data", records, List.of("id", "text", "y"), LABELLED.withId("id"))) {
            List<Example> read = Reading.all(reader);
            assertThat(reader.shape()).isEqualTo(new ImageShape(2, 3, 3));
            for (int i = 0; i < 2; i++) {
                assertThat(read.get(i).symbols()).isEqualTo(pixels[i]);
                assertThat(read.get(i).labels()).containsExactly("class" + i);
                assertThat(read.get(i).id()).isEqualTo("class" + i + "/a.png");
            }
        }
    }

    @Test
    void arraysAreSymbols() throws IOException {
        try (ExampleReader reader = arrays(Nd4j.createFromArray(new float[][] {{5, 0, 9}}))) {
            assertThat(reader.next().symbols()).containsExactly(5, 0, 9);
            assertThat(reader.shape()).isNull();
        }
        fault(
                () -> arrays(Nd4j.createFromArray(new float[] {1, 0.5f})).next(),
                "data:1: symbols must be whole numbers from 0; column=text, place=1, found=0.5");
        fault(
                () -> arrays(Nd4j.zeros(DataType.FLOAT, 2, 1, 2, 2)).next(),
                "data:1: an image must be [1,C,H,W] or [C,H,W]; found [2, 1, 2, 2]");
        fault(
                () -> Reading.all(arrays(Nd4j.zeros(DataType.FLOAT, 1, 2, 2), Nd4j.zeros(DataType.FLOAT, 1, 2, 3))),
                "data:2: all images must have one shape; first=2×2×1, found=2×3×1");
    }

    private static ExampleReader arrays(INDArray... arrays) throws IOException {
        List<List<Writable>> records = new ArrayList<>();
        for (INDArray array : arrays) {
            records.add(List.of(new NDArrayWritable(array)));
        }
        return RecordExamples.of("data", records(records), List.of("text"), ExampleColumns.defaults());
    }

    private static TransformProcess process() {
        Schema schema = new Schema.Builder()
                .addColumnInteger("count")
                .addColumnCategorical("y", "low", "high")
                .addColumnString("words")
                .build();
        return new TransformProcess.Builder(schema)
                .filter(new ConditionFilter(new IntegerColumnCondition("count", ConditionOp.LessThan, 0)))
                .appendStringColumnTransform("words", "!")
                .integerMathOp("count", org.datavec.api.transform.MathOp.Add, 100)
                .renameColumn("words", "text")
                .build();
    }

    @Test
    void aTransformStandsInFrontOfATable() throws IOException {
        Path json = Files.writeString(dir.resolve("process.json"), process().toJson());
        Path table = Files.writeString(
                dir.resolve("t.csv"), "words,other,y,count\n\"a\nb\",x,low,1\n\nc,x,high,-1\nd,x,high,2\n");
        ExampleFormat format = TransformedTable.transformed(json);
        assertThat(format.name()).isEqualTo("table-transformed");
        ExampleColumns columns = LABELLED.withGroup("count");
        try (ExampleReader reader = format.open(table, columns)) {
            assertThat(Reading.all(reader))
                    .containsExactly(
                            new Example(2, "row-1", List.of("a\nb!"), null, List.of("low"), "101", null, null),
                            new Example(6, "row-2", List.of("d!"), null, List.of("high"), "102", null, null));
            assertThat(reader.notes())
                    .containsExactly("empty lines passed over: 1", "rows that the transform filtered out: 1");
        }
        fault(
                () -> format.open(table, LABELLED.withGroup("words")),
                table + " behind its transform: every named column must be in the header; missing=[words],"
                        + " found=[count, y, text]");
        Files.writeString(table, "words,y\n");
        fault(
                () -> format.open(table, LABELLED),
                table + ":1: every column of the transform's initial schema must be in the header; missing=[count],"
                        + " found=[words, y]");
        Files.writeString(table, "words,y,count\na,low,1\nb,low,many\n");
        try (ExampleReader reader = format.open(table, LABELLED)) {
            reader.next();
            fault(
                    reader::next,
                    table
                            + ":3: the transform must take every record; found NumberFormatException: For input"
                            + " string: \"many\"");
        }
    }

    @Test
    void aTransformStandsInFrontOfRecords() throws IOException {
        List<List<Writable>> records = List.of(
                List.of(new IntWritable(-5), new Text("low"), new Text("x")),
                List.of(new IntWritable(5), new Text("low"), new Text("y")));
        try (ExampleReader reader = RecordExamples.of("data", records(records), process(), LABELLED)) {
            assertThat(Reading.all(reader)).containsExactly(example(2, "row-1", "y!", "low"));
            assertThat(reader.notes()).containsExactly("records that the transform filtered out: 1");
        }
    }

    @Test
    void aFormatMayHaveATransform() throws IOException {
        Path csv = Files.writeString(dir.resolve("t.csv"), "-5,low,x\n5,low,y\n");
        ExampleFormat format =
                new RecordFormat("datavec-csv", List.of(".csv"), CSVRecordReader::new, List.of(), process(), null);
        for (int epoch = 0; epoch < 2; epoch++) {
            try (ExampleReader reader = format.open(csv, LABELLED.withGroup("count"))) {
                assertThat(Reading.all(reader))
                        .containsExactly(
                                new Example(2, "row-1", List.of("y!"), null, List.of("low"), "105", null, null));
            }
        }
        assertThatThrownBy(() -> new RecordFormat("a", List.of(), CSVRecordReader::new, List.of("b"), process(), null))
                .hasMessage("the names of columns are those of the transform; columnNames=[b]");
        ExampleFormat sequences =
                new RecordFormat("a", List.of(), CSVRecordReader::new, List.of(), null, SequenceExamples.Labels.LAST);
        assertThatThrownBy(() -> sequences.open(csv, LABELLED))
                .hasMessage("sequences need a SequenceRecordReader; found=" + CSVRecordReader.class.getName());
    }

    @Test
    void wrongTransformsAreRefused() throws IOException {
        Path json = Files.writeString(dir.resolve("p.json"), "{\"a\":");
        assertThatThrownBy(() -> Transforms.read(json))
                .isInstanceOf(DataFileException.class)
                .hasMessageStartingWith(json + ": a transform must be the JSON of DataVec's TransformProcess; found ")
                .hasMessageNotContaining("\n");
        TransformProcess toSequence = new TransformProcess.Builder(process().getInitialSchema())
                .convertToSequence(
                        "words", new org.datavec.api.transform.sequence.comparator.NumericalColumnComparator("count"))
                .build();
        assertThatThrownBy(() -> RecordExamples.of("data", records(THREE), toSequence, LABELLED))
                .hasMessage("a transform must give what it takes; taken=records, given=sequences");
    }

    @Test
    void sequencesAreSymbols() throws IOException {
        Path file = Files.writeString(dir.resolve("s.csv"), "3,O,g\n0,B,h\n7,O,h\n");
        ExampleColumns columns =
                ExampleColumns.defaults().withText("0").withLabels("1").withGroup("2");
        for (SequenceExamples.Labels at : SequenceExamples.Labels.values()) {
            ExampleFormat format =
                    new RecordFormat("steps", List.of(".csv"), CSVSequenceRecordReader::new, List.of(), null, at);
            try (ExampleReader reader = format.open(file, columns)) {
                List<Example> read = Reading.all(reader);
                assertThat(read).hasSize(1);
                assertThat(read.get(0).symbols()).containsExactly(3, 0, 7);
                assertThat(read.get(0).texts()).isEmpty();
                assertThat(read.get(0).labels()).containsExactly(at == SequenceExamples.Labels.LAST ? "O" : "O|B|O");
                assertThat(read.get(0).group()).isEqualTo("g");
            }
        }
        sequenceFault("-1", "O", "data:1: symbols must be whole numbers from 0; column=text, step=0, found=-1");
        sequenceFault("x", "O", "data:1: symbols must be whole numbers from 0; column=text, step=0, found=x");
        sequenceFault(
                "1", "O|", "data:1: tags must not be empty nor hold the separator; column=y, tag=O|, labelSeparator=|");
    }

    private static void sequenceFault(String symbol, String tag, String message) {
        fault(
                () -> new SequenceExamples(
                                "data",
                                new CollectionSequenceRecordReader(
                                        List.of(List.of(List.<Writable>of(new Text(symbol), new Text(tag))))),
                                List.of("text", "y"),
                                null,
                                LABELLED,
                                SequenceExamples.Labels.EVERY)
                        .next(),
                message);
    }

    @Test
    void aTransformStandsInFrontOfSequences() throws IOException {
        Schema schema = new SequenceSchema.Builder()
                .addColumnCategorical("letter", "A", "C", "G", "T")
                .addColumnString("y")
                .build();
        TransformProcess process = new TransformProcess.Builder(schema)
                .filter(new ConditionFilter(new CategoricalColumnCondition(
                        "letter",
                        org.datavec.api.transform.condition.SequenceConditionMode.And,
                        ConditionOp.Equal,
                        "A")))
                .categoricalToInteger("letter")
                .build();
        List<List<List<Writable>>> sequences = List.of(
                List.of(List.of(new Text("A"), new Text("x"))),
                List.of(List.of(new Text("G"), new Text("x")), List.of(new Text("T"), new Text("z"))));
        ExampleColumns columns = LABELLED.withText("letter")
                .withOptions(ReadingOptions.defaults().withLabelSeparator(" "));
        try (ExampleReader reader = new SequenceExamples(
                "data",
                new CollectionSequenceRecordReader(sequences),
                List.of(),
                process,
                columns,
                SequenceExamples.Labels.EVERY)) {
            List<Example> read = Reading.all(reader);
            assertThat(read).hasSize(1);
            assertThat(read.get(0).symbols()).containsExactly(2, 3);
            assertThat(read.get(0).labels()).containsExactly("x z");
            assertThat(read.get(0).line()).isEqualTo(2);
            assertThat(reader.notes()).containsExactly("sequences that the transform filtered out: 1");
        }
    }
}
