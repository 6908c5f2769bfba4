package io.github.performer4j.data.example;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Examples of grey images in an idx3 file ({@link IdxFile}), their labels in an idx1 file: the one that is named, or
 * the one beside it whose name has {@code labels} for {@code images} and {@code idx1} for {@code idx3}, with or without
 * {@code .gz}. A label is its number in decimal.
 */
final class IdxReader implements ExampleReader {
    /** Endings of files of images. */
    static final List<String> ENDINGS = List.of("images-idx3-ubyte", "images.idx3-ubyte");

    private static final Pattern IMAGES =
            Pattern.compile("(.*)images([-.])idx3-ubyte(\\.gz)?", Pattern.CASE_INSENSITIVE);

    private final IdxFile images;
    private final IdxFile labels;
    private final ImageShape shape;
    private final byte[] pixels;
    private final byte[] label = new byte[1];
    private long number;

    IdxReader(Path file, ExampleColumns columns) throws IOException {
        String path = file.toString();
        columns.requireNoColumns(path, 1);
        ReadingOptions options = columns.options();
        if (columns.labelPattern() != null) {
            throw new DataFileException(path, 0, "idx images have no headers; labelPattern=" + columns.labelPattern());
        }
        Path beside = columns.labelFile() != null ? columns.labelFile() : beside(file);
        if (beside == null && options.labelsRequired()) {
            throw new DataFileException(
                    path,
                    0,
                    "images must have a file of labels (labelFile, or beside it by the name"
                            + " *labels-idx1-ubyte), or unlabelled=none; found none");
        }
        images = new IdxFile(file, 3);
        IdxFile opened = null;
        try {
            shape = shape(path, options);
            pixels = new byte[shape.height() * shape.width()];
            opened = beside == null ? null : new IdxFile(beside, 1);
            if (opened != null && opened.size(0) != images.size(0)) {
                throw new DataFileException(
                        path,
                        0,
                        "images and labels must be as many; images=" + images.size(0) + ", labels=" + opened.size(0)
                                + ", labelFile=" + beside);
            }
        } catch (IOException e) {
            images.close();
            if (opened != null) {
                opened.close();
            }
            throw e;
        }
        labels = opened;
    }

    private ImageShape shape(String path, ReadingOptions options) throws DataFileException {
        int height = images.size(1);
        int width = images.size(2);
        if (options.height() != 0 && (height != options.height() || width != options.width())) {
            throw new DataFileException(path, 0, ImageFolderReader.otherSize(options, height, width));
        }
        try {
            return new ImageShape(height, width, Math.max(1, options.channels()));
        } catch (IllegalArgumentException e) {
            throw new DataFileException(path, 0, e.getMessage());
        }
    }

    private static Path beside(Path file) {
        Matcher name = IMAGES.matcher(String.valueOf(file.getFileName()));
        if (!name.matches()) {
            return null;
        }
        for (String end : List.of(name.group(3) == null ? "" : name.group(3), "", ".gz")) {
            Path labels = file.resolveSibling(name.group(1) + "labels" + name.group(2) + "idx1-ubyte" + end);
            if (Files.exists(labels)) {
                return labels;
            }
        }
        return null;
    }

    @Override
    public Example next() throws IOException {
        if (!images.next(pixels)) {
            if (labels != null) {
                labels.next(label); // looks whether the file ends here
            }
            return null;
        }
        number++;
        int[] symbols = new int[shape.symbols()];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = pixels[i / shape.channels()] & 0xFF;
        }
        List<String> written = List.of();
        if (labels != null) {
            labels.next(label);
            written = List.of(Integer.toString(label[0] & 0xFF));
        }
        return new Example(number, Example.rowId(number), List.of(), symbols, written, null, null, null);
    }

    @Override
    public List<String> notes() {
        return labels == null ? List.of("images without a file of labels") : List.of();
    }

    @Override
    public ImageShape shape() {
        return shape;
    }

    @Override
    public void close() throws IOException {
        images.close();
        if (labels != null) {
            labels.close();
        }
    }
}
