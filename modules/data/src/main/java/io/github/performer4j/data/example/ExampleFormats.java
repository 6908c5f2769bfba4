package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * The formats of files of examples, by name.
 *
 * <pre>
 * table          CSV or TSV with a header; a row each; a transform may stand in front
 * json-lines     a JSON object a line
 * fasta          a record each; labels from headers, a table, or a second FASTA file of tags
 * lines          plain text, a line each, no labels
 * folders        text files in a folder for each class
 * images-idx     images and labels of MNIST's form
 * images-folder  PNG and JPEG files in a folder for each class
 * </pre>
 *
 * Behind them come those that {@link ServiceLoader} finds, in order of their names; those of graphs in this module among them.
 */
public final class ExampleFormats {
    private static final List<ExampleFormat> BUILT_IN = List.of(
            new BuiltIn("table", List.of(".csv", ".tsv"), false, ExampleFormats::table),
            new BuiltIn("json-lines", List.of(".jsonl", ".ndjson"), false, JsonLinesReader::new),
            new BuiltIn("fasta", FastaReader.ENDINGS, false, FastaReader::new),
            new BuiltIn("lines", List.of(".txt"), false, LinesReader::new),
            new BuiltIn("folders", FoldersReader.ENDINGS, true, FoldersReader::new),
            new BuiltIn("images-idx", IdxReader.ENDINGS, false, IdxReader::new),
            new BuiltIn("images-folder", ImageFolderReader.ENDINGS, true, ImageFolderReader::new));

    private ExampleFormats() {}

    /**
     * Returns all formats.
     *
     * @return those named here, then those that are found
     * @throws ServiceConfigurationError if one that is found cannot be made, or has the name of another
     */
    public static List<ExampleFormat> all() {
        List<ExampleFormat> found = new ArrayList<>();
        ServiceLoader.load(ExampleFormat.class).forEach(found::add);
        found.sort(Comparator.comparing(ExampleFormat::name));
        List<ExampleFormat> all = new ArrayList<>(BUILT_IN);
        all.addAll(found);
        Set<String> names = new HashSet<>();
        for (ExampleFormat format : all) {
            if (!names.add(format.name())) {
                throw new ServiceConfigurationError("formats must have names of their own; name=" + format.name());
            }
        }
        return List.copyOf(all);
    }

    /**
     * Returns the format of a name.
     *
     * @throws IllegalArgumentException if there is none, with those there are
     */
    public static ExampleFormat named(String name) {
        return all().stream()
                .filter(format -> format.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("format must be one of "
                        + all().stream().map(ExampleFormat::name).toList() + "; format=" + name));
    }

    /** Returns the first format of files whose endings fit a name; empty for folders, whose format must be named. */
    public static Optional<ExampleFormat> of(Path file) {
        Optional<ExampleFormat> own = of(file, BUILT_IN); // to look for others opens all jars, and takes memory
        return own.isPresent() ? own : of(file, all());
    }

    private static Optional<ExampleFormat> of(Path file, List<ExampleFormat> formats) {
        return formats.stream()
                .filter(format ->
                        (!format.ofFolders() || format.graphs()) && DataFolder.hasEnding(file, format.endings()))
                .findFirst();
    }

    private static ExampleReader table(Path file, ExampleColumns columns) throws IOException {
        Path transform = columns.options().transform();
        return transform == null
                ? new TableReader(file, columns)
                : new TransformedTable(file, columns, Transforms.read(transform));
    }

    private interface Opener {
        ExampleReader open(Path file, ExampleColumns columns) throws IOException;
    }

    private record BuiltIn(String name, List<String> endings, boolean ofFolders, Opener opener)
            implements ExampleFormat {
        @Override
        public ExampleReader open(Path file, ExampleColumns columns) throws IOException {
            if (!name.equals("table")) {
                columns.options().requireNoTransform("a transform stands in front of tables only, and not of " + name);
            }
            return opener.open(file, columns);
        }
    }
}
