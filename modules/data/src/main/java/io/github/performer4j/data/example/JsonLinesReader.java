package io.github.performer4j.data.example;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Examples of JSON lines: an object a line, whose keys are the columns. Values are strings, numbers (as written) or
 * booleans; a label may also be an array of them, joined by {@link ReadingOptions#labelSeparator}, an empty one to an
 * empty label. Other keys may hold anything. Lines of blanks only are passed over and counted.
 */
final class JsonLinesReader implements ExampleReader {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final LineReader lines;
    private final String path;
    private final ExampleColumns columns;
    private final List<String> named;
    private long number;
    private long blank;

    JsonLinesReader(Path file, ExampleColumns columns) throws IOException {
        columns.requireNoLabelSource(file.toString());
        lines = new LineReader(file);
        path = file.toString();
        this.columns = columns;
        named = columns.named();
    }

    @Override
    public Example next() throws IOException {
        String line = lines.next();
        while (line != null && line.isBlank()) {
            blank++;
            line = lines.next();
        }
        return line == null ? null : example(line, ++number);
    }

    private Example example(String line, long count) throws IOException {
        Map<String, String> values = parse(line);
        List<String> texts = new ArrayList<>();
        for (String name : columns.texts()) {
            texts.add(required(name, values));
        }
        return new Example(
                lines.line(),
                columns.id() == null ? Example.rowId(count) : required(columns.id(), values),
                texts,
                null,
                labels(values),
                optional(columns.group(), values),
                optional(columns.time(), values),
                optional(columns.split(), values));
    }

    /** Returns the named values of an object, null where the file has null; all its keys are there. */
    private Map<String, String> parse(String line) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        try (JsonParser parser = FACTORY.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw fault("every line must be a JSON object; found " + shown(line));
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                values.put(key, named.contains(key) ? value(parser, key) : skipped(parser));
            }
            if (parser.nextToken() != null) {
                throw fault("every line must be one JSON object; found more behind it");
            }
        } catch (JsonProcessingException e) {
            throw fault("every line must be a JSON object; found "
                    + e.getOriginalMessage().replaceAll("\\s+", " ").replaceAll(" \\(start marker at .*\\)$", "")
                    + " at column "
                    + (e.getLocation() == null ? 0 : e.getLocation().getColumnNr()));
        }
        return values;
    }

    private static String skipped(JsonParser parser) throws IOException {
        parser.skipChildren();
        return "";
    }

    private String value(JsonParser parser, String key) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return scalar(parser, key);
        }
        if (!columns.labels().contains(key)) {
            throw fault("only a label may be an array; key=" + key);
        }
        String separator = columns.options().labelSeparator();
        List<String> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String element = scalar(parser, key);
            if (element == null || element.isEmpty() || element.contains(separator)) {
                throw fault("elements of a label must not be empty nor hold the separator; key=" + key + ", element="
                        + element + ", labelSeparator=" + separator);
            }
            elements.add(element);
        }
        return String.join(separator, elements);
    }

    private String scalar(JsonParser parser, String key) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!token.isScalarValue()) {
            throw fault("a value must be a string, a number or a boolean; key=" + key + ", found="
                    + (token == JsonToken.START_OBJECT ? "an object" : "an array"));
        }
        String text = parser.getText();
        if (text.indexOf('\0') >= 0) {
            throw fault("text must not hold NUL; key=" + key);
        }
        return text;
    }

    private List<String> labels(Map<String, String> values) throws DataFileException {
        List<String> labels = new ArrayList<>();
        for (String key : columns.labels()) {
            if (values.get(key) == null && !columns.options().labelsRequired()) {
                return List.of();
            }
            labels.add(required(key, values));
        }
        return labels;
    }

    private String required(String key, Map<String, String> values) throws DataFileException {
        if (!values.containsKey(key)) {
            throw fault("every named key must be in the object; missing=" + key + ", found=" + values.keySet());
        }
        if (values.get(key) == null) {
            throw fault("a named key must have a value; key=" + key + ", found=null");
        }
        return values.get(key);
    }

    private String optional(String key, Map<String, String> values) throws DataFileException {
        return key == null ? null : required(key, values);
    }

    private static String shown(String line) {
        return line.length() <= 40 ? line : line.substring(0, 40) + "…";
    }

    private DataFileException fault(String rule) {
        return new DataFileException(path, lines.line(), rule);
    }

    @Override
    public List<String> notes() {
        return blank == 0 ? List.of() : List.of(String.format(Locale.ROOT, "empty lines passed over: %,d", blank));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
