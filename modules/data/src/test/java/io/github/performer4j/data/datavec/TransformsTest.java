package io.github.performer4j.data.datavec;

import static io.github.performer4j.data.datavec.Records.LABELLED;
import static io.github.performer4j.data.datavec.Records.THREE;
import static io.github.performer4j.data.datavec.Records.example;
import static io.github.performer4j.data.datavec.Records.fault;
import static io.github.performer4j.data.datavec.Records.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.Reading;
import io.github.performer4j.data.example.TransformedTable;
import io.github.performer4j.data.example.Transforms;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DataVec's transforms in front of tables and records. */
class TransformsTest {
    @TempDir
    Path dir;

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
}
