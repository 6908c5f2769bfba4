package io.github.performer4j.data;

import java.io.IOException;
import java.nio.file.Path;

/** Sequences of one path: proteins (FASTA) or text, read with bounded memory. */
public final class Corpus {
    private Corpus() {}

    /**
     * The two sides of a split.
     *
     * @param train what the model learns from
     * @param valid what is held out
     * @param report sizes, and how similar the sides still are
     */
    public record Split(Corpus train, Corpus valid, SplitReport report) {}

    /**
     * Opens a path.
     *
     * @param path a file or a folder; plain or gzip
     * @param config how to read it
     * @param tokenizer the tokenizer of an earlier model, or null for the one the configuration names
     * @return the corpus
     * @throws IOException if the path is missing or holds nothing to read; one line that names it
     * @throws IllegalArgumentException if tokens and format do not go together
     */
    public static Corpus open(Path path, DataConfig config, Tokenizer tokenizer) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells proteins from text, by file names and then by the first character.
     *
     * @param path a file or a folder
     * @return "protein" or "text"
     * @throws IOException if the path is missing or holds neither
     */
    public static String detect(Path path) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Returns the configuration. */
    public DataConfig config() {
        throw new UnsupportedOperationException();
    }

    /** Returns "protein" or "text". */
    public String format() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the tokenizer; that of characters is built from this corpus when it was not given, so split first.
     *
     * @throws IOException if the data cannot be read
     */
    public Tokenizer tokenizer() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Splits into sides without near-copies.
     *
     * @param validFraction share of the tokens to hold out, in (0, 1)
     * @param seed chooses the clusters or documents
     * @return both sides; they share the training side's tokenizer
     * @throws IOException if the data cannot be read
     * @throws IllegalArgumentException if the fraction is out of range or there is nothing to hold out
     */
    public Split split(double validFraction, long seed) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the batches of this corpus.
     *
     * @param shuffle true for training: rows in seeded order, long sequences cropped at a seeded offset, both new each epoch; false for
     *     evaluation: every token in file order, the same masks every time
     * @return epochs of batches
     */
    public BatchSource batches(boolean shuffle) {
        throw new UnsupportedOperationException();
    }

    /**
     * Counts tokens and pairs over the whole corpus.
     *
     * @throws IOException if the data cannot be read
     */
    public TokenCounts counts() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Describes the whole corpus.
     *
     * @throws IOException if the data cannot be read
     */
    public CorpusSummary describe() throws IOException {
        throw new UnsupportedOperationException();
    }
}
