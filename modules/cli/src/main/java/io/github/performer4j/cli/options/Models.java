package io.github.performer4j.cli.options;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Finds and loads what {@code --model} names: a zip, a run folder, which stands for its best model, or the folder of a published one. */
public final class Models {
    private Models() {}

    /**
     * Finds the file.
     *
     * @param model zip, run folder, or folder of a published model
     * @throws NoSuchFileException if there is none, or the run has no model yet
     */
    public static Path file(Path model) throws IOException {
        return RunFolder.modelFile(model);
    }

    /**
     * Refuses models of an encoder and a decoder.
     *
     * @param command that has no use for them
     */
    public static void requireNoSource(PerformerModel model, String command) {
        if (model.info().task().readsSource()) {
            throw new IllegalArgumentException(
                    command + " is for models that read one sequence, and this one has an encoder and a decoder; task="
                            + model.info().task().name());
        }
    }

    /** Loads what {@link #file} finds. */
    public static PerformerModel load(Path model) throws IOException {
        return ModelFile.load(file(model));
    }
}
