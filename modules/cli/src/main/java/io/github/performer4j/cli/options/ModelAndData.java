package io.github.performer4j.cli.options;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.DataConfig;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --model}, {@code --data} and {@code --on-unknown}: a model and what it is to read. */
public final class ModelAndData {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description = "A model zip, or the folder of a run or a model.")
    private Path model;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "D",
            description = "A file or folder: FASTA, text, a table, JSON lines, images; plain or gzip.")
    private Path data;

    @Mixin
    private ColumnOptions columns;

    @Mixin
    private UnknownOption unknown;

    /** Returns what {@code --model} names. */
    public Path model() {
        return model;
    }

    /** Returns what {@code --data} names. */
    public Path data() {
        return data;
    }

    /** Loads the model. */
    public PerformerModel load() throws IOException {
        return Models.load(model);
    }

    /** Opens the data as the model reads it. */
    public Corpus corpus(PerformerModel loaded) throws IOException {
        return open(loaded, reading(loaded));
    }

    /** Opens a side of the data as the model reads it. */
    public Corpus corpus(PerformerModel loaded, SideOptions side) throws IOException {
        return side.of(open(loaded, side.apply(reading(loaded), columns.own())));
    }

    /** Opens a side of the data as the model reads it, in rows of another length. */
    public Corpus corpus(PerformerModel loaded, SideOptions side, WindowOption window) throws IOException {
        return side.of(open(loaded, window.of(loaded, side.apply(reading(loaded), columns.own()))));
    }

    /** Hard negatives are of training only: without being named here, their columns need not be in the data. */
    private DataConfig reading(PerformerModel loaded) {
        DataConfig reading = unknown.apply(columns.apply(loaded.info().reading()));
        return columns.own().containsKey("data.columns.negatives") ? reading : reading.withoutNegatives();
    }

    private Corpus open(PerformerModel loaded, DataConfig reading) throws IOException {
        return Corpus.open(data, reading, loaded.info().tokenizer());
    }

    /**
     * Opens the data to make vectors of, whether it has labels or not: of a model that learnt pairs its single texts, whether
     * they have partners or not; FASTA as documents.
     */
    public Corpus vectors(PerformerModel loaded) throws IOException {
        return vectors(loaded, data, columns, unknown);
    }

    /** The same where the command line names no columns. */
    public static Corpus vectors(PerformerModel loaded, Path data, UnknownOption unknown) throws IOException {
        return vectors(loaded, data, new ColumnOptions(), unknown);
    }

    private static Corpus vectors(PerformerModel loaded, Path data, ColumnOptions columns, UnknownOption unknown)
            throws IOException {
        UnlabelledData unlabelled = new UnlabelledData(loaded.info(), columns, unknown);
        return loaded.info().task().name().equals(Similarity.NAME)
                ? unlabelled.texts(data)
                : unlabelled.documents(data);
    }

    /** Opens a side of the data as the model reads it, whether it has labels or not; see {@link UnlabelledData}. */
    public Corpus unlabelled(PerformerModel loaded, SideOptions side) throws IOException {
        UnlabelledData unlabelled = new UnlabelledData(loaded.info(), columns, unknown);
        return side.of(
                loaded.info().task().readsSource()
                        ? unlabelled.sources(data, reading -> side.apply(reading, columns.own()))
                        : unlabelled.open(data, reading -> side.apply(reading, columns.own())));
    }
}
