package io.github.performer4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.Evaluation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** An evaluation as a table for people and as JSON for programs. */
final class Tables {
    private Tables() {}

    static void evaluation(Evaluation e, PrintWriter out) {
        out.printf(Locale.ROOT, "%-42s %8s %11s %9s%n", "nats per predicted token", "loss", "perplexity", "accuracy");
        row(out, "order 0: frequencies of the training side", e.baselineOrder0());
        row(out, "order 1: given the true left neighbour", e.baselineOrder1());
        out.printf(
                Locale.ROOT,
                "%-42s %8.4f %11.2f %8.1f%%%n",
                "this model",
                e.loss(),
                e.perplexity(),
                100 * e.accuracy());
        out.printf(Locale.ROOT, "%,d predicted tokens%n", e.tokens());
    }

    static ObjectNode json(Evaluation e) {
        return new ObjectMapper()
                .createObjectNode()
                .put("loss", e.loss())
                .put("perplexity", e.perplexity())
                .put("accuracy", e.accuracy())
                .put("tokens", e.tokens())
                .put("baseline_order0", e.baselineOrder0())
                .put("baseline_order1", e.baselineOrder1());
    }

    /** Reads the evaluation that a run keeps in its best model. */
    static Evaluation read(byte[] json) throws IOException {
        return new ObjectMapper().readValue(json, Evaluation.class);
    }

    private static void row(PrintWriter out, String name, double nats) {
        out.printf(Locale.ROOT, "%-42s %8.4f %11.2f %9s%n", name, nats, Math.exp(nats), "");
    }
}
