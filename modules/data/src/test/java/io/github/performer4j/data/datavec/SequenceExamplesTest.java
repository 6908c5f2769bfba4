package io.github.performer4j.data.datavec;

import static io.github.performer4j.data.datavec.Records.LABELLED;
import static io.github.performer4j.data.datavec.Records.fault;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.Reading;
import io.github.performer4j.data.example.ReadingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.datavec.api.records.reader.impl.collection.CollectionSequenceRecordReader;
import org.datavec.api.records.reader.impl.csv.CSVSequenceRecordReader;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.CategoricalColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DataVec's own sequences as examples. */
class SequenceExamplesTest {
    @TempDir
    Path dir;

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
