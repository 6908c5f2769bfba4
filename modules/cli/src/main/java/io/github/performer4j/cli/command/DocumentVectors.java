package io.github.performer4j.cli.command;

import io.github.performer4j.checkpoint.Embedder;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.data.read.Document;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Vectors of documents in their order, computed many at a time: those of like length share a batch. Against a document by itself a vector differs by the rounding of sums only ({@link Embedder}).
 */
final class DocumentVectors {
    private static final int DOCUMENTS = 1024;
    private static final int TOKENS = 1 << 17;

    private final Embedder embedder;
    private final Sink sink;
    private final List<Document> waiting = new ArrayList<>();
    private long tokens;

    DocumentVectors(Embedder embedder, Sink sink) {
        this.embedder = embedder;
        this.sink = sink;
    }

    /** Takes a vector, in the order of documents. */
    @FunctionalInterface
    interface Sink {
        void vector(Document document, float... vector) throws IOException;
    }

    /** Takes a document that has a token. */
    void add(Document document) throws IOException {
        waiting.add(document);
        tokens += document.length();
        if (waiting.size() == DOCUMENTS || tokens >= TOKENS) {
            flush();
        }
    }

    /**
     * Hands out the vectors of what was added and not handed out yet.
     *
     * @throws IllegalArgumentException if a document has none, with its id
     */
    void flush() throws IOException {
        List<ModelInput> inputs = new ArrayList<>();
        for (Document document : waiting) {
            inputs.add(input(document));
        }
        List<float[]> vectors = embedder.embedInputs(inputs);
        for (int i = 0; i < vectors.size(); i++) {
            sink.vector(waiting.get(i), vectors.get(i));
        }
        waiting.clear();
        tokens = 0;
    }

    private ModelInput input(Document document) {
        try {
            ModelInput input = embedder.reader().document(document);
            embedder.require(input);
            return input;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + "; id=" + document.id(), e);
        }
    }
}
