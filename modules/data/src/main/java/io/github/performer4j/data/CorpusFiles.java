package io.github.performer4j.data;

import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.data.text.TextReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * The files of a corpus and what they hold.
 *
 * @param root the path as given
 * @param files its files in order of their names
 * @param protein whether they are FASTA rather than text
 */
record CorpusFiles(Path root, List<Path> files, boolean protein) {
    private static final List<String> FASTA = List.of(".fasta", ".fa", ".faa", ".fas");
    private static final List<String> TEXT = List.of(".txt");

    /** Finds the files a configuration asks for, and reads the beginning of each. */
    static CorpusFiles find(Path root, DataConfig config) throws IOException {
        boolean wantsProtein = config.tokens().equals("protein");
        String named = config.format().equals("auto") ? byNames(root) : config.format();
        if (named != null && named.equals("protein") != wantsProtein) {
            throw new IllegalArgumentException(
                    (wantsProtein ? "tokens protein need FASTA" : "FASTA needs tokens protein") + "; path=" + root
                            + ", format=" + named + ", tokens=" + config.tokens());
        }
        CorpusFiles found = new CorpusFiles(root, InputFiles.list(root, wantsProtein ? FASTA : TEXT), wantsProtein);
        if (found.files.isEmpty()) {
            throw new DataFileException(
                    root.toString(),
                    0,
                    "the folder must hold " + (wantsProtein ? FASTA : TEXT) + " files (or .gz of them); found none");
        }
        if (wantsProtein) {
            for (Path file : found.files) {
                try (FastaParser parser = FastaParser.open(file, config.unknownIsError())) {
                    parser.next();
                }
            }
        }
        return found;
    }

    /** Tells the format by file names, or null. */
    private static String byNames(Path root) throws IOException {
        InputFiles.requireExists(root);
        if (!Files.isDirectory(root)) {
            return InputFiles.hasEnding(root, FASTA) ? "protein" : InputFiles.hasEnding(root, TEXT) ? "text" : null;
        }
        boolean fasta = !InputFiles.list(root, FASTA).isEmpty();
        boolean text = !InputFiles.list(root, TEXT).isEmpty();
        return fasta == text ? null : fasta ? "protein" : "text";
    }

    /** Tells the format by names, then by the first character that is no blank. */
    static String detect(Path root) throws IOException {
        String named = byNames(root);
        if (named != null) {
            return named;
        }
        if (Files.isDirectory(root)) {
            throw new DataFileException(
                    root.toString(),
                    0,
                    "the folder must hold files of one kind, " + FASTA + " or " + TEXT + "; found none or both");
        }
        try (InputStream in = InputFiles.open(root)) {
            int c = in.read();
            while (c == ' ' || (c >= '\t' && c <= '\r')) {
                c = in.read();
            }
            return c == '>' || c == ';' ? "protein" : "text";
        }
    }

    PartReader open(int file, Selection selection, DataConfig config, Tokenizer tokenizer) throws IOException {
        return protein
                ? new ProteinPartReader(files.get(file), file, selection, config.unknownIsError())
                : new TextPartReader(files.get(file), file, selection, tokenizer, config.unknownIsError());
    }

    /** Builds the tokenizer of the characters of a selection. */
    CharacterTokenizer alphabet(Selection selection) throws IOException {
        BitSet seen = new BitSet();
        for (int file = 0; file < files.size(); file++) {
            if (selection.includes(file, 0)) {
                try (TextReader reader = TextReader.characters(files.get(file))) {
                    long place = 0;
                    int symbol = reader.read();
                    while (symbol >= 0 && place < selection.to()) {
                        if (place++ >= selection.from()) {
                            seen.set(symbol);
                        }
                        symbol = reader.read();
                    }
                }
            }
        }
        if (seen.isEmpty()) {
            throw noTokens();
        }
        return new CharacterTokenizer(seen.stream().toArray());
    }

    DataFileException noTokens() {
        return new DataFileException(
                root.toString(),
                0,
                "a corpus must hold at least one " + (protein ? "residue" : "character") + "; found none");
    }
}
