package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.datavec.RecordExamples;
import io.github.performer4j.data.datavec.RecordFormat;
import io.github.performer4j.data.datavec.SequenceExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.example.ExampleSource;
import io.github.performer4j.data.example.ReadingOptions;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.data.rows.MaskedBatching;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.collection.CollectionRecordReader;
import org.datavec.api.records.reader.impl.collection.CollectionSequenceRecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A corpus of a program's own readers is that of the same examples in a file. */
class OwnExamplesTest {
    private static final int N = 40;
    private static final ExampleColumns COLUMNS = ExampleColumns.defaults().withLabels("y");
    private static final DataConfig CONFIG = DataConfig.defaults()
            .withTokens("character")
            .withMaxTokens(16)
            .withTokensPerBatch(64)
            .withSplit("label")
            .withColumns(COLUMNS);
    private static final MaskedBatching MASKED = new MaskedBatching(0.3);

    @TempDir
    Path dir;

    private int opened;

    private static String text(int i) {
        return "abcdefghijklmnop".substring(i % 5, 5 + i % 11);
    }

    private static String label(int i) {
        return i % 3 == 0 ? "odd" : "even";
    }

    private static RecordReader records() {
        List<List<Writable>> rows = new ArrayList<>();
        for (int i = 0; i < N; i++) {
            rows.add(List.of(new Text(text(i)), new Text(label(i))));
        }
        return new CollectionRecordReader(rows);
    }

    private ExampleSource source() {
        return columns -> {
            opened++;
            return RecordExamples.of("people", records(), List.of("text", "y"), columns);
        };
    }

    private Path table() throws IOException {
        StringBuilder rows = new StringBuilder("text,y\n");
        for (int i = 0; i < N; i++) {
            rows.append(text(i)).append(',').append(label(i)).append('\n');
        }
        return Files.writeString(dir.resolve("t.csv"), rows);
    }

    private static List<Batch> batches(Corpus corpus, long epoch) throws IOException {
        List<Batch> batches = new ArrayList<>();
        try (BatchStream stream = corpus.batches(MASKED, true).open(7, epoch)) {
            stream.forEachRemaining(batches::add);
        }
        return batches;
    }

    /** In memory, and read anew in every epoch. */
    @ParameterizedTest
    @ValueSource(longs = {1 << 20, 0})
    void equalsTheSameTable(long memory) throws IOException {
        Corpus own = Corpus.of("people", source(), CONFIG, null, memory);
        Corpus file = Corpus.open(table(), CONFIG, null, memory);
        assertThat(own.tokenizer().size()).isEqualTo(file.tokenizer().size());
        assertThat(List.of(own.documents(), own.tokens())).isEqualTo(List.of((long) N, file.tokens()));
        int before = opened;
        for (long epoch = 0; epoch < 3; epoch++) {
            assertThat(batches(own, epoch)).isNotEmpty().isEqualTo(batches(file, epoch));
        }
        assertThat(opened - before).isEqualTo(memory > 0 ? 0 : 3);
        assertThat(batches(own, 0)).isNotEqualTo(batches(own, 1));
        Corpus.Split mine = own.split(0.25, 3);
        Corpus.Split theirs = file.split(0.25, 3);
        assertThat(batches(mine.train(), 1)).isNotEmpty().isEqualTo(batches(theirs.train(), 1));
        assertThat(batches(mine.valid(), 1)).isNotEmpty().isEqualTo(batches(theirs.valid(), 1));
        assertThat(mine.valid().documents() + mine.train().documents()).isEqualTo(N);
        assertThat(own.kind()).isEqualTo("records");
        assertThat(own.path()).hasToString("people");
    }

    @Test
    void labelsAreReadAsThoseOfFiles() throws IOException {
        Map<String, Integer> ids = Map.of("odd", 1, "even", 0);
        LabelReader labels =
                (example, text) -> Label.ofIds(ids.get(example.labels().get(0)));
        Corpus own = Corpus.of("people", source(), CONFIG, null).labelled(labels);
        try (PartReader parts = own.parts()) {
            int i = 0;
            for (Part part = parts.next(); part != null; part = parts.next()) {
                assertThat(part.label().ids()).containsExactly(ids.get(label(i++)));
            }
            assertThat(i).isEqualTo(N);
        }
        LabelReader wrong = (example, text) -> {
            throw new IllegalArgumentException("a class must be known; found=" + example.labels());
        };
        assertThatThrownBy(() -> Corpus.of("people", source(), CONFIG, null)
                        .labelled(wrong)
                        .documents())
                .hasMessage("people:1: a class must be known; found=[odd]");
    }

