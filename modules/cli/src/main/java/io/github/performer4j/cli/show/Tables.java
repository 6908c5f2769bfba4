package io.github.performer4j.cli.show;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.score.FigureNames;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** An evaluation as a table for people and as JSON for programs. */
public final class Tables {
    private Tables() {}

    /** Prints the figures of an evaluation beside its baselines. */
    public static void evaluation(Evaluation e, PrintWriter out) {
        boolean nats = e.figures().containsKey("perplexity");
        if (nats) {
            out.printf(
                    Locale.ROOT, "%-42s %8s %11s %9s%n", "nats per predicted token", "loss", "perplexity", "accuracy");
        } else {
            out.printf(Locale.ROOT, "%-42s %8s%n", "", FigureNames.words(e.primary()));
        }
        e.baselines().forEach((name, value) -> {
            if (nats) {
                out.printf(
                        Locale.ROOT,
                        "%-42s %8.4f %11.2f %9s%n",
                        FigureNames.baseline(name),
                        value,
                        Math.exp(value),
                        "");
            } else {
                out.printf(Locale.ROOT, "%-42s %8.4f%n", FigureNames.baseline(name), value);
            }
        });
        if (nats) {
            out.printf(
                    Locale.ROOT,
                    "%-42s %8.4f %11.2f %8.1f%%%n",
                    "this model",
                    e.value(),
                    e.figure("perplexity"),
                    100 * e.figure("accuracy"));
            e.figures().forEach((name, value) -> {
                if (name.startsWith("sequence")) {
                    out.printf(Locale.ROOT, "  %-40s %8.4f%n", FigureNames.words(name), value);
                }
            });
            out.printf(Locale.ROOT, "%,d predicted tokens%n", e.count());
            return;
        }
        out.printf(Locale.ROOT, "%-42s %8.4f%n", "this model", e.value());
        e.figures().forEach((name, value) -> {
            if (!name.equals(e.primary())) {
                out.printf(
                        Locale.ROOT,
                        "  %-40s %8s%n",
                        FigureNames.words(name),
                        value == null ? "none" : String.format(Locale.ROOT, "%.4f", value));
            }
        });
        out.printf(Locale.ROOT, "%,d predictions%n", e.count());
    }

    /** Returns an evaluation as {@code --json} writes it. */
    public static ObjectNode json(Evaluation e) {
        return new ObjectMapper().valueToTree(e);
    }

    /** Reads the evaluation that a run keeps in its best model. */
    public static Evaluation read(byte[] json) throws IOException {
        return new ObjectMapper().readValue(json, Evaluation.class);
    }
}
