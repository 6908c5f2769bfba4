package io.github.performer4j.cli.show;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells the user what must not pass unseen of data: the corpus's notes, and letters, words or tokens outside the vocabulary, which the policy masks. */
public final class Unknowns {
    private static final int SHOWN = 8;

    private Unknowns() {}

    /** Tells a corpus's notes, and what is unknown in it. */
    public static void report(Corpus corpus, PrintWriter err) throws IOException {
        notes(corpus.notes(), err);
        report(corpus.path(), corpus.unknown(), corpus.tokenizer().unit(), err);
    }

    /** Writes the notes on a corpus. */
    public static void notes(List<String> notes, PrintWriter err) {
        notes.forEach(note -> err.println(Printable.line(note)));
        err.flush();
    }

    /** Tells what is unknown in a text of the command line. */
    public static void report(String option, EncodedText text, Tokenizer tokenizer, PrintWriter err) {
        tell(option, text.unknown(), tokenizer.unit(), err);
    }

    static void report(Path path, Map<String, Long> unknown, String unit, PrintWriter err) {
        tell(path.toString(), unknown, unit, err);
    }

    /** Returns symbol → count. */
    public static ObjectNode json(Map<String, Long> unknown) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        unknown.forEach(json::put);
        return json;
    }

    private static void tell(String where, Map<String, Long> unknown, String unit, PrintWriter err) {
        if (unknown.isEmpty()) {
            return;
        }
        long total = unknown.values().stream().mapToLong(Long::longValue).sum();
        String most = unknown.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(SHOWN)
                .map(entry -> "'" + Printable.line(entry.getKey()) + "' " + Figures.count(entry.getValue()))
                .collect(Collectors.joining(", "));
        err.println(where + ": " + Figures.count(total) + " " + unit + (total == 1 ? "" : "s")
                + " outside the vocabulary, masked: " + most
                + (unknown.size() > SHOWN ? ", …" : ""));
        err.flush();
    }
}
