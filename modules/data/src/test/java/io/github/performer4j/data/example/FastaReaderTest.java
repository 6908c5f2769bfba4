package io.github.performer4j.data.example;

import static io.github.performer4j.data.example.Reading.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.Samples;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FastaReaderTest {
    private static final ReadingOptions LENIENT = ReadingOptions.defaults().withUnlabelled("none");

    @TempDir
    Path dir;

    private Path proteins() throws IOException {
        return Files.writeString(dir.resolve("p.fasta"), ">a1 OS=yeast x\nMK\nV\n>a2 OS=\nAC\n>a3\nW-Y*\n");
    }

    private Path beside(String name, String text) throws IOException {
        return Files.writeString(dir.resolve(name), text);
    }

    private static Example example(long line, String id, String text, String... labels) {
        return new Example(line, id, List.of(text), null, List.of(labels), null, null, null);
    }

    @Test
    void withoutLabelsRecordsAreTexts() throws IOException {
        Path file = beside("p.fa", ">a b\nMk1\n>\nA\n");
        Reading.Read read = Reading.read("fasta", file, ExampleColumns.defaults());
        assertThat(read.examples()).containsExactly(example(1, "a", "MK?"), example(3, "row-2", "A"));
        assertThat(read.notes()).containsExactly("characters that are no residue, each read as ?: {1=1}");
        refuses(
                "fasta",
                file,
                ExampleColumns.defaults().withLabels("y").withGroup("g"),
                "p.fa: this format has no columns to name; columns=[g, y]");
    }

    @Test
    void labelsOfHeaders() throws IOException {
        ExampleColumns columns = ExampleColumns.defaults().withLabelPattern("OS=(\\w+)");
        Reading.Read read = Reading.read("fasta", proteins(), columns.withOptions(LENIENT));
        assertThat(read.examples())
                .containsExactly(example(1, "a1", "MKV", "yeast"), example(4, "a2", "AC"), example(6, "a3", "WY"));
        assertThat(read.notes()).containsExactly("headers without a label: 2");
        refuses(
                "fasta",
                proteins(),
                columns,
                "p.fasta:4: labelPattern must be found in every header; labelPattern=OS=(\\w+), header=a2 OS=");
    }

    @Test
    void labelsOfATableWithoutNames() throws IOException {
        Path labels = beside("l.tsv", "a3\tz\t3\na1\tx\t1\na2\ty\t2\na1\tx\t1\n");
        ExampleColumns columns = ExampleColumns.defaults().withLabelFile(labels);
        Reading.Read read = Reading.read("fasta", proteins(), columns);
        assertThat(read.examples())
                .containsExactly(
                        example(1, "a1", "MKV", "x", "1"),
                        example(4, "a2", "AC", "y", "2"),
                        example(6, "a3", "WY", "z", "3"));
        assertThat(read.notes()).isEmpty();
    }

    @Test
    void aHeaderWithoutNamesIsARowOfNoRecord() throws IOException {
        Path labels = beside("l.csv", "id,label\na1,x\na2,y\na3,z\n");
        Reading.Read read =
                Reading.read("fasta", proteins(), ExampleColumns.defaults().withLabelFile(labels));
        assertThat(read.examples())
                .extracting(Example::labels)
                .containsExactly(List.of("x"), List.of("y"), List.of("z"));
        assertThat(read.notes()).containsExactly("ids in " + labels + " without a record, the first is id: 1");
    }

    @Test
    void namedColumnsOfATable() throws IOException {
        Path labels =
                beside("l.csv", "y,fold,year,key,set\n1,f1,2001,a1,train\n2,f2,2002,a2,test\n3,f1,2003,a3,train\n");
        ExampleColumns columns = ExampleColumns.defaults()
                .withLabels("y")
                .withId("key")
                .withGroup("fold")
                .withTime("year")
                .withSplit("set")
                .withLabelFile(labels);
        assertThat(Reading.read("fasta", proteins(), columns).examples())
                .containsExactly(
                        new Example(1, "a1", List.of("MKV"), null, List.of("1"), "f1", "2001", "train"),
                        new Example(4, "a2", List.of("AC"), null, List.of("2"), "f2", "2002", "test"),
                        new Example(6, "a3", List.of("WY"), null, List.of("3"), "f1", "2003", "train"));
        assertThat(Reading.read(
                                "fasta",
                                proteins(),
                                ExampleColumns.defaults().withId("key").withLabelFile(labels))
                        .examples())
                .extracting(Example::labels)
                .startsWith(List.of("1", "f1", "2001", "train"));
        refuses(
                "fasta",
                proteins(),
                columns.withLabels("z"),
                "l.csv:1: every named column must be in the header of the file of labels, once; wrong=[z],"
                        + " found=[y, fold, year,"
                        + " key, set]");
    }

    @Test
    void missingAndDoubleLabels() throws IOException {
        ExampleColumns columns = ExampleColumns.defaults().withLabelFile(beside("l.tsv", "a2\ty\n"));
        refuses(
                "fasta",
                proteins(),
                columns,
                "p.fasta:1: every record must have labels in the labelFile; without=2, first=a1, labelFile=l.tsv");
        Reading.Read read = Reading.read("fasta", proteins(), columns.withOptions(LENIENT));
        assertThat(read.examples()).extracting(Example::labels).containsExactly(List.of(), List.of("y"), List.of());
        assertThat(read.notes()).containsExactly("records without labels: 2");
        beside("l.tsv", "a2\ty\na2\tz\n");
        refuses(
                "fasta",
                proteins(),
                columns,
                "l.tsv:2: an id must have one row of labels; id=a2, before=[y], found=[z]");
        beside("l.tsv", "a2\na1\n");
        refuses("fasta", proteins(), columns, "l.tsv:1: a file of labels must have a column beside the id");
        beside("l.tsv", "");
        refuses("fasta", proteins(), columns, "l.tsv: a file of labels must hold a row; found none");
    }

    @Test
    void tagsOfASecondFile() throws IOException {
        Path tags = beside("ss.fasta", "\n>a3 any\n -\n>a1\nHh\n.\n>a2\r\nE9\r\n>b\nE\n");
        ExampleColumns columns = ExampleColumns.defaults().withLabelFile(tags);
        Reading.Read read = Reading.read("fasta", proteins(), columns);
        assertThat(read.examples())
                .containsExactly(
                        example(1, "a1", "MKV", "Hh."), example(4, "a2", "AC", "E9"), example(6, "a3", "WY", " -"));
        assertThat(read.notes()).containsExactly("ids in " + tags + " without a record, the first is b: 1");
        beside("ss.fasta", ">a1\nHHHH\n");
        refuses(
                "fasta",
                proteins(),
                columns,
                "p.fasta:1: tags must be as many as residues (gaps and stops are none); id=a1, residues=3, tags=4,"
                        + " labelFile=ss.fasta");
        beside("ss.fasta", "HHHH\n");
        refuses("fasta", proteins(), columns, "ss.fasta:1: a file of tags must begin with a header (>); found HHHH");
        beside("ss.fasta", "");
        refuses("fasta", proteins(), columns, "ss.fasta: a file of tags must hold at least one record; found none");
        beside("ss.fasta", ">a1\nHHH\n>a1\nHHE\n");
        refuses("fasta", proteins(), columns, "ss.fasta:3: an id must have one string of tags; id=a1");
    }

    /** Thousands of ids, so that the map of labels grows, in an order that is not that of the records. */
    @Test
    void labelsFindTheirRecords() throws IOException {
        List<String> proteins = Samples.proteins(4, 3000, 20);
        Path file = Samples.fasta(dir.resolve("many.fasta"), proteins);
        CounterRandom draws = CounterRandom.of(4, 8);
        List<String> expected = new ArrayList<>();
        StringBuilder rows = new StringBuilder("key,y\n");
        for (int i = 0; i < proteins.size(); i++) {
            expected.add("é" + draws.nextInt(1000));
        }
        for (int i = proteins.size() - 1; i >= 0; i--) {
            rows.append('p').append(i).append(',').append(expected.get(i)).append('\n');
        }
        Path labels = Files.write(dir.resolve("many.csv.gz"), Samples.gzip(rows.toString()));
        List<Example> read = Reading.read(
                        "fasta", file, ExampleColumns.defaults().withLabels("y").withLabelFile(labels))
                .examples();
        assertThat(read).extracting(e -> e.labels().get(0)).isEqualTo(expected);
        assertThat(read).extracting(e -> e.texts().get(0)).isEqualTo(proteins);
    }
}
