package io.github.performer4j.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.SideTable;
import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Selection;
import io.github.performer4j.data.text.TextReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * A split as files that {@link Corpus#open} reads again:
 *
 * <pre>
 * proteins  DIR/train.fasta.gz  DIR/valid.fasta.gz  DIR/splits.tsv  DIR/split.json
 * text      DIR/train/…         DIR/valid/…         DIR/splits.tsv  DIR/split.json
 * examples  DIR/train.csv.gz    DIR/valid.csv.gz    DIR/splits.tsv  DIR/split.json
 * images                                            DIR/splits.tsv  DIR/split.json
 * </pre>
 *
 * {@code splits.tsv} is a {@link SideTable}, the side of every document by its id, which {@code data.splitFile} takes with the data itself: images stay in
 * their files. It needs ids that differ, and documents that are whole.
 * Proteins keep headers and letters; gaps and stops are gone, lower case is upper case, unknown letters are {@code ?}, lines hold 60 residues.
 * Text files are copied as they are, under their names below the corpus; of a single document each side gets its stretch.
 */
public final class SplitFiles {
    /** Name of the table of sides in the folder. */
    public static final String SIDES = "splits.tsv";

    private static final int LINE = 60;

    private SplitFiles() {}

    /**
     * Writes both sides and the report. No file is written twice: of two processes that write to one folder, one is refused.
     *
     * @param split what to write
     * @param directory a new or empty folder
     * @return why there is no table of sides, a line; nothing where there is one
     * @throws DataFileException if the folder holds something or is a file
     * @throws IOException if writing fails
     */
    public static List<String> write(Corpus.Split split, Path directory) throws IOException {
        InputFiles.requireEmpty(directory);
        Files.createDirectories(directory);
        boolean images = images(split.train());
        if (split.train().hasExamples() && !images) {
            ExampleTable.write(split.train(), directory.resolve("train.csv.gz"));
            ExampleTable.write(split.valid(), directory.resolve("valid.csv.gz"));
        } else if (split.train().files().protein() && !images) {
            proteins(split.train(), directory.resolve("train.fasta.gz"));
            proteins(split.valid(), directory.resolve("valid.fasta.gz"));
        } else if (!images) {
            texts(split.train(), directory.resolve("train"));
            texts(split.valid(), directory.resolve("valid"));
        }
        List<String> notes = sides(split, directory);
        report(split, directory);
        return notes;
    }

    /**
     * Refuses images and graphs, whose sides are no files.
     *
     * @throws IllegalArgumentException with the way out
     */
    public static void requireTexts(Corpus data) throws IOException {
        if (images(data)) {
            throw new IllegalArgumentException(
                    "images stay in their files, and so do graphs: their sides are no data of their own; name"
                            + " held-out data (--valid); path=" + data.path());
        }
    }

    private static boolean images(Corpus data) throws IOException {
        if (!data.hasExamples()) {
            return false;
        }
        try (CorpusExamples examples = data.examples()) {
            Example first = examples.next();
            return first != null && (first.symbols() != null || first.graph() != null);
        }
    }

    private static void report(Corpus.Split split, Path directory) throws IOException {
        String report = new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(split.report().toJson());
        Files.writeString(directory.resolve("split.json"), report + "\n");
    }

    /** Writes the table of sides, unless a document is divided, or has the id of another. */
    private static List<String> sides(Corpus.Split split, Path directory) throws IOException {
        Selection train = split.train().selection();
        Selection valid = split.valid().selection();
        if (train.to() < Long.MAX_VALUE) {
            return List.of("no " + SIDES + ": the sides are parts of one document");
        }
        IdSet met = new IdSet();
        Path table = directory.resolve(SIDES);
        String[] again = new String[1];
        try (SideTable.Rows rows = new SideTable.Rows(table)) {
            NamedDocuments.each(split.train(), document -> {
                again[0] = again[0] == null && met.seen(document.id()) ? document.id() : again[0];
                rows.write(document.id(), document.in(train) ? "train" : document.in(valid) ? "valid" : "test");
            });
        }
        if (again[0] == null) {
            return List.of();
        }
        Files.delete(table);
        return List.of("no " + SIDES + ": ids must differ where a table gives sides by them; id=" + again[0]);
    }

    private static void proteins(Corpus side, Path target) throws IOException {
        CorpusFiles files = side.files();
        try (Writer out = new BufferedWriter(new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)),
                StandardCharsets.UTF_8))) {
            for (int file = 0; file < files.files().size(); file++) {
                try (FastaParser parser =
                        FastaParser.open(files.files().get(file), side.config().unknownIsError())) {
                    int ordinal = 0;
                    for (FastaRecord record = parser.next(); record != null; record = parser.next()) {
                        if (side.selection().includes(file, ordinal++)) {
                            write(record, out);
                        }
                    }
                }
            }
        }
    }

    private static void write(FastaRecord record, Writer out) throws IOException {
        out.write(">" + record.header() + "\n");
        String residues = record.sequence();
        for (int at = 0; at < residues.length(); at += LINE) {
            out.write(residues, at, Math.min(LINE, residues.length() - at));
            out.write('\n');
        }
    }

    private static void texts(Corpus side, Path target) throws IOException {
        CorpusFiles files = side.files();
        Selection selection = side.selection();
        for (int file = 0; file < files.files().size(); file++) {
            if (!selection.includes(file, 0)) {
                continue;
            }
            Path source = files.files().get(file);
            Path name = source.equals(files.root())
                    ? source.getFileName()
                    : files.root().relativize(source);
            boolean whole = selection.from() == 0 && selection.to() == Long.MAX_VALUE;
            Path copy = target.resolve(whole ? name.toString() : plainName(name.toString()));
            Files.createDirectories(copy.getParent());
            if (whole) {
                Files.copy(source, copy);
            } else {
                stretch(source, selection, side.config(), copy);
            }
        }
    }

    private static String plainName(String name) {
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        return plain.endsWith(".txt") ? plain : plain + ".txt";
    }

    private static void stretch(Path source, Selection selection, DataConfig config, Path target) throws IOException {
        boolean bytes = config.tokens().equals("byte");
        try (TextReader reader = bytes ? TextReader.bytes(source) : TextReader.characters(source);
                Writer out = Files.newBufferedWriter(
                        target,
                        bytes ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE_NEW)) {
            long place = 0;
            for (int symbol = reader.read(); symbol >= 0 && place < selection.to(); symbol = reader.read()) {
                if (place++ >= selection.from()) {
                    out.write(Character.toChars(symbol));
                }
            }
        }
    }
}
