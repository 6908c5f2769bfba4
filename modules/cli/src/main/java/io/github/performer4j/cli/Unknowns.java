package io.github.performer4j.cli;

import io.github.performer4j.data.Corpus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells the user which letters the vocabulary did not know: under the policy mask they must not pass unseen. */
final class Unknowns {
    private static final int SHOWN = 8;

    private Unknowns() {}

    static void report(Corpus corpus, PrintWriter err) throws IOException {
        report(corpus.path(), corpus.unknown(), err);
    }

    static void report(Path path, Map<String, Long> unknown, PrintWriter err) {
        if (unknown.isEmpty()) {
            return;
        }
        long total = unknown.values().stream().mapToLong(Long::longValue).sum();
        String most = unknown.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(SHOWN)
                .map(entry -> "'" + entry.getKey() + "' " + Figures.count(entry.getValue()))
                .collect(Collectors.joining(", "));
        err.println(path + ": " + Figures.count(total) + " letters outside the vocabulary, masked: " + most
                + (unknown.size() > SHOWN ? ", …" : ""));
        err.flush();
    }
}
