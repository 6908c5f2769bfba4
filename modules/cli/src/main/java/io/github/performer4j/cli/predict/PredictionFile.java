package io.github.performer4j.cli.predict;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A file of rows with named columns, UTF-8, in the form that its name says: {@code .csv} with commas, {@code .jsonl} an
 * object a line, all others with tabs. In tables a field with a separator, a quote or a line break stands in quotes (RFC
 * 4180, with tabs too), a list is joined by {@code |}, and null is an empty field; in JSON a list is an array.
 */
final class PredictionFile implements Closeable {
    private final List<String> columns;
    private final SequenceWriter rows;
    private final boolean json;

    /**
     * Opens a file.
     *
     * @param named the file whose ending tells the form
     * @param written the file to write, replaced
     * @param columns in their order
     */
    PredictionFile(Path named, Path written, List<String> columns) throws IOException {
        this.columns = columns;
        String name = named.getFileName().toString().toLowerCase(Locale.ROOT);
        json = name.endsWith(".jsonl");
        Writer out = Files.newBufferedWriter(written, StandardCharsets.UTF_8);
        try {
            rows = json
                    ? new ObjectMapper().writer().withRootValueSeparator("\n").writeValues(out)
                    : table(name.endsWith(".csv") ? ',' : '\t').writeValues(out);
            if (!json) {
                rows.write(columns);
            }
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
    }

    /**
     * Refuses a name that promises another form.
     *
     * @throws IllegalArgumentException if it does
     */
    static void check(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".gz") || name.endsWith(".json") || name.endsWith(".parquet")) {
            throw new IllegalArgumentException(
                    "predictions are written as .tsv, .csv or .jsonl, uncompressed; --out=" + file);
        }
    }

    private static ObjectWriter table(char separator) {
        CsvMapper mapper = CsvMapper.builder()
                .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
                .build();
        return mapper.writerFor(List.class)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator).withLineSeparator("\n"));
    }

    /**
     * Writes a row. In JSON a last value that is null is left out.
     *
     * @param values a text, number, list of texts or null for each column
     */
    void write(List<Object> values) throws IOException {
        if (!json) {
            rows.write(values.stream().map(PredictionFile::field).toList());
            return;
        }
        Map<String, Object> object = new LinkedHashMap<>();
        for (int c = 0; c < columns.size(); c++) {
            if (c < columns.size() - 1 || values.get(c) != null) {
                object.put(columns.get(c), values.get(c));
            }
        }
        rows.write(object);
    }

    private static Object field(Object value) {
        return value == null
                ? ""
                : value instanceof List<?> list
                        ? String.join("|", list.stream().map(String::valueOf).toList())
                        : value;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
