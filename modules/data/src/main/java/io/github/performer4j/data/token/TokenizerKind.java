package io.github.performer4j.data.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A kind of tokenizers: how a configuration names it, and how it is saved with a model.
 *
 * <p>The door for kinds of one's own: a public class with a constructor without arguments, named in {@code
 * META-INF/services/io.github.performer4j.data.token.TokenizerKind}.
 */
public interface TokenizerKind {
    /** Returns the name: {@link Tokenizer#kind()} of its tokenizers. */
    String kind();

    /**
     * Returns what a configuration holds for this kind.
     *
     * @param tokens what a user wrote
     * @return the name, if that is what was written, in any case; a kind that is read from a file takes its path instead. Empty if the
     *     text does not name this kind
     */
    default Optional<String> named(String tokens) {
        return kind().equalsIgnoreCase(tokens) ? Optional.of(kind()) : Optional.empty();
    }

    /** Returns how errors tell a user to name this kind: the name, or that a path is wanted. */
    default String usage() {
        return kind();
    }

    /**
     * Returns the file that a name stands for: a run that goes on must find it as it was.
     *
     * @param tokens what {@link #named} returned
     * @return empty by default: the name says all
     */
    default Optional<Path> file(String tokens) {
        return Optional.empty();
    }

    /**
     * Tells what files this kind reads.
     *
     * @param protein true for FASTA, false for text
     * @return whether it reads them; both by default, and then their names and beginnings tell what they are
     */
    default boolean reads(boolean protein) {
        return true;
    }

    /**
     * Makes the tokenizer of a new corpus.
     *
     * @param tokens what {@link #named} returned
     * @return the tokenizer; empty if it is learnt from the corpus, see {@link #learner}
     * @throws IOException if a file is wanted and cannot be read; one line that names it
     */
    Optional<Tokenizer> open(String tokens) throws IOException;

    /**
     * Starts to learn the tokenizer of a new corpus, where {@link #open} gives none.
     *
     * @param tokens what {@link #named} returned
     * @return at its start
     */
    default TokenizerLearner learner(String tokens) {
        throw new IllegalStateException("a kind must open its tokenizer or learn it; kind=" + kind());
    }

    /**
     * Writes what {@link #read} needs to make an equal tokenizer, without any file beside it.
     *
     * @param tokenizer one of this kind
     * @param node receives the fields; {@code kind} is there
     */
    void write(Tokenizer tokenizer, ObjectNode node);

    /**
     * Reads what {@link #write} wrote.
     *
     * @param node the object
     * @return the tokenizer
     * @throws IllegalArgumentException if the fields are missing or wrong
     */
    Tokenizer read(JsonNode node);
}
