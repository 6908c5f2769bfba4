package io.github.performer4j.data.datavec;

import static io.github.performer4j.data.datavec.Records.LABELLED;
import static io.github.performer4j.data.datavec.Records.THREE;
import static io.github.performer4j.data.datavec.Records.example;
import static io.github.performer4j.data.datavec.Records.fault;
import static io.github.performer4j.data.datavec.Records.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.records.reader.impl.jackson.FieldSelection;
import org.datavec.api.records.reader.impl.jackson.JacksonLineRecordReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DataVec's own readers as examples. */
class RecordExamplesTest {
    @TempDir
    Path dir;

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
}
