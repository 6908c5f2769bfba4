package io.github.performer4j.cli.predict;

import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model is to predict for, in the order of the files, a few thousand at a time. A text file of more than 2^20
 * tokens comes in stretches, each an input of its own: {@code name@start}.
 */
final class PredictInputs implements Closeable {
    private static final int INPUTS = 2048;
    private static final int TOKENS = 1 << 20;

    private final InputReader reader;
    private final CorpusExamples examples;
    private final DocumentStream documents;

    PredictInputs(Corpus corpus, InputReader reader) throws IOException {
        this.reader = reader;
        examples = corpus.hasExamples() ? corpus.examples() : null;
        documents = corpus.hasExamples() ? null : corpus.stream();
    }

    /** An input and its id as in the data. */
    record Item(String id, ModelInput input) {}

    /**
     * Reads on.
     *
     * @return the next inputs, as many as fit a batch; none at the end
     * @throws IOException if the data cannot be read, with file and line
     */
    List<Item> next() throws IOException {
        List<Item> batch = new ArrayList<>();
        long tokens = 0;
        while (batch.size() < INPUTS && tokens < TOKENS) {
            Item item = examples != null ? example() : document();
            if (item == null) {
                break;
            }
            batch.add(item);
            tokens += item.input().length();
        }
        return batch;
    }

    private Item example() throws IOException {
        Example example = examples.next();
        if (example == null) {
            return null;
        }
        try {
            return new Item(example.id(), input(example));
        } catch (IllegalArgumentException e) {
            throw examples.fault(e.getMessage() + "; id=" + example.id());
        }
    }

    private ModelInput input(Example example) {
        if (example.graph() != null) {
            return reader.graph(example.graph());
        }
        if (example.symbols() != null) {
            return reader.symbols(example.symbols());
        }
        List<String> texts = example.texts();
        return texts.size() == 1 ? reader.read(texts.get(0)) : reader.read(texts.get(0), texts.get(1));
    }

    private Item document() throws IOException {
        Document document = documents.next();
        if (document == null) {
            return null;
        }
        String stretch = document.start() > 0 ? "@" + document.start() : "";
        try {
            return new Item(document.name() + stretch, reader.document(document));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + "; id=" + document.name() + stretch, e);
        }
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