    /** Symbols of sequences are the bytes of a text. */
    @Test
    void sequences() throws IOException {
        DataConfig bytes = CONFIG.withTokens("byte");
        ExampleSource source = columns -> {
            List<List<List<Writable>>> sequences = new ArrayList<>();
            for (int i = 0; i < N; i++) {
                List<List<Writable>> steps = new ArrayList<>();
                for (char symbol : text(i).toCharArray()) {
                    steps.add(List.of(new IntWritable(symbol), new Text(label(i))));
                }
                sequences.add(steps);
            }
            return new SequenceExamples(
                    "people",
                    new CollectionSequenceRecordReader(sequences),
                    List.of("text", "y"),
                    null,
                    columns,
                    SequenceExamples.Labels.LAST);
        };
        assertThat(batches(Corpus.of("people", source, bytes, null), 2))
                .isNotEmpty()
                .isEqualTo(batches(Corpus.open(table(), bytes, null), 2));
    }

    @Test
    void readersThatAreNotFreshAreRefused() throws IOException {
        ExampleReader one = source().open(COLUMNS);
        Corpus again = Corpus.of("people", columns -> one, CONFIG, null);
        assertThatThrownBy(again::documents)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("every opening needs a reader of its own; data=people");
        RecordReader shared = records();
        Corpus moved = Corpus.of(
                "people", columns -> RecordExamples.of("people", shared, List.of("text", "y"), columns), CONFIG, null);
        assertThatThrownBy(moved::documents)
                .hasMessage("people: every opening must give the same examples; first=40, now=0");
    }

    @Test
    void whatIsOfFilesIsRefused() {
        assertThatThrownBy(() -> Corpus.of("people", source(), CONFIG.withKind("table"), null))
                .hasMessage("examples of a program's own have no kind of files; data=people, kind=table");
        ReadingOptions transform = ReadingOptions.defaults().withTransform(Path.of("t.json"));
        assertThatThrownBy(
                        () -> Corpus.of("people", source(), CONFIG.withColumns(COLUMNS.withOptions(transform)), null))
                .hasMessage("examples of a program's own are transformed by their reader; transform=t.json");
    }

    @Test
    void transformsStandInFrontOfTablesOnly() throws IOException {
        ExampleColumns columns =
                ExampleColumns.defaults().withOptions(ReadingOptions.defaults().withTransform(Path.of("t.json")));
        Path lines = Files.writeString(dir.resolve("t.txt"), "a\n");
        DataConfig config = CONFIG.withSplit("auto").withColumns(columns);
        assertThatThrownBy(() -> Corpus.open(lines, config, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a transform stands in front of tables only; transform=t.json");
        for (String kind : List.of("lines", "json-lines", "fasta")) {
            assertThatThrownBy(() -> ExampleFormats.named(kind).open(lines, columns))
                    .hasMessage(String.format(
                            Locale.ROOT,
                            "a transform stands in front of tables only, and not of %s; transform=t.json",
                            kind));
        }
        assertThatThrownBy(() -> RecordFormat.of("csv", List.of(".txt"), CSVRecordReader::new, List.of("text"))
                        .open(lines, columns))
                .hasMessage("the transform of a format of records is its own; transform=t.json");
        assertThatThrownBy(() -> Corpus.open(table(), config, null).documents()).hasMessageStartingWith("t.json: ");
    }

    /** Notes say how many records a reader left out. */
    @Test
    void notesAreThoseOfTheReader() throws IOException {
        ExampleSource source = columns -> {
            ExampleReader reader = RecordExamples.of("people", records(), List.of("text", "y"), columns);
            return new ExampleReader() {
                @Override
                public Example next() throws IOException {
                    return reader.next();
                }

                @Override
                public List<String> notes() {
                    return List.of("records passed over: 3");
                }

                @Override
                public void close() throws IOException {
                    reader.close();
                }
            };
        };
        assertThat(Corpus.of("people", source, CONFIG, null).notes()).contains("people: records passed over: 3");
    }
}
