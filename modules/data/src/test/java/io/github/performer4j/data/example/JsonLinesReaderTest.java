package io.github.performer4j.data.example;

import static io.github.performer4j.data.example.Reading.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.data.Samples;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesReaderTest {
    private static final ExampleColumns LABELLED = ExampleColumns.defaults().withLabels("y");

    @TempDir
    Path dir;

    private Path file(String... lines) throws IOException {
        return Files.writeString(dir.resolve("t.jsonl"), String.join("\n", lines) + "\n");
    }

    @Test
    void keysAreColumns() throws IOException {
        Path file = file(
                "\uFEFF{\"a\":\"first\\nline\",\"b\":7,\"y\":1.50,\"z\":true,\"k\":\"k1\",\"g\":1,\"t\":2001"
                        + ",\"s\":\"train\",\"x\":{\"deep\":[1]}}",
                "",
                "  {\"x\":[{}],\"s\":\"test\",\"t\":2002,\"g\":1e5,\"k\":10,\"z\":\"no\",\"y\":[\"p\",3"
                        + ",false],\"b\":\"\",\"a\":\"é😀\"}\r");
        ExampleColumns columns =
                new ExampleColumns("a", "b", List.of("y", "z"), "k", "g", "t", "s", null, null, null, null);
        Reading.Read read = Reading.read("json-lines", file, columns);
        assertThat(read.examples())
                .containsExactly(
                        new Example(
                                1,
                                "k1",
                                List.of("first\nline", "7"),
                                null,
                                List.of("1.50", "true"),
                                "1",
                                "2001",
                                "train"),
                        new Example(
                                3, "10", List.of("é😀", ""), null, List.of("p|3|false", "no"), "1e5", "2002", "test"));
        assertThat(read.notes()).containsExactly("empty lines passed over: 1");
    }

    @Test
    void generatedObjectsComeBack() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        CounterRandom draws = CounterRandom.of(5, 3);
        StringBuilder text = new StringBuilder();
        List<Example> expected = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            StringBuilder value = new StringBuilder();
            for (int n = draws.nextInt(9); n > 0; n--) {
                value.appendCodePoint(1 + draws.nextInt(0xD7FF));
            }
            String label = Integer.toString(draws.nextInt(5) - 2);
            ObjectNode node = mapper.createObjectNode().put("text", value.toString());
            text.append(node.put("y", Integer.parseInt(label)).toString()).append('\n');
            expected.add(new Example(i, "row-" + i, List.of(value.toString()), null, List.of(label), null, null, null));
        }
        Path file = Files.write(dir.resolve("t.ndjson.gz"), Samples.gzip(text.toString()));
        assertThat(Reading.read("json-lines", file, LABELLED).examples()).isEqualTo(expected);
    }

    /** The labels of a sequence are an array; the separator is the caller's. */
    @Test
    void arraysAreJoined() throws IOException {
        Path file = file("{\"text\":\"EU rejects\",\"y\":[\"B-ORG\",\"O\"]}", "{\"text\":\"\",\"y\":[]}");
        ExampleColumns blanks = LABELLED.withOptions(ReadingOptions.defaults().withLabelSeparator(" "));
        assertThat(Reading.read("json-lines", file, blanks).examples())
                .extracting(Example::labels)
                .containsExactly(List.of("B-ORG O"), List.of(""));
    }

    @Test
    void examplesWithoutLabelsAreKeptIfAskedFor() throws IOException {
        Path file = file("{\"text\":\"a\",\"y\":1}", "{\"text\":\"b\"}", "{\"text\":\"c\",\"y\":null}");
        ExampleColumns none = LABELLED.withOptions(ReadingOptions.defaults().withUnlabelled("none"));
        assertThat(Reading.read("json-lines", file, none).examples())
                .extracting(Example::labels)
                .containsExactly(List.of("1"), List.of(), List.of());
        fault("{\"text\":\"c\",\"y\":null}", "a named key must have a value; key=y, found=null");
    }

    @Test
    void faultsNameFileLineAndValue() throws IOException {
        fault("{\"text\":\"b\"}", "every named key must be in the object; missing=y, found=[text]");
        fault("[1]", "every line must be a JSON object; found [1]");
        fault("\"" + "x".repeat(60) + "\"", "every line must be a JSON object; found \"" + "x".repeat(39) + "…");
        fault(
                "{\"text\":\"a\",\"y\":1,\"y\":2}",
                "every line must be a JSON object; found Duplicate field 'y' at column 22");
        fault(
                "{\"text\":\"a\",\"u\":{\"v\":1,\"v\":2},\"y\":2}",
                "every line must be a JSON object; found Duplicate field 'v' at column 27");
        fault(
                "{\"text\":\"a\",\"y\":1",
                "every line must be a JSON object; found Unexpected end-of-input: expected close marker for"
                        + " Object at column 18");
        fault("{\"text\":\"a\",\"y\":1} {}", "every line must be one JSON object; found more behind it");
        fault("{\"text\":[\"a\"],\"y\":1}", "only a label may be an array; key=text");
        fault("{\"text\":{},\"y\":1}", "a value must be a string, a number or a boolean; key=text, found=an object");
        fault("{\"text\":\"a\",\"y\":[[1]]}", "a value must be a string, a number or a boolean; key=y, found=an array");
        fault(
                "{\"text\":\"a\",\"y\":[\"p|q\"]}",
                "elements of a label must not be empty nor hold the separator; key=y, element=p|q, labelSeparator=|");
        fault(
                "{\"text\":\"a\",\"y\":[null]}",
                "elements of a label must not be empty nor hold the separator; key=y, element=null, labelSeparator=|");
        fault("{\"text\":\"a\\u0000\",\"y\":1}", "text must not hold NUL; key=text");
    }

    /** The fault stands in line 2 behind a good one. */
    private void fault(String line, String message) throws IOException {
        refuses("json-lines", file("{\"text\":\"a\",\"y\":1}", line), LABELLED, "t.jsonl:2: " + message);
    }
}
