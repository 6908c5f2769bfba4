package io.github.performer4j.spark;

import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What is in data that a model is asked about, in the data's order: documents of FASTA and text, rows of tables and JSON lines, whose labels are not read. A text of more
 * than 2²⁰ tokens comes in stretches, {@code name@start}.
 */
final class Items implements Closeable {
    private final InputReader reader;
    private final CorpusExamples examples;
    private final DocumentStream documents;

    /**
     * Opens data at its first item.
     *
     * @param reader of the model; null to count
     */
    Items(Corpus corpus, InputReader reader) throws IOException {
        this.reader = reader;
        examples = corpus.hasExamples() ? corpus.examples() : null;
        documents = corpus.hasExamples() ? null : corpus.stream();
    }

    /** Opens data as the model reads it; columns of labels, groups and splits are not looked at. */
    static Corpus corpus(ModelInfo info, Path data) throws IOException {
        DataConfig reading = info.reading();
        ExampleColumns named = reading.columns();
        ExampleColumns texts = ExampleColumns.defaults()
                .withText(named.text())
                .withPair(named.pair())
                .withId(named.id())
                .withOptions(named.options().withUnlabelled("none"));
        return Corpus.open(data, reading.withColumns(texts), info.tokenizer());
    }

    /**
     * An item.
     *
     * @param id as in the data
     * @param input null where items are only counted
     */
    record Item(String id, ModelInput input) {}

    /**
     * Reads on.
     *
     * @return null at the end
     * @throws IOException if the data cannot be read, with file and line
     */
    Item next() throws IOException {
        return examples != null ? example() : document();
    }

    /** Passes over items; returns how many there were. */
    long skip(long items) throws IOException {
        long done = 0;
        while (done < items && (examples != null ? examples.next() != null : documents.next() != null)) {
            done++;
        }
        return done;
    }

    private Item example() throws IOException {
        Example example = examples.next();
        if (example == null) {
            return null;
        }
        try {
            return new Item(example.id(), reader == null ? null : input(example));
        } catch (IllegalArgumentException e) {
            throw examples.fault(e.getMessage() + "; id=" + example.id());
        }
    }

    private ModelInput input(Example example) {
        if (example.symbols() != null) {
            return reader.symbols(example.symbols());
        }
        return example.texts().size() == 1
                ? reader.read(example.texts().get(0))
                : reader.read(example.texts().get(0), example.texts().get(1));
    }

    private Item document() throws IOException {
        Document document = documents.next();
        if (document == null) {
            return null;
        }
        String stretch = document.start() > 0 ? "@" + document.start() : "";
        return new Item(document.name() + stretch, reader == null ? null : reader.tokens(document.tokens()));
    }

    @Override
    public void close() throws IOException {
        if (examples != null) {
            examples.close();
        } else {
            documents.close();
        }
    }
}
