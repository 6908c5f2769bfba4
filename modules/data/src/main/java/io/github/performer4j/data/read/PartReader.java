package io.github.performer4j.data.read;

import io.github.performer4j.data.example.ExampleReader;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Documents in order, part by part. */
public interface PartReader extends Closeable {
    /**
     * Opens the chosen examples of one file.
     *
     * @param examples of the file; closed with this
     * @param path for messages
     * @param file its number
     * @param selection which of them
     * @param labels makes their labels; null for none
     */
    static PartReader ofExamples(
            ExampleReader examples,
            Path path,
            int file,
            Selection selection,
            Tokenizer tokenizer,
            LabelReader labels,
            DataConfig config) {
        return new ExamplePartReader(examples, path, file, selection, tokenizer, labels, config);
    }

    /**
     * Opens the chosen proteins of one FASTA file.
     *
     * @param file its number
     * @param selection which of them
     * @param error whether an unknown letter is an error with its line; else it is counted
     */
    static PartReader ofProteins(Path path, int file, Selection selection, Tokenizer tokenizer, boolean error)
            throws IOException {
        return new ProteinPartReader(path, file, selection, tokenizer, error);
    }

    /**
     * Opens one text file, as characters or bytes, or in stretches that divide no word where the tokenizer needs them.
     *
     * @param file its number
     * @param selection which part of it
     * @param error whether an unknown character is an error with its line; else it is counted
     */
    static PartReader ofText(Path path, int file, Selection selection, Tokenizer tokenizer, boolean error)
            throws IOException {
        return tokenizer instanceof CharacterTokenizer || tokenizer instanceof ByteTokenizer
                ? new TextPartReader(path, file, selection, tokenizer, error)
                : new StretchPartReader(path, file, selection, tokenizer, error);
    }

    /** Returns the next part, or null at the end. */
    Part next() throws IOException;

    /** Returns what a user should know of what was read, a line each; complete at the end. */
    default List<String> notes() {
        return List.of();
    }

    /** Returns the unknown symbols met so far, with their counts. */
    Map<String, Long> unknown();
}
