package io.github.performer4j.training.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.SplitFiles;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.run.FolderLock;
import io.github.performer4j.training.run.Sha256;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.run.Whole;
import io.github.performer4j.training.step.Resume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The training and the held-out side of a {@link Comparison}, the same for all its runs: {@code split/} holds them as files, and {@code
 * source.json} says what they come from.
 *
 * @param train file or folder to learn from
 * @param valid file or folder to evaluate on
 */
public record ComparedSides(Path train, Path valid) {
    private static final String SOURCE = "source.json";
    private static final String SPLIT = "split";

    /** The split while it is written: {@value #SOURCE} comes when it is whole, and the name {@value #SPLIT} after that. */
    private static final String PART = ".split";

    /**
     * Finds the sides of an earlier start, or makes them.
     *
     * @param what they are for, for messages: a comparison, a search
     * @param folder of the comparison; new, empty or of the same comparison
     * @param lock of this folder or the one that it lies in, taken before anything is written
     * @param data file or folder
     * @param valid held-out file or folder; null to split the data
     * @param config how data is read
     * @param seed of the split
     * @param lines hears what there is to say of data that is split
     * @throws IllegalArgumentException if the folder is of other data, or of something else; nothing is written then
     * @throws IOException if the data cannot be read or the split not be written
     */
    public static ComparedSides of(
            String what,
            Path folder,
            FolderLock lock,
            Path data,
            Path valid,
            DataConfig config,
            long seed,
            Consumer<String> lines)
            throws IOException {
        Path file = folder.resolve(SOURCE);
        if (Files.exists(file)) {
            lock.take();
            ObjectNode before = Json.object(Files.readString(file));
            refuseOther(what, source(data, valid, config, seed), before);
            finishSplit(folder);
            ComparedSides sides = of(folder, data, valid);
            sides.refuseChanged(what, before, config);
            return sides;
        }
        requireUnused(what, folder);
        Rule.that(
                config.splitFile() == null,
                "a " + what + " splits its data or takes held-out data of its own (--valid)",
                "data.splitFile",
                config.splitFile());
        ObjectNode source = source(data, valid, config, seed);
        Corpus.Split split =
                valid == null ? Corpus.open(data, config, null).split(TrainingRun.VALID_FRACTION, seed) : null;
        if (split != null) {
            SplitFiles.requireTexts(split.train());
        }
        lock.take();
        requireUnused(what, folder);
        Files.createDirectories(folder);
        ComparedSides sides = new ComparedSides(data, valid);
        if (split != null) {
            delete(folder.resolve(PART));
            SplitFiles.write(split, folder.resolve(PART));
            sides = new ComparedSides(side(folder.resolve(PART), "train"), side(folder.resolve(PART), "valid"));
            split.train().notes().forEach(lines);
            lines.accept(data + ": held out " + split.report().held());
        }
        source.put("trainSha256", Sha256.of(sides.train(), config));
        source.put("validSha256", Sha256.of(sides.valid(), config));
        Whole.write(file, Json.pretty(source).getBytes(StandardCharsets.UTF_8));
        finishSplit(folder);
        return of(folder, data, valid);
    }

    private static ComparedSides of(Path folder, Path data, Path valid) {
        Path split = folder.resolve(SPLIT);
        return valid == null
                ? new ComparedSides(side(split, "train"), side(split, "valid"))
                : new ComparedSides(data, valid);
    }

    private static void finishSplit(Path folder) throws IOException {
        if (Files.exists(folder.resolve(PART))) {
            Files.move(folder.resolve(PART), folder.resolve(SPLIT), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** What decides the sides, whatever the paths. */
    private static ObjectNode source(Path data, Path valid, DataConfig config, long seed) throws IOException {
        ObjectNode source = Json.MAPPER.createObjectNode();
        source.put("dataSha256", Sha256.of(data, config));
        source.put("givenSha256", valid == null ? "" : Sha256.of(valid, config));
        source.put("validFraction", valid == null ? TrainingRun.VALID_FRACTION : 0);
        source.put("seed", Long.toString(seed)); // as text: a number read back may be of another class, and so unequal
        source.set("settings", Json.object(Json.MAPPER.writeValueAsString(config))); // read back for the same reason
        return source;
    }

    private static void refuseOther(String what, ObjectNode wanted, ObjectNode before) {
        List<String> differences = new ArrayList<>();
        wanted.properties()
                .forEach(entry -> differences.addAll(
                        Resume.differences(entry.getKey(), entry.getValue(), before.get(entry.getKey()))));
        Rule.that(
                differences.isEmpty(),
                "a " + what + " goes on with the data it was begun with, or in another folder: "
                        + String.join("; ", differences));
    }

    /** Refuses sides whose files are no longer what they were. */
    private void refuseChanged(String what, ObjectNode before, DataConfig config) throws IOException {
        for (Map.Entry<String, Path> side :
                Map.of("trainSha256", train, "validSha256", valid).entrySet()) {
            String hash = Sha256.of(side.getValue(), config);
            Rule.that(
                    hash.equals(before.path(side.getKey()).asText()),
                    "a " + what + " goes on with the sides it was begun with",
                    "file",
                    side.getValue(),
                    "sha256",
                    hash,
                    SOURCE,
                    before.path(side.getKey()).asText());
        }
    }

    private static Path side(Path split, String name) {
        Path texts = split.resolve(name);
        Path table = texts.resolveSibling(name + ".csv.gz");
        return Files.exists(texts) ? texts : Files.exists(table) ? table : texts.resolveSibling(name + ".fasta.gz");
    }

    /** A folder in which an earlier start was killed before it had the sides is unused. */
    private static void requireUnused(String what, Path folder) throws IOException {
        boolean unused = !Files.exists(folder);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                unused = inside.map(path -> path.getFileName().toString())
                        .allMatch(
                                name -> FolderLock.FILES.contains(name) || name.equals(PART) || name.endsWith(".tmp"));
            }
        }
        Rule.that(
                unused, "a " + what + " needs a folder that is new, empty or of an earlier " + what, "folder", folder);
    }

    /** Deletes what a killed start has written. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
