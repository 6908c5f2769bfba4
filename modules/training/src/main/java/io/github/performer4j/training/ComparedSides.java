package io.github.performer4j.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.DataConfig;
import io.github.performer4j.data.SplitFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The training and the held-out side of a {@link Comparison}, the same for all its runs: {@code split/} holds them as files, and {@code
 * source.json} says what they come from.
 *
 * @param train file or folder to learn from
 * @param valid file or folder to evaluate on
 */
record ComparedSides(Path train, Path valid) {
    private static final String SOURCE = "source.json";

    /**
     * Finds the sides of an earlier start, or makes them.
     *
     * @param folder of the comparison; new, empty or of the same comparison
     * @param data file or folder
     * @param valid held-out file or folder; null to split the data
     * @param config how data is read
     * @param seed of the split
     * @throws IllegalArgumentException if the folder is of other data, or of something else; nothing is written then
     * @throws IOException if the data cannot be read or the split not be written
     */
    static ComparedSides of(Path folder, Path data, Path valid, DataConfig config, long seed) throws IOException {
        ObjectNode source = source(data, valid, seed);
        Path file = folder.resolve(SOURCE);
        if (Files.exists(file)) {
            ObjectNode before = Json.object(Files.readString(file));
            Rule.that(
                    before.equals(source),
                    "a comparison goes on with the data it was begun with, or in another folder",
                    "data",
                    source,
                    SOURCE,
                    before);
        } else {
            requireUnused(folder);
            Corpus.Split split =
                    valid == null ? Corpus.open(data, config, null).split(TrainingRun.VALID_FRACTION, seed) : null;
            Files.createDirectories(folder);
            if (split != null) {
                SplitFiles.write(split, folder.resolve("split"));
            }
            Whole.write(file, Json.pretty(source).getBytes(StandardCharsets.UTF_8));
        }
        return valid == null
                ? new ComparedSides(side(folder, "train"), side(folder, "valid"))
                : new ComparedSides(data, valid);
    }

    private static ObjectNode source(Path data, Path valid, long seed) throws IOException {
        ObjectNode source = Json.MAPPER.createObjectNode();
        source.put("dataSha256", Sha256.of(data));
        source.put("validSha256", valid == null ? "" : Sha256.of(valid));
        source.put("validFraction", valid == null ? TrainingRun.VALID_FRACTION : 0);
        source.put("seed", Long.toString(seed)); // as text: a number read back may be of another class, and so unequal
        return source;
    }

    private static Path side(Path folder, String name) {
        Path texts = folder.resolve("split").resolve(name);
        return Files.exists(texts) ? texts : texts.resolveSibling(name + ".fasta.gz");
    }

    private static void requireUnused(Path folder) throws IOException {
        boolean unused = !Files.exists(folder);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                unused = inside.findAny().isEmpty();
            }
        }
        Rule.that(
                unused, "a comparison needs a folder that is new, empty or of an earlier comparison", "folder", folder);
    }
}
