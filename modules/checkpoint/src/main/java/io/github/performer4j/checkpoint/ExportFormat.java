package io.github.performer4j.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A format in which a model can be written, most of other programs. One more is a class and its line in {@link ExportFormats}, or a public class with a constructor without arguments, named in {@code META-INF/services/} + the name of this interface. */
public interface ExportFormat {
    /** Returns the name, in lower case. */
    String name();

    /** Returns what reads the file, in a few words. */
    String purpose();

    /** Returns whether a folder is written, with files within; false by default. */
    default boolean folder() {
        return false;
    }

    /** Returns whether the file has all of a model, its tokenizer too, so that models of any kind fit it; false by default. */
    default boolean whole() {
        return false;
    }

    /**
     * Returns how to load what was written, in Markdown, for the model's card.
     *
     * @param file name of the file, or folder
     * @param tokenizer name of the tokenizer's file beside it; null if it is {@linkplain #whole within}
     */
    default String loading(String file, String tokenizer) {
        return "For " + purpose() + ": `" + file + "`, and `" + tokenizer + "` for the tokens.";
    }

    /**
     * Writes a model, replacing an earlier file of the name in one move.
     *
     * @param model to be written; it stays as it is
     * @param settings what the file is to be made for
     * @param file its folder must exist
     * @return what the file takes and gives
     * @throws IllegalArgumentException in one line, if the format cannot hold the model or has no such setting
     * @throws IOException if the file cannot be written; the earlier one is untouched
     */
    ExportedFile write(PerformerModel model, ExportSettings settings, Path file) throws IOException;

    /**
     * Writes a model and what is known of it, if the file has room for that; by default it has none.
     *
     * @param about what the card says that the model does not
     * @throws IllegalArgumentException as {@link #write(PerformerModel, ExportSettings, Path)}
     * @throws IOException as {@link #write(PerformerModel, ExportSettings, Path)}
     */
    default ExportedFile write(PerformerModel model, ExportSettings settings, ModelCard about, Path file)
            throws IOException {
        return write(model, settings, file);
    }
}
