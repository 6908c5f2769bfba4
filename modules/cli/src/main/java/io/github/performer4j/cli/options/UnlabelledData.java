package io.github.performer4j.cli.options;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleFormat;
import io.github.performer4j.data.example.ExampleFormats;
import io.github.performer4j.data.example.ReadingOptions;
import io.github.performer4j.data.files.DataFolder;
import io.github.performer4j.data.read.DataConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Data to predict labels of. Text, pair and id stand where they stood in training, if the command line does not say
 * otherwise; columns of labels, groups and splits are not read. The kind is that of the training where the file's name
 * allows it, else what the name says. For predictions FASTA is read as examples, so that every record has its line of the
 * result.
 */
final class UnlabelledData {
    private static final List<String> WITH_COLUMNS = List.of("table", "json-lines");

    private final ModelInfo info;
    private final ColumnOptions options;
    private final UnknownOption unknown;

    UnlabelledData(ModelInfo info, ColumnOptions options, UnknownOption unknown) {
        this.info = info;
        this.options = options;
        this.unknown = unknown;
    }

    /**
     * Opens a path.
     *
     * @param sides names the table of sides, if there is one
     * @throws IllegalArgumentException if the command line names columns that predictions have no use for
     */
    Corpus open(Path data, UnaryOperator<DataConfig> sides) throws IOException {
        return open(data, true, true, sides);
    }

    /**
     * Opens a path of single texts, whatever the model has learnt from.
     *
     * @throws IllegalArgumentException if the command line names a second text
     */
    Corpus texts(Path data) throws IOException {
        if (options.own().containsKey("data.columns.pair")) {
            throw new IllegalArgumentException(
                    "vectors are of single texts: name one column by --text-column; option=--pair-column");
        }
        return open(data, false, true, UnlabelledData::whole);
    }

    /**
     * Opens a path of sources, whose targets are not read.
     *
     * @param sides names the table of sides, if there is one
     * @throws IllegalArgumentException if the command line names a target
     */
    Corpus sources(Path data, UnaryOperator<DataConfig> sides) throws IOException {
        if (options.own().containsKey("data.columns.pair")) {
            throw new IllegalArgumentException(
                    "targets are written, and not read: leave the option out; option=--target-column");
        }
        return open(data, false, true, sides);
    }

    /**
     * Opens a path as training would, but for the labels: FASTA and plain text are documents, and stay such.
     *
     * @throws IllegalArgumentException if the command line names columns that vectors have no use for
     */
    Corpus documents(Path data) throws IOException {
        return open(data, true, false, UnlabelledData::whole);
    }

    /** The table of sides that the model was trained by is one of other data. */
    private static DataConfig whole(DataConfig reading) {
        return reading.withSplitFile(null);
    }

    private Corpus open(Path data, boolean pairs, boolean records, UnaryOperator<DataConfig> sides) throws IOException {
        Map<String, String> own = options.own();
        for (String key : List.of("negatives", "labels", "split", "group", "time", "labelFile", "labelPattern")) {
            if (own.containsKey("data.columns." + key)) {
                throw new IllegalArgumentException(
                        "predictions and vectors need text, and no labels, groups or splits; option="
                                + own.get("data.columns." + key));
            }
        }
        DataConfig reading = unknown.apply(options.apply(info.reading()));
        ExampleColumns named = reading.columns();
        String kind = own.containsKey("data.kind") ? reading.kind() : kind(data, reading.kind());
        if (records && reading.tokens().equals("protein") && documents(data, kind)) {
            kind = "fasta";
        } else if (!records
                && kind.equals("auto")
                && documents(data, kind)
                && format(reading.kind()).isEmpty()) {
            kind = reading.kind(); // of documents, which names alone may not tell
        }
        String format = format(data, kind);
        boolean columns = WITH_COLUMNS.contains(format)
                || format(format).filter(UnlabelledData::foreign).isPresent();
        ReadingOptions how = named.options().withUnlabelled("none");
        ExampleColumns wanted = ExampleColumns.defaults()
                .withText(named.text())
                .withPair(pairs && (columns || own.containsKey("data.columns.pair")) ? named.pair() : null)
                .withId(columns || own.containsKey("data.columns.id") ? named.id() : null)
                .withOptions(format.equals("table") ? how : how.withTransform(null)); // which only tables have
        return Corpus.open(data, sides.apply(reading.withKind(kind).withColumns(wanted)), info.tokenizer());
    }

    /** Returns the kind of training where the path may be of it, else auto. */
    private static String kind(Path data, String trained) {
        Optional<ExampleFormat> format = format(trained);
        if (format.isEmpty()) {
            return "auto";
        }
        if (format.get().graphs()) {
            return trained; // its files may be tables, which names alone take for texts
        }
        boolean folder = Files.isDirectory(data);
        if (folder || format.get().ofFolders()) {
            return folder ? trained : "auto";
        }
        boolean fits = DataFolder.hasEnding(data, format.get().endings())
                || ExampleFormats.of(data).isEmpty();
        return fits ? trained : "auto";
    }

    /** Returns whether the path would be read as documents without columns. */
    private static boolean documents(Path data, String kind) {
        boolean told = !Files.isDirectory(data)
                && ExampleFormats.of(data)
                        .filter(format -> !List.of("fasta", "lines").contains(format.name()))
                        .isPresent();
        return kind.equals("protein") || kind.equals("auto") && !told;
    }

    /** Returns the name of the format that a kind means for a path. */
    private static String format(Path data, String kind) {
        return kind.equals("auto") && !Files.isDirectory(data)
                ? ExampleFormats.of(data).map(ExampleFormat::name).orElse(kind)
                : kind;
    }

    /** Returns whether a format is a user's own, which has the columns that it has. */
    private static boolean foreign(ExampleFormat format) {
        return !format.getClass().getPackage().equals(ExampleFormats.class.getPackage());
    }

    private static Optional<ExampleFormat> format(String kind) {
        return ExampleFormats.all().stream()
                .filter(format -> format.name().equals(kind))
                .findFirst();
    }
}
