package io.github.performer4j.tuning.search;

import io.github.performer4j.training.Json;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.compare.ComparedSides;
import io.github.performer4j.training.run.FolderLock;
import io.github.performer4j.training.run.RunModel;
import io.github.performer4j.training.run.Whole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder of a search.
 *
 * <pre>
 * search.json             the settings that it goes on with
 * trials.jsonl            what happened, in order: {@link SearchLog}
 * sides/                  what the data is, and its two sides
 * trial-0001/, …          a run folder for each trial
 * run.lock, run.pid       keep a second search out while one goes on
 * </pre>
 */
final class SearchFolder {
    private static final String SETTINGS = "search.json";
    private static final String SIDES = "sides";

    private final Path folder;
    private final SearchSettings settings;
    private RunModel model;

    /** Names the folder; nothing happens yet. */
    SearchFolder(Path folder, SearchSettings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /**
     * Refuses a folder that is not new, empty or of this search.
     *
     * @throws IllegalArgumentException naming all settings that differ, or the folder
     */
    void check() throws IOException {
        Path file = folder.resolve(SETTINGS);
        if (Files.exists(file)) {
            settings.check(Json.object(Files.readString(file)));
            return;
        }
        boolean unused = !Files.exists(folder);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                unused = inside.map(path -> path.getFileName().toString())
                        .allMatch(
                                name -> FolderLock.FILES.contains(name) || name.equals(SIDES) || name.endsWith(".tmp"));
            }
        }
        Rule.that(unused, "a search needs a folder that is new, empty or of an earlier search", "folder", folder);
    }

    /**
     * Finds or makes the sides, and refuses data for which the configuration itself has no model: each trial would say so,
     * one after another.
     *
     * @param lock of this folder, taken before anything is written
     * @param data file or folder
     * @param valid held-out file or folder; null to split the data
     * @param lines hears what there is to say of data that is split
     */
    ComparedSides sides(FolderLock lock, Path data, Path valid, Consumer<String> lines) throws IOException {
        ComparedSides sides = ComparedSides.of(
                "search",
                folder.resolve(SIDES),
                lock,
                data,
                valid,
                settings.base().data(),
                settings.seed(),
                lines);
        try {
            model = RunModel.of(settings.base(), sides.train(), sides.valid());
            model.require(settings.base());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a search needs a configuration with a model for the data: " + e.getMessage(), e);
        }
        return sides;
    }

    /** Returns what the data decides of models, once the sides are there. */
    RunModel model() {
        return model;
    }

    /** Writes the settings, once. */
    void begin() throws IOException {
        Path file = folder.resolve(SETTINGS);
        if (!Files.exists(file)) {
            Whole.write(file, Json.pretty(settings.tree()).getBytes(StandardCharsets.UTF_8));
        }
    }
}
