package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Filled;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Takes a protein that the model never saw, hides some residues, and shows what the model makes of them. */
final class HeldOutProtein {
    private static final int SHORTEST = 80;
    private static final int LONGEST = 200;
    private static final int HIDDEN = 8;
    private static final int LINE = 60;

    private final Corpus valid;
    private final long seed;

    HeldOutProtein(Corpus valid, long seed) {
        this.valid = valid;
        this.seed = seed;
    }

    /**
     * Prints the protein, and for each hidden residue the true one beside the model's guesses.
     *
     * @return {@code [{"position", "true", "guesses": […]}]}
     * @throws IOException if the data cannot be read
     */
    ArrayNode fill(PerformerModel model, PrintWriter out) throws IOException {
        Document protein = choose();
        Tokenizer tokenizer = valid.tokenizer();
        int length = protein.tokens().length;
        TreeSet<Integer> places = new TreeSet<>();
        CounterRandom random = CounterRandom.of(seed, 0);
        while (places.size() < HIDDEN) {
            places.add(random.nextInt(length));
        }
        StringBuilder shown = new StringBuilder();
        for (int t = 0; t < length; t++) {
            shown.append(places.contains(t) ? "_" : tokenizer.symbol(protein.tokens()[t]));
        }
        out.println();
        out.println("A held-out protein with " + HIDDEN + " residues hidden: " + Printable.line(protein.name()));
        for (int at = 0; at < shown.length(); at += LINE) {
            out.println("  " + shown.substring(at, Math.min(shown.length(), at + LINE)));
        }
        List<Filled> filled = model.fill(shown.toString());
        ArrayNode json = FillCommand.json(filled);
        int right = 0;
        for (int i = 0; i < filled.size(); i++) {
            Filled place = filled.get(i);
            String truth = tokenizer.symbol(protein.tokens()[place.position()]);
            boolean hit = place.guesses().get(0).token().equals(truth);
            right += hit ? 1 : 0;
            ((ObjectNode) json.get(i)).put("true", truth);
            out.printf(
                    Locale.ROOT,
                    "  position %3d  true %s %s  %s%n",
                    place.position() + 1,
                    truth,
                    hit ? "*" : " ",
                    FillCommand.guesses(place));
        }
        out.println("  " + right + " of " + HIDDEN + " right at the first guess");
        return json;
    }

    /** The first held-out protein of a length that fits a screen, all of its residues standard. */
    private Document choose() throws IOException {
        try (DocumentStream stream = valid.stream()) {
            for (Document document = stream.next(); document != null; document = stream.next()) {
                int length = document.tokens().length;
                if (length >= SHORTEST && length <= LONGEST && standard(document)) {
                    return document;
                }
            }
        }
        throw new IOException(
                "no held-out protein of " + SHORTEST + " to " + LONGEST + " residues; data=" + valid.path());
    }

    private boolean standard(Document document) throws IOException {
        Tokenizer tokenizer = valid.tokenizer();
        Set<Integer> standard = IntStream.range(0, tokenizer.replacements())
                .map(tokenizer::replacement)
                .boxed()
                .collect(Collectors.toSet());
        return IntStream.of(document.tokens()).allMatch(standard::contains);
    }
}
