package io.github.performer4j.data;

import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.DataFolder;
import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.data.files.TextEncoding;
import io.github.performer4j.data.text.TextReader;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.TokenizerKind;
import io.github.performer4j.data.token.TokenizerKinds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * The files of a corpus and what they hold.
 *
 * @param folder the path as given and its files
 * @param protein whether they are FASTA rather than text
 */
record CorpusFiles(DataFolder folder, boolean protein) {
    private static final List<String> FASTA = List.of(".fasta", ".fa", ".faa", ".fas");
    private static final List<String> TEXT = List.of(".txt");
    private static final int BEGINNING = 1 << 16;

    /** Finds the files a configuration asks for, and reads the beginning of each. */
    static CorpusFiles find(Path root, DataConfig config) throws IOException {
        TokenizerKind kind = TokenizerKinds.named(config.tokens());
        String named = config.format().equals("auto") ? byNames(root) : config.format();
        boolean either = kind.reads(true) && kind.reads(false);
        boolean wantsProtein = either ? (named == null ? detect(root) : named).equals("protein") : kind.reads(true);
        if (named != null && named.equals("protein") != wantsProtein) {
            throw new IllegalArgumentException(
                    (wantsProtein ? "tokens protein need FASTA" : "FASTA needs tokens protein") + "; path=" + root
                            + ", format=" + named + ", tokens=" + config.tokens());
        }
        CorpusFiles found = new CorpusFiles(DataFolder.of(root, wantsProtein ? FASTA : TEXT), wantsProtein);
        if (found.files().isEmpty()) {
            String others = found.folder.leftOutLine();
            throw new DataFileException(
                    root.toString(),
                    0,
                    "the folder must hold " + (wantsProtein ? FASTA : TEXT) + " files (or .gz of them); found none"
                            + (others.isEmpty() ? "" : "; " + others));
        }
        if (wantsProtein) {
            for (Path file : found.files()) {
                try (FastaParser parser = FastaParser.open(file, config.unknownIsError())) {
                    parser.next();
                }
            }
        }
        return found;
    }

    Path root() {
        return folder.root();
    }

    List<Path> files() {
        return folder.files();
    }

    /** Tells the format by file names, or null. */
    private static String byNames(Path root) throws IOException {
        InputFiles.requireExists(root);
        if (!Files.isDirectory(root)) {
            return DataFolder.hasEnding(root, FASTA) ? "protein" : DataFolder.hasEnding(root, TEXT) ? "text" : null;
        }
        boolean fasta = !DataFolder.of(root, FASTA).files().isEmpty();
        boolean text = !DataFolder.of(root, TEXT).files().isEmpty();
        return fasta == text ? null : fasta ? "protein" : "text";
    }

    /** Tells the format by names, then by the first character that is no blank. */
    static String detect(Path root) throws IOException {
        String named = byNames(root);
        if (named != null) {
            return named;
        }
        if (Files.isDirectory(root)) {
            boolean none = DataFolder.of(root, FASTA).files().isEmpty();
            throw new DataFileException(
                    root.toString(),
                    0,
                    "the folder must hold files of one kind, " + FASTA + " or " + TEXT
                            + ", or the tokens say which to read; " + (none ? "found none" : "found both"));
        }
        try (InputStream in = InputFiles.open(root)) {
            byte[] start = in.readNBytes(BEGINNING);
            TextEncoding.requireUtf8(start, start.length, root.toString());
            int at = TextEncoding.mark(start, start.length);
            while (at < start.length && (start[at] == ' ' || (start[at] >= '\t' && start[at] <= '\r'))) {
                at++;
            }
            return at < start.length && (start[at] == '>' || start[at] == ';') ? "protein" : "text";
        }
    }

    PartReader open(int file, Selection selection, DataConfig config, Tokenizer tokenizer) throws IOException {
        Path path = files().get(file);
        if (protein) {
            return new ProteinPartReader(path, file, selection, tokenizer, config.unknownIsError());
        }
        boolean bySymbol = tokenizer instanceof CharacterTokenizer || tokenizer instanceof ByteTokenizer;
        return bySymbol
                ? new TextPartReader(path, file, selection, tokenizer, config.unknownIsError())
                : new StretchPartReader(path, file, selection, tokenizer, config.unknownIsError());
    }

    /** Builds the tokenizer of the characters of a selection. */
    CharacterTokenizer alphabet(Selection selection) throws IOException {
        BitSet seen = new BitSet();
        for (int file = 0; file < files().size(); file++) {
            if (selection.includes(file, 0)) {
                try (TextReader reader = TextReader.characters(files().get(file))) {
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
                root().toString(),
                0,
                "a corpus must hold at least one " + (protein ? "residue" : "character") + "; found none");
    }
}
