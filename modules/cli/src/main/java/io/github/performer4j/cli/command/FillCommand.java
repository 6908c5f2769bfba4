package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Filled;
import io.github.performer4j.checkpoint.Infilled;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.options.Verbatim;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.data.token.EncodedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer fill}: a masked model names the masked tokens of a sequence. */
@Command(
        name = "fill",
        description = {
            "Predict the masked tokens of a sequence with a masked model: what it holds for each by itself,",
            "or, with --order, --count or --allowed, whole sequences, filled token by token. Equal arguments write equal sequences."
        })
public final class FillCommand extends Action {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description = "A model zip, or the folder of a run or a model.")
    private Path model;

    @Option(
            names = "--sequence",
            required = true,
            paramLabel = "S",
            parameterConsumer = Verbatim.class,
            description =
                    "The sequence, masked tokens written <mask>, for proteins also _ or ?: MKT_YIAK. Read as in a FASTA file: blanks, gaps, * and a header are no"
                            + " residues.")
    private String sequence;

    @Mixin
    private FillOptions filling;

    @Override
    protected ObjectNode run() throws IOException {
        filling.check();
        PerformerModel loaded = Models.load(model);
        EncodedText read = loaded.readMasked(sequence);
        List<Filled> filled = filling.fills() ? List.of() : loaded.fill(read.ids());
        List<Infilled> sequences = filling.fills() ? filling.fill(loaded, seed(1), read.ids()) : List.of();
        Unknowns.report("--sequence", read, loaded.info().tokenizer(), err());
        int windows = loaded.windows(read.ids());
        if (windows > 1) {
            err().println("--sequence: " + Figures.count(read.ids().length)
                    + " tokens are more than the model sees at once: seen in " + windows + " windows, each on its own");
        }
        ObjectNode results = object();
        results.put("sequence", loaded.info().tokenizer().decode(read.ids()));
        if (filling.fills()) {
            filling.show(sequences, seed(1), out(), results);
        } else {
            filled.forEach(place -> out().println("position " + (place.position() + 1) + "  " + guesses(place)));
            results.set("filled", json(filled));
        }
        results.put("windows", windows);
        results.set("unknown", Unknowns.json(read.unknown()));
        return results;
    }

    /** Returns the guesses as {@code L 31%  A 12% …}. */
    static String guesses(Filled place) {
        return place.guesses().stream()
                .map(guess -> String.format(
                        Locale.ROOT, "%s %4.1f%%", Printable.line(guess.token()), 100 * guess.probability()))
                .collect(Collectors.joining("   "));
    }

    /** Returns {@code [{"position" from 1, "guesses": [{"token", "probability"}]}]}. */
    static ArrayNode json(List<Filled> filled) {
        ArrayNode places = object().arrayNode();
        for (Filled place : filled) {
            ArrayNode guesses =
                    places.addObject().put("position", place.position() + 1).putArray("guesses");
            place.guesses()
                    .forEach(guess ->
                            guesses.addObject().put("token", guess.token()).put("probability", guess.probability()));
        }
        return places;
    }
}
