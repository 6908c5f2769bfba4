package io.github.performer4j.data;

import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.DataFolder;
import io.github.performer4j.data.files.InputFiles;
import io.github.performer4j.data.files.TextEncoding;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.read.Selection;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.TokenizerKind;
import io.github.performer4j.data.token.TokenizerKinds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of a corpus and what they hold.
 *
 * @param folder the path as given and its files
 * @param protein whether their documents are proteins rather than text
 * @param format of files of examples; null for FASTA and plain text, which have documents without columns
 */
record CorpusFiles(DataFolder folder, boolean protein, ExampleFormat format) {
    private static final List<String> FASTA = List.of(".fasta", ".fa", ".faa", ".fas");
    private static final List<String> TEXT = List.of(".txt");
    /** Formats that an ending tells; the endings of the others are those of FASTA and plain text. */
    private static final List<String> TOLD = List.of("table", "json-lines", "images-idx");

    private static final int BEGINNING = 1 << 16;

    /** Finds the files a configuration asks for, and reads the beginning of each. */
    static CorpusFiles find(Path root, DataConfig config) throws IOException {
        ExampleFormat format = format(root, config);
        if (format != null) {
            return examples(root, format, config.tokens().equals("protein"));
        }
        TokenizerKind kind = TokenizerKinds.named(config.tokens());
        String named = config.kind().equals("auto") ? byNames(root) : config.kind();
        boolean either = kind.reads(true) && kind.reads(false);
        boolean wantsProtein = either ? (named == null ? detect(root) : named).equals("protein") : kind.reads(true);
        if (named != null && named.equals("protein") != wantsProtein) {
            throw new IllegalArgumentException(
                    (wantsProtein ? "tokens protein need FASTA" : "FASTA needs tokens protein") + "; path=" + root
                            + ", kind=" + named + ", tokens=" + config.tokens());
        }
        CorpusFiles found = new CorpusFiles(DataFolder.of(root, wantsProtein ? FASTA : TEXT), wantsProtein, null);
        found.requireFiles(wantsProtein ? FASTA : TEXT);
        if (wantsProtein) {
            for (Path file : found.files()) {
                try (FastaParser parser = FastaParser.open(file, config.unknownIsError())) {
                    parser.next();
                }
            }
        }
        return found;
    }

    /** Returns the format of examples that is named, or that labels or an ending call for; null for none. */
    private static ExampleFormat format(Path root, DataConfig config) throws IOException {
        ExampleFormat format = called(root, config);
        if (format == null) {
            config.columns().options().requireNoTransform("a transform stands in front of tables only");
        }
        return format;
    }

    private static ExampleFormat called(Path root, DataConfig config) throws IOException {
        boolean labelled =
                config.columns().labelFile() != null || config.columns().labelPattern() != null;
        return switch (config.kind()) {
            case "auto" -> {
                InputFiles.requireExists(root);
                boolean folder = Files.isDirectory(root);
                ExampleFormat graphs = folder ? graphs(root) : null;
                if (graphs != null) {
                    yield graphs;
                }
                Optional<ExampleFormat> told = folder
                        ? Optional.empty()
                        : ExampleFormats.of(root).filter(f -> TOLD.contains(f.name()) || f.graphs());
                yield told.orElse(labelled ? ExampleFormats.named("fasta") : null);
            }
            case "protein" -> labelled ? ExampleFormats.named("fasta") : null;
            case "text" -> null;
            default -> ExampleFormats.named(config.kind());
        };
    }

    /** Returns the format of graphs that a folder's names tell; null for none. */
    private static ExampleFormat graphs(Path folder) throws IOException {
        List<String> names = DataFolder.of(folder, List.of()).leftOut(); // nothing is opened, or refused
        for (ExampleFormat format : ExampleFormats.all()) {
            if (format.graphs() && format.recognises(names)) {
                return format;
            }
        }
        return null;
    }

    /** Finds files of examples; null if there are only documents. */
    static CorpusFiles examples(Path root, DataConfig config) throws IOException {
        ExampleFormat format = format(root, config);
        return format == null ? null : examples(root, format, config.tokens().equals("protein"));
    }

    private static CorpusFiles examples(Path root, ExampleFormat format, boolean protein) throws IOException {
        InputFiles.requireExists(root);
        if (format.ofFolders() && !format.graphs() && !Files.isDirectory(root)) {
            throw new DataFileException(
                    root.toString(), 0, "the kind " + format.name() + " needs a folder; found a file");
        }
        CorpusFiles found = new CorpusFiles(DataFolder.of(root, format.endings()), protein, format);
        found.requireFiles(format.endings());
        return found;
    }

    /** Makes the one source of examples that lie in no file. */
    static CorpusFiles of(OwnExamples examples, boolean protein) {
        Path name = Path.of(examples.data());
        return new CorpusFiles(new DataFolder(name, List.of(name), List.of()), protein, examples);
    }

    private void requireFiles(List<String> endings) throws DataFileException {
        if (files().isEmpty()) {
            String others = folder.leftOutLine();
            throw new DataFileException(
                    root().toString(),
                    0,
                    "the folder must hold " + endings + " files (or .gz of them); found none"
                            + (others.isEmpty() ? "" : "; " + others));
        }
    }

    Path root() {
        return folder.root();
    }

    List<Path> files() {
        return folder.files();
    }

    /** Returns what is opened, by number: the files, or the folder itself where a format takes it whole. */
    List<Path> sources() {
        return format != null && format.ofFolders() ? List.of(root()) : files();
    }

    /** Returns what one document is called. */
    String noun() {
        return format != null && format.graphs()
                ? "graph"
                : format != null && !protein ? "example" : protein ? "sequence" : "text";
    }

    /** Returns "protein" or "text" for documents without columns, else the format's name. */
    String kind() {
        return format != null ? format.name() : protein ? "protein" : "text";
    }

    /** Returns whether documents are short, so that they are shuffled whole, and one window is taken of long ones. */
    boolean brief() {
        return protein || format != null;
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

    /** Opens a file of examples. */
    ExampleReader examples(int file, DataConfig config) throws IOException {
        return format.open(sources().get(file), config.columns());
    }

    PartReader open(int file, Selection selection, DataConfig config, Tokenizer tokenizer, LabelReader labels)
            throws IOException {
        Path path = sources().get(file);
        boolean error = config.unknownIsError();
        if (format != null) {
            return PartReader.ofExamples(examples(file, config), path, file, selection, tokenizer, labels, config);
        }
        if (protein) {
            return PartReader.ofProteins(path, file, selection, tokenizer, error);
        }
        return PartReader.ofText(path, file, selection, tokenizer, error);
    }

    DataFileException noTokens() {
        return new DataFileException(
                root().toString(),
                0,
                "a corpus must hold at least one " + (protein ? "residue" : "character") + "; found none");
    }
}
