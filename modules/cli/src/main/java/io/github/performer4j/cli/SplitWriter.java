package io.github.performer4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.Document;
import io.github.performer4j.data.DocumentStream;
import io.github.performer4j.data.Tokenizer;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes the two sides of a split.
 *
 * <pre>
 * proteins  DIR/train.fasta  DIR/valid.fasta   upper case, gaps and stops left out, unknown letters as X
 * text      DIR/train/NAME   DIR/valid/NAME    byte for byte
 * DIR/split.json                               the report
 * </pre>
 */
final class SplitWriter {
    private static final int LINE = 60;

    private SplitWriter() {}

    static void write(Corpus.Split split, Path folder) throws IOException {
        Files.createDirectories(folder);
        boolean protein = split.train().format().equals("protein");
        for (boolean train : new boolean[] {true, false}) {
            Corpus side = train ? split.train() : split.valid();
            String name = train ? "train" : "valid";
            if (protein) {
                proteins(side, folder.resolve(name + ".fasta"));
            } else {
                texts(side, folder.resolve(name));
            }
        }
        Files.writeString(
                folder.resolve("split.json"),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(split.report().toJson()) + "\n",
                StandardCharsets.UTF_8);
    }

    private static void proteins(Corpus side, Path file) throws IOException {
        Tokenizer tokenizer = side.tokenizer();
        try (DocumentStream documents = side.stream();
                BufferedWriter fasta = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            for (Document document = documents.next(); document != null; document = documents.next()) {
                StringBuilder residues = new StringBuilder(document.tokens().length);
                for (int id : document.tokens()) {
                    residues.append(tokenizer.special(id) ? "X" : tokenizer.symbol(id));
                }
                fasta.write(">" + document.name() + "\n");
                for (int at = 0; at < residues.length(); at += LINE) {
                    fasta.append(residues, at, Math.min(residues.length(), at + LINE))
                            .append('\n');
                }
            }
        }
    }

    /** Expects byte tokens: nothing is unknown to them. */
    private static void texts(Corpus side, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder;
        try (DocumentStream documents = side.stream()) {
            for (Document document = documents.next(); document != null; document = documents.next()) {
                // A long text comes in stretches, the first of which starts at 0.
                file = document.start() == 0 ? fresh(folder, plain(document.name())) : file;
                append(file, document);
            }
        }
    }

    private static void append(Path file, Document document) throws IOException {
        try (OutputStream out = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
            for (int id : document.tokens()) {
                out.write(id - Tokenizer.SPECIALS);
            }
        }
    }

    /** Files of one name in different folders become NAME, 2-NAME, 3-NAME. */
    private static Path fresh(Path folder, String name) {
        Path file = folder.resolve(name);
        for (int i = 2; Files.exists(file); i++) {
            file = folder.resolve(i + "-" + name);
        }
        return file;
    }

    /** The file's own name, without folders and without the compression that the copy does not have. */
    private static String plain(String name) {
        String last = Path.of(name).getFileName().toString();
        return last.endsWith(".gz") ? last.substring(0, last.length() - 3) : last;
    }
}
