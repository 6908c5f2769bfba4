package io.github.performer4j.cli.show;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.read.Framing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What became of the documents that a command read: all are counted, and those that have no result or were cut are
 * counted by themselves, the first of them by name. One line each on the screen, and the object {@code input} in {@code
 * --json}:
 *
 * <pre>{"documents": 3, "left_out": {"count": 1, "names": ["b"]}, "cut": {"count": 0, "names": []}, "unknown": {"@": 2}}</pre>
 */
public final class Accounting {
    /** Names of a line; the count tells the rest. */
    private static final int NAMED = 8;

    private final String noun;
    private final int least;
    private final String without;
    private final String longer;
    private final Names leftOut = new Names();
    private final Names cut = new Names();
    private long documents;

    /**
     * Starts at zero.
     *
     * @param least tokens that a document must have to have a result
     */
    public Accounting(Corpus corpus, int least) {
        this(corpus, least, "no token, and no row", "parts seen apart");
    }

    /**
     * Starts at zero.
     *
     * @param without what is told of documents without a token
     * @param parts what becomes of documents that are longer than what is seen at once
     */
    public Accounting(Corpus corpus, int least, String without, String parts) {
        noun = corpus.noun();
        this.least = least;
        this.without = without;
        this.longer = "more tokens than the model sees at once, and " + parts;
    }

    /**
     * Accounts for a corpus as batches hold it: documents of fewer than two tokens are in none, longer ones than a row
     * in several.
     */
    public static Accounting ofBatches(Corpus corpus) throws IOException {
        return ofBatches(corpus, 2);
    }

    /** Accounts for a corpus whose documents need so many tokens to be in a batch: examples with labels need one. */
    public static Accounting ofBatches(Corpus corpus, int least) throws IOException {
        Accounting all = new Accounting(corpus, least);
        Framing framing = corpus.config().framing();
        // A row that names next tokens has one token more than the window, and packed rows join and cut all documents
        // alike.
        int row = corpus.config().maxTokens() + (framing == Framing.BOTH ? 0 : 1);
        try (DocumentStream stream = corpus.stream()) {
            for (Document document = stream.next(); document != null; document = stream.next()) {
                int framed = corpus.config().readsFloats()
                        ? document.length()
                        : framing.frame(corpus.tokenizer(), document.tokens()).length;
                all.add(document, framing != Framing.PACKED && framed > row);
            }
        }
        return all;
    }

    /**
     * Counts a document, or a stretch of one that was counted already.
     *
     * @param parts whether it is longer than what is seen at once
     */
    public void add(Document document, boolean parts) {
        if (document.start() == 0) {
            add(document.id(), document.length() < least, parts);
        }
    }

    /**
     * Counts an input.
     *
     * @param empty whether it has too few tokens for a result
     * @param parts whether it is longer than what is seen at once
     */
    public void add(String id, boolean empty, boolean parts) {
        documents++;
        if (empty) {
            leftOut.add(id);
        } else if (parts) {
            cut.add(id);
        }
    }

    /**
     * Tells what was cut and, where a token is enough, what has none; shorter ones than batches take are among the
     * notes of a corpus.
     */
    public void report(Path path, PrintWriter err) {
        if (least == 1) {
            tell(path, leftOut, without, err);
        }
        tell(path, cut, longer, err);
    }

    private void tell(Path path, Names names, String what, PrintWriter err) {
        if (names.count > 0) {
            err.println(path + ": " + Figures.count(names.count) + " of " + Figures.count(documents) + " " + noun
                    + (documents == 1 ? "" : "s") + (names.count == 1 ? " has " : " have ") + what + ": " + names);
            err.flush();
        }
    }

    /** Returns the counts and names with the symbols that the vocabulary did not know. */
    public ObjectNode json(Map<String, Long> unknown) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("documents", documents);
        leftOut.write(json.putObject("left_out"));
        cut.write(json.putObject("cut"));
        json.set("unknown", Unknowns.json(unknown));
        return json;
    }

    /** A count, and the names of the first. */
    private static final class Names {
        private final List<String> first = new ArrayList<>();
        private long count;

        void add(String name) {
            if (count++ < NAMED) {
                first.add(name);
            }
        }

        void write(ObjectNode json) {
            json.put("count", count);
            first.forEach(json.putArray("names")::add);
        }

        @Override
        public String toString() {
            List<String> shown = first.stream()
                    .map(name -> name.isEmpty() ? "(no name)" : Printable.line(name))
                    .toList();
            return String.join(", ", shown) + (count > NAMED ? ", …" : "");
        }
    }
}
