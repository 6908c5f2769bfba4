package io.github.performer4j.data.example;

import static io.github.performer4j.data.example.Reading.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.Samples;
import io.github.performer4j.data.files.TextEncoding;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReaderTest {
    private static final ExampleColumns LABELLED = ExampleColumns.defaults().withLabels("label");

    @TempDir
    Path dir;

    private static List<List<String>> rows(Path file, boolean quoted) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (TableRows table = new TableRows(file, quoted)) {
            for (String[] row = table.next(); row != null; row = table.next()) {
                rows.add(List.of(row));
            }
        }
        return rows;
    }

    /** src/test/resources/example/csv_golden.py wrote the file. */
    @Test
    void rowsAreThoseOfPythonsCsvModule() throws IOException {
        JsonNode cases;
        try (InputStream in = getClass().getResourceAsStream("/example/csv-golden.json")) {
            cases = new ObjectMapper().readTree(in);
        }
        assertThat(cases).hasSizeGreaterThan(70);
        for (JsonNode one : cases) {
            Path file = Files.writeString(
                    dir.resolve(one.get("name").asText()), one.get("text").asText());
            List<List<String>> expected = new ArrayList<>();
            for (JsonNode row : one.get("rows")) {
                List<String> fields = new ArrayList<>();
                row.forEach(field -> fields.add(field.asText()));
                expected.add(fields);
            }
            assertThat(rows(file, one.get("quoted").asBoolean()))
                    .as("%s", one.get("text"))
                    .isEqualTo(expected);
        }
    }

    /**
     * What is written by RFC 4180's rules comes back, whatever the characters, plain and gzip, with a byte-order mark
     * and without.
     */
    @Test
    void generatedTablesComeBack() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            CounterRandom draws = CounterRandom.of(seed, 11);
            int width = 2 + draws.nextInt(4);
            List<List<String>> rows = new ArrayList<>();
            StringBuilder text = new StringBuilder(seed % 2 == 0 ? "\uFEFF" : "");
            for (int i = 0; i < 1 + draws.nextInt(30); i++) {
                List<String> row = new ArrayList<>();
                for (int j = 0; j < width; j++) {
                    row.add(field(draws));
                    text.append(j == 0 ? "" : ",")
                            .append('"')
                            .append(row.get(j).replace("\"", "\"\""))
                            .append('"');
                }
                text.append(seed % 3 == 0 ? "\r\n" : "\n");
                rows.add(row);
            }
            byte[] bytes = seed % 5 == 0
                    ? Samples.gzip(text.toString())
                    : text.toString().getBytes(StandardCharsets.UTF_8);
            assertThat(rows(Files.write(dir.resolve("t.csv"), bytes), true)).isEqualTo(rows);
        }
    }

    private static String field(CounterRandom draws) {
        String alphabet = "ab ,;\t\"\n\r'é日\\#";
        StringBuilder text = new StringBuilder();
        for (int n = draws.nextInt(6); n > 0; n--) {
            text.append(draws.nextInt(9) == 0 ? "😀" : alphabet.charAt(draws.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    @Test
    void columnsAreFoundByName() throws IOException {
        Path file = Files.writeString(
                dir.resolve("t.csv"),
                "when, who ,b,x,y,set,key,a\n2001,g1,\"sec\nond\",1.5,-2,train,k1,first\n\n2002,g2,,,0,test,k2,\n");
        ExampleColumns columns =
                new ExampleColumns("a", "b", List.of("y", "x"), "key", "who", "when", "set", null, null, null, null);
        Reading.Read read = Reading.read("table", file, columns);
        assertThat(read.examples())
                .containsExactly(
                        new Example(
                                2,
                                "k1",
                                List.of("first", "sec\nond"),
                                null,
                                List.of("-2", "1.5"),
                                "g1",
                                "2001",
                                "train"),
                        new Example(5, "k2", List.of("", ""), null, List.of("0", ""), "g2", "2002", "test"));
        assertThat(read.notes()).containsExactly("empty lines passed over: 1");
        assertThat(read.shape()).isNull();
    }

    @Test
    void idsCountRowsWhereThereAreNone() throws IOException {
        Path file = Files.writeString(dir.resolve("t.tsv"), "text\tlabel\n\"a\nb\"\tx\nc\ty\n");
        assertThat(Reading.read("table", file, LABELLED).examples())
                .containsExactly(
                        new Example(2, "row-1", List.of("a\nb"), null, List.of("x"), null, null, null),
                        new Example(4, "row-2", List.of("c"), null, List.of("y"), null, null, null));
    }

    /** In a table of one column an empty line is an empty text. */
    @Test
    void aColumnOfTextsKeepsEmptyOnes() throws IOException {
        Path file = Files.writeString(dir.resolve("t.csv"), "text\na\n\n\"\"\nb\n");
        assertThat(Reading.read("table", file, ExampleColumns.defaults()).examples())
                .extracting(example -> example.texts().get(0))
                .containsExactly("a", "", "", "b");
    }

    @Test
    void faultsNameFileLineAndValue() throws IOException {
        fault("text,label\na,b\nc\n", "t.csv:3: every row must have as many fields as the first; first=2, found=1");
        fault(
                "text,label\n\"a\nb\",b\nc,d,e\n",
                "t.csv:4: every row must have as many fields as the first; first=2, found=3");
        fault(
                "Text,y\na,b\n",
                "t.csv:1: every named column must be in the header; missing=[text, label], found=[Text, y]");
        fault(
                "text,label,label\na,b,c\n",
                "t.csv:1: a named column must be in the header once; twice=[label], found=[text, label, label]");
        fault("", "t.csv: a table must begin with a header; found no line");
        fault("\n\n", "t.csv: a table must begin with a header; found no line");
        fault(
                "text,label\na,b\n\"open,x\ny,z\n",
                "t.csv:3: a quoted field must end with a quote before its separator; found Missing closing"
                        + " quote for value"
                        + " in the row that begins here; where quotes are plain characters, read the table with"
                        + " quoted=false");
        fault(
                "text,label\n\"a\"b,c\n",
                "t.csv:2: a quoted field must end with a quote before its separator; found Unexpected character"
                        + " ('b' (code 98)):"
                        + " Expected column separator character (',' (code 44)) or end-of-line"
                        + " in the row that begins here; where quotes are plain characters, read the table with"
                        + " quoted=false");
        fault("text,label\na,\0\n", "t.csv:2: text must not hold NUL; so this is a binary file");
        refuses("table", dir.resolve("none.csv"), LABELLED, "none.csv: no such file or folder");
        refuses(
                "table",
                Files.writeString(dir.resolve("t.csv"), "text,label\n"),
                LABELLED.withLabelFile(Path.of("x.tsv")),
                "t.csv: this format takes no labelPattern and no labelFile; labelPattern=null, labelFile=x.tsv");
    }

    private void fault(String content, String message) throws IOException {
        refuses("table", Files.writeString(dir.resolve("t.csv"), content), LABELLED, message);
    }

    @Test
    void otherEncodingsAreRefused() throws IOException {
        Path utf16 = Files.write(dir.resolve("t.csv"), "text,label\na,b\n".getBytes(StandardCharsets.UTF_16LE));
        refuses(
                "table",
                utf16,
                LABELLED,
                "t.csv: text must be UTF-8; found UTF-16LE (no byte-order mark), as PowerShell's > writes it;"
                        + " iconv -f UTF-16LE -t"
                        + " UTF-8 converts it");
        Path latin = Files.write(dir.resolve("l.csv"), "text,label\na,b\né,b\n".getBytes(StandardCharsets.ISO_8859_1));
        refuses(
                "table",
                latin,
                LABELLED,
                "l.csv:3: text must be UTF-8; found malformed byte 0xE9" + TextEncoding.OTHER_ENCODING);
    }

    /** A quote that is never closed must not fill the heap: the field's limit ends it. */
    @Test
    void anOpenQuoteEndsAtTheLimitOfAField() throws IOException {
        Path file = dir.resolve("t.csv");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("text,label\n\"");
            String line = "x".repeat(1 << 16) + "\n";
            for (int i = 0; i < 300; i++) {
                out.write(line);
            }
        }
        refuses(
                "table",
                file,
                LABELLED,
                "t.csv:2: a field may hold 16777216 characters; found more; where quotes are plain characters,"
                        + " read the table with"
                        + " quoted=false");
    }

    /** 200,000 rows under a heap that holds one at a time; what they add up to is known. */
    @Test
    void manyRowsStream() throws IOException {
        Path file = dir.resolve("t.csv");
        int count = 200_000;
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("text,label\n");
            for (int i = 0; i < count; i++) {
                out.write("text " + i + "," + i % 7 + "\n");
            }
        }
        long[] sum = new long[2];
        assertThatCode(() -> {
                    try (ExampleReader reader = ExampleFormats.named("table").open(file, LABELLED)) {
                        for (Example e = reader.next(); e != null; e = reader.next()) {
                            sum[0] += Integer.parseInt(e.labels().get(0));
                            sum[1] += Long.parseLong(e.texts().get(0).substring(5)) + 2 - e.line();
                        }
                    }
                })
                .doesNotThrowAnyException();
        assertThat(sum).containsExactly(count / 7 * 21L + 0 + 1 + 2, 0);
    }
}
