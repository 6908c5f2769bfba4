package io.github.performer4j.spark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/** A folder of files, one for each task, whose items follow one another in the order of the data. A file is there whole or not at all; {@code _SUCCESS} says that all are. */
final class PartFiles {
    private static final String SUCCESS = "_SUCCESS";

    private final Path folder;
    private final String ending;

    /**
     * Takes a folder.
     *
     * @throws IOException if there is something in it, or it cannot be made
     */
    PartFiles(Path folder, String ending) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new IOException("the folder must be new or empty; folder=" + folder);
                }
            }
        }
        this.folder = folder;
        this.ending = ending;
    }

    /** Writes the items first … end−1 of the data. */
    @FunctionalInterface
    interface Part extends Serializable {
        void write(BufferedWriter file, long first, long end) throws IOException;
    }

    static void requireParts(int parts) {
        if (parts < 1) {
            throw new IllegalArgumentException("parts must be at least 1; parts=" + parts);
        }
    }

    /** Writes all parts, as equal as may be; returns the number of items. */
    long write(JavaSparkContext spark, long items, int parts, Part part) throws IOException {
        requireParts(parts);
        Files.createDirectories(folder);
        String to = folder.toAbsolutePath().toString();
        String type = ending;
        spark.parallelize(IntStream.range(0, parts).boxed().toList(), parts).foreach(p -> {
            Path file = Path.of(to).resolve(String.format(Locale.ROOT, "part-%05d.%s", p, type));
            Path temporary = file.resolveSibling(
                    "." + file.getFileName() + "." + TaskContext.get().taskAttemptId());
            try {
                try (BufferedWriter out = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
                    part.write(out, items * p / parts, items * (p + 1) / parts);
                }
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        });
        Files.createFile(folder.resolve(SUCCESS));
        return items;
    }
}
