package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Beam;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Texts that were searched, the best first, with what a token of each costs. */
final class FoundTexts {
    private FoundTexts() {}

    /** Prints texts and adds them to the results. */
    static void show(List<Beam> found, Beginning begin, PrintWriter out, ObjectNode results) {
        results.put("prompt", begin.typed()).put("text", found.get(0).text());
        ArrayNode all = results.putArray("texts");
        for (int i = 0; i < found.size(); i++) {
            Beam beam = found.get(i);
            out.println(String.format(
                    Locale.ROOT, "text %d of %d, %.4f nats a token:", i + 1, found.size(), -beam.score()));
            out.println(begin.shown() + beam.text());
            all.addObject()
                    .put("text", beam.text())
                    .put("tokens", beam.tokens())
                    .put("score", beam.score())
                    .put("end", beam.end().name().toLowerCase(Locale.ROOT));
        }
    }
}
