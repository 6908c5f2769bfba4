package io.github.performer4j.data.read;

import java.io.Closeable;
import java.io.IOException;

/** The documents of a corpus in file order. */
public final class DocumentStream implements Closeable {
    private final PartReader parts;

    /** Reads documents from their parts, and closes these. */
    public DocumentStream(PartReader parts) {
        this.parts = parts;
    }

    /**
     * Reads the next document.
     *
     * @return the document, or null at the end
     * @throws IOException if the data cannot be read
     */
    public Document next() throws IOException {
        Part part = parts.next();
        return part == null
                ? null
                : new Document(
                        part.title(),
                        part.start(),
                        part.tokens().toInts(),
                        part.tokens().length(),
                        part.tokens().graph());
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
