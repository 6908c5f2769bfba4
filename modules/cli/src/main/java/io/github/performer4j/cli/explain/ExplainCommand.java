package io.github.performer4j.cli.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Explanation;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.ResultFile;
import io.github.performer4j.cli.options.ModelAndData;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.options.WindowOption;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.core.net.AttentionMass;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.training.score.MassPicture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer explain}: how much attention each token of one sequence receives, in every layer and head. */
@Command(
        name = "explain",
        description = {
            "Show how much attention each token of a sequence receives, in every layer and head.",
            "Mass of a token: the sum of the attention's weights on it over all queries; 1 is the average. Listed is the mean over layers and heads.",
            "In causal models the first tokens are seen by all others: even attention gives token j the sum of 1/i for i from j to T (the column 'even' of --out).",
            "Time and memory grow linearly with the sequence, as linear attention's do."
        })
public final class ExplainCommand extends Action {
    /** Cells of a bar of the list. */
    private static final int BAR = 24;

    @Mixin
    private ModelAndData input;

    @Mixin
    private WindowOption window;

    @Option(names = "--id", paramLabel = "ID", description = "Which sequence of the data (default: the first).")
    private String id;

    @Option(
            names = "--top",
            paramLabel = "K",
            description = "List the K tokens of the greatest mass (default: ${DEFAULT-VALUE}).")
    private int top = 10;

    @Option(names = "--out", paramLabel = "F.tsv", description = "Write the mass of each token in each head.")
    private Path out;

    @Option(
            names = "--picture",
            paramLabel = "F.png",
            description = "Draw the mass: a row for each head, tokens from left to right.")
    private Path picture;

    @Override
    protected ObjectNode run() throws IOException {
        if (top < 1) {
            throw new IllegalArgumentException("--top must be positive; --top=" + top);
        }
        if (out != null) {
            requireResult("--out", out);
        }
        if (picture != null) {
            requireResult("--picture", picture);
        }
        PerformerModel model = window.of(input.load());
        Models.requireNoSource(model, "explain");
        if (model.info().data().graph().given()) {
            throw new IllegalArgumentException(
                    "explain reads sequences, and the model reads graphs; --model=" + input.model());
        }
        Corpus corpus = input.vectors(model);
        Unknowns.report(corpus, err());
        Document document = chosen(corpus);
        Explanation explanation = model.explain(document.tokens());
        String[] symbols = IntStream.range(0, explanation.even().length)
                .mapToObj(t -> symbol(model, document, t))
                .toArray(String[]::new);
        double[] mean = explanation.mean();
        int[] greatest = IntStream.range(0, mean.length)
                .boxed()
                .sorted((a, b) -> Double.compare(mean[b], mean[a]))
                .limit(top)
                .mapToInt(Integer::intValue)
                .toArray();
        list(document, explanation, symbols, mean, greatest);
        if (out != null) {
            ResultFile.write(out, MassTable.of(explanation, symbols).getBytes(StandardCharsets.UTF_8));
            err().println("mass of " + Figures.count(mean.length) + " tokens -> " + out);
        }
        if (picture != null) {
            ResultFile.write(picture, MassPicture.png(explanation, Printable.line(document.id())));
            err().println("picture -> " + picture);
        }
        return json(document, explanation, symbols, mean, greatest);
    }

    private Document chosen(Corpus corpus) throws IOException {
        try (DocumentStream stream = corpus.stream()) {
            for (Document document = stream.next(); document != null; document = stream.next()) {
                if (id == null && document.tokens().length > 0 || document.id().equals(id)) {
                    if (document.tokens().length == 0) {
                        throw new IllegalArgumentException("a sequence must have a token; id=" + id);
                    }
                    return document;
                }
            }
        }
        throw new IllegalArgumentException(
                id == null
                        ? "the data must have a sequence with a token; data=" + input.data()
                        : "the data must have the sequence; --id=" + id + ", data=" + input.data());
    }

    private void list(Document document, Explanation e, String[] symbols, double[] mean, int... greatest) {
        out().println(Printable.line(document.id()) + ": " + Figures.count(mean.length) + " tokens, "
                + e.masses().size() + " layers with attention; mass 1 = the average");
        if (e.windows() > 1) {
            err().println(Figures.count(mean.length) + " tokens are more than the model sees at once: seen in "
                    + e.windows() + " windows, each on its own (--window)");
        }
        double most = mean[greatest[0]];
        for (int t : greatest) {
            out().printf(
                            Locale.ROOT,
                            "%8d  %-12s %7.2f  %s%n",
                            document.start() + t + 1,
                            Printable.line(symbols[t]),
                            mean[t],
                            "#".repeat((int) Math.round(BAR * mean[t] / most)));
        }
        for (AttentionMass mass : e.masses()) {
            StringBuilder line = new StringBuilder();
            for (double[] head : mass.heads()) {
                line.append(String.format(Locale.ROOT, " %8.1f%%", 100 * spread(head)));
            }
            out().printf(Locale.ROOT, "%-16s tokens attended, a head each:%s%n", mass.layer(), line);
        }
    }

    /** Returns e^(entropy of the mass) / T: the share of tokens over which the mass spreads, 1 where it is even. */
    private static double spread(double... mass) {
        double sum = 0;
        double logs = 0;
        for (double m : mass) {
            sum += m;
            logs += m > 0 ? m * Math.log(m) : 0;
        }
        return sum <= 0 ? 0 : Math.exp(Math.log(sum) - logs / sum) / mass.length;
    }

    private ObjectNode json(Document document, Explanation e, String[] symbols, double[] mean, int... greatest) {
        ObjectNode results =
                object().put("id", document.id()).put("tokens", mean.length).put("windows", e.windows());
        ArrayNode list = results.putArray("greatest");
        for (int t : greatest) {
            list.addObject()
                    .put("position", document.start() + t + 1)
                    .put("token", symbols[t])
                    .put("mass", mean[t]);
        }
        ArrayNode layers = results.putArray("layers");
        e.masses().forEach(mass -> {
            ArrayNode heads = layers.addObject().put("layer", mass.layer()).putArray("spread");
            for (double[] head : mass.heads()) {
                heads.add(spread(head));
            }
        });
        return results;
    }

    private static String symbol(PerformerModel model, Document document, int t) {
        return model.info().data().readsFloats()
                ? "patch"
                : model.info().tokenizer().symbol(document.tokens()[t]);
    }
}
