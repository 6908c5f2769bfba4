package io.github.performer4j.data.made;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.github.performer4j.data.files.DataFileException;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** A table that is being written, under another name until it is whole: tabs between fields in files named {@code .tsv}, else commas; gzip where the name ends with {@code .gz}. Fields are quoted where they must be. */
final class MadeTable implements Closeable {
    private static final List<String> SIDES = List.of("train", "valid", "test", PassageSides.NONE);

    private final Path file;
    private final Path part;
    private final Writer out;
    private final SequenceWriter rows;
    private final Map<String, Map<String, Long>> classes = new TreeMap<>(Comparator.comparingInt(SIDES::indexOf));

    private MadeTable(Path file, Path part, Writer out, SequenceWriter rows) {
        this.file = file;
        this.part = part;
        this.out = out;
        this.rows = rows;
    }

    /**
     * Begins a table with its header.
     *
     * @throws DataFileException if the file is there already
     */
    static MadeTable create(Path file, String... columns) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (Files.exists(file)) {
            throw new DataFileException(file.toString(), 0, "the output must be a new file; found one");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        OutputStream to = Files.newOutputStream(part);
        Writer out = new BufferedWriter(
                new OutputStreamWriter(name.endsWith(".gz") ? new GZIPOutputStream(to) : to, StandardCharsets.UTF_8));
        CsvSchema.Builder schema = CsvSchema.builder()
                .setUseHeader(true)
                .setColumnSeparator(name.matches(".*\\.(tsv|tab)(\\.gz)?") ? '\t' : ',');
        for (String column : columns) {
            schema.addColumn(column);
        }
        CsvMapper mapper = new CsvMapper();
        mapper.enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING); // else every long field is quoted
        return new MadeTable(file, part, out, mapper.writer(schema.build()).writeValues(out));
    }

    /** Adds a row. */
    void add(String... fields) throws IOException {
        rows.write(Arrays.asList(fields));
    }

    /** Counts labels of a side. */
    void count(String side, String label, long n) {
        classes.computeIfAbsent(side, s -> new TreeMap<>()).merge(label, n, Long::sum);
    }

    /** Gives the file its name. Returns what was counted. */
    MadeSummary finish() throws IOException {
        rows.flush();
        out.close();
        Files.move(part, file);
        return new MadeSummary(classes);
    }

    /** Leaves nothing behind of a table that was not finished. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(part);
    }
}
