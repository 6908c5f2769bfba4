package io.github.performer4j.data;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Writes one side of examples as a table with the columns that the configuration names; {@code id} and {@code label} where it names none. */
final class ExampleTable {
    private ExampleTable() {}

    /**
     * Writes a side of texts.
     *
     * @param target a new file, gzip
     */
    static void write(Corpus side, Path target) throws IOException {
        ExampleColumns columns = side.config().columns();
        SequenceWriter rows = null;
        try (CorpusExamples examples = side.examples();
                Writer out = new BufferedWriter(new OutputStreamWriter(
                        new GZIPOutputStream(Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)),
                        StandardCharsets.UTF_8))) {
            for (Example example = examples.next(); example != null; example = examples.next()) {
                if (rows == null) {
                    rows = new CsvMapper().writer(schema(columns, example)).writeValues(out);
                }
                rows.write(row(columns, example));
            }
            if (rows != null) {
                rows.flush();
            }
        }
    }

    private static CsvSchema schema(ExampleColumns columns, Example first) {
        CsvSchema.Builder schema = CsvSchema.builder().setUseHeader(true);
        names(columns, first).forEach(schema::addColumn);
        return schema.build();
    }

    private static List<String> names(ExampleColumns columns, Example first) {
        List<String> names = new ArrayList<>();
        names.add(columns.id() == null ? "id" : columns.id());
        names.add(columns.text());
        if (first.texts().size() > 1) {
            names.add(columns.pair());
            names.addAll(columns.negatives());
        }
        for (int i = 0; i < first.labels().size(); i++) {
            boolean named = i < columns.labels().size();
            names.add(named ? columns.labels().get(i) : first.labels().size() == 1 ? "label" : "label-" + (i + 1));
        }
        for (String name : new String[] {columns.group(), columns.time(), columns.split()}) {
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    private static List<String> row(ExampleColumns columns, Example example) {
        List<String> row = new ArrayList<>();
        row.add(example.id());
        row.addAll(example.texts());
        row.addAll(example.labels());
        if (columns.group() != null) {
            row.add(example.group());
        }
        if (columns.time() != null) {
            row.add(example.time());
        }
        if (columns.split() != null) {
            row.add(example.split());
        }
        return row;
    }
}
