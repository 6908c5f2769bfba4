package io.github.performer4j.cli.options;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Finds and loads what {@code --model} names: a zip, or a run folder, which stands for its best model. */
public final class Models {
    private Models() {}

    /**
     * Finds the file.
     *
     * @param model zip or run folder
     * @throws NoSuchFileException if there is none, or the run has no model yet
     */
    public static Path file(Path model) throws IOException {
        if (!Files.exists(model)) {
            throw new NoSuchFileException(model.toString(), null, "there is no such model file or run folder");
        }
        if (!Files.isDirectory(model)) {
            return model;
        }
        if (!RunFolder.exists(model)) {
            throw new NoSuchFileException(
                    model.toString(), null, "the folder is no run folder (expected config.json in it)");
        }
        Path best = RunFolder.open(model).model();
        if (best == null) {
            throw new NoSuchFileException(model.toString(), null, "the run has no model yet; continue it first");
        }
        return best;
    }

    /** Loads what {@link #file} finds. */
    public static PerformerModel load(Path model) throws IOException {
        return ModelFile.load(file(model));
    }
}
