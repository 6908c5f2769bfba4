package io.github.performer4j.cli;

import io.github.performer4j.data.Corpus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells the user what must not pass unseen of data: the corpus's notes, and letters outside the vocabulary, which the policy masks. */
final class Unknowns {
    private static final int SHOWN = 8;

    private Unknowns() {}

    static void report(Corpus corpus, PrintWriter err) throws IOException {
        notes(corpus.notes(), err);
        report(corpus.path(), corpus.unknown(), err);
    }

    /** Writes the notes on a corpus. */
    static void notes(List<String> notes, PrintWriter err) {
        notes.forEach(note -> err.println(printable(note)));
        err.flush();
    }

    /** Returns text as a line of a terminal may hold it: characters that steer it, or that nobody sees, become their numbers. */
    static String printable(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE,
                        Character.UNASSIGNED -> line.append(String.format(Locale.ROOT, "\\u{%02X}", c));
                default -> line.appendCodePoint(c);
            }
        });
        return line.toString();
    }

    static void report(Path path, Map<String, Long> unknown, PrintWriter err) {
        if (unknown.isEmpty()) {
            return;
        }
        long total = unknown.values().stream().mapToLong(Long::longValue).sum();
        String most = unknown.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(SHOWN)
                .map(entry -> "'" + printable(entry.getKey()) + "' " + Figures.count(entry.getValue()))
                .collect(Collectors.joining(", "));
        err.println(path + ": " + Figures.count(total) + " letters outside the vocabulary, masked: " + most
                + (unknown.size() > SHOWN ? ", …" : ""));
        err.flush();
    }
}
