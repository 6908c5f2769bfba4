package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.InputFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Examples of PNG and JPEG files in a folder for each class, or in one folder ({@link ClassFolders}), by the JDK's
 * ImageIO. All have the size and channels that {@link ReadingOptions} name, or those of the first; what the numbers are
 * says {@link Pixels}. A camera's note of how it was held (EXIF) turns nothing.
 */
final class ImageFolderReader implements ExampleReader {
    /** Endings of the files. */
    static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg");

    /** Longest file in bytes: 2²⁸. */
    private static final int MAX_FILE = 1 << 28;

    private static final Set<String> DECODERS = Set.of("png", "jpeg");
    /** How libjpeg's warnings of a cut file begin. */
    private static final List<String> CUT =
            List.of("Truncated File", "Corrupt JPEG data: premature end", "Premature end");

    private final ClassFolders folders;
    private final ReadingOptions options;
    private final String first;
    private final TreeSet<String> warnings = new TreeSet<>();
    private ImageShape shape;
    private int next;

    ImageFolderReader(Path root, ExampleColumns columns) throws IOException {
        columns.requireNoColumns(root.toString(), 1);
        columns.requireNoLabelSource(root.toString());
        folders = new ClassFolders(root, ENDINGS);
        options = columns.options();
        first = folders.name(folders.files().get(0));
        read(folders.files().get(0)); // sets the shape, so that it is known before the first example
    }

    @Override
    public Example next() throws IOException {
        if (next == folders.files().size()) {
            return null;
        }
        Path file = folders.files().get(next++);
        return new Example(next, folders.name(file), List.of(), read(file), folders.labels(file), null, null, null);
    }

    private int[] read(Path file) throws IOException {
        byte[] bytes = bytes(file);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            ImageReader reader = readers.hasNext() ? readers.next() : null;
            if (reader == null || !DECODERS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                throw fault(
                        file,
                        "an image must be PNG or JPEG; found " + (reader == null ? "neither" : reader.getFormatName()));
            }
            try {
                reader.setInput(in, true, false);
                reader.addIIOReadWarningListener((source, warning) -> warnings.add(file + ": " + warning));
                ImageShape size = checked(file, reader.getWidth(0), reader.getHeight(0));
                Pixels pixels = new Pixels(reader.read(0));
                requireWhole(file);
                int channels = options.channels() == 0 ? pixels.channels() : options.channels();
                if (shape == null) {
                    shape = new ImageShape(size.height(), size.width(), channels);
                }
                if (channels != shape.channels()) {
                    throw fault(
                            file,
                            "all images must be grey or all in colour, or channels be given; first=" + first
                                    + ", channels=" + shape.channels() + ", found=" + channels);
                }
                return pixels.symbols(channels);
            } catch (DataFileException e) {
                throw e;
            } catch (IOException | RuntimeException e) { // ImageIO's own readers throw either for a damaged file
                throw fault(file, "an image must be a whole PNG or JPEG file; found " + e.getMessage());
            } finally {
                reader.dispose();
            }
        }
    }

    /** Reads the file first, so that what goes wrong behind it is the image's fault. */
    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = InputFiles.open(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw fault(file, "a file of an image may hold " + MAX_FILE + " bytes; found more");
            }
            return bytes;
        }
    }

    /** ImageIO fills what is missing of a cut JPEG file with grey, and only warns of it. */
    private void requireWhole(Path file) throws DataFileException {
        for (String end : CUT) {
            if (warnings.stream().anyMatch(warning -> warning.startsWith(file + ": " + end))) {
                throw fault(file, "an image must be a whole PNG or JPEG file; found its end too early");
            }
        }
    }

    /** Judges the size before memory is taken for the pixels. */
    private ImageShape checked(Path file, int width, int height) throws DataFileException {
        if (options.height() != 0 && (height != options.height() || width != options.width())) {
            throw fault(file, otherSize(options, height, width));
        }
        if (shape != null && (height != shape.height() || width != shape.width())) {
            throw fault(
                    file,
                    "all images must have one size; first=" + first + " " + shape.height() + "×" + shape.width()
                            + ", found=" + height + "×" + width);
        }
        try {
            return new ImageShape(height, width, 3);
        } catch (IllegalArgumentException e) {
            throw fault(file, e.getMessage());
        }
    }

    /** Returns the rule that another size than the named one breaks. */
    static String otherSize(ReadingOptions options, int height, int width) {
        return "images must have the size that is named; height×width=" + options.height() + "×" + options.width()
                + ", found=" + height + "×" + width;
    }

    private static DataFileException fault(Path file, String rule) {
        return new DataFileException(file.toString(), 0, rule);
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>(folders.notes());
        if (!warnings.isEmpty()) {
            notes.add("images with warnings: " + warnings.size() + ", the first is " + warnings.first());
        }
        return notes;
    }

    @Override
    public ImageShape shape() {
        return shape;
    }

    @Override
    public void close() {
        // every file is closed once it is read
    }
}
