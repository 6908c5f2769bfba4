package io.github.performer4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.model.AttentionConfig;
import io.github.performer4j.core.model.PerformerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is to be known of a model before it is used, in Markdown: what it is for, what it learnt from, its figures, its licence, how to load it. The head of the file is what HuggingFace's hub reads.
 *
 * @param license as SPDX or the hub calls it; null where nobody said
 * @param evaluation the run's record of the model, {@code {"primary", "figures": {…}, "baselines": {…}, "count"}}; null for none
 */
public record ModelCard(String license, JsonNode evaluation) {
    /** A card of a model that nobody said anything of. */
    public static ModelCard unknown() {
        return new ModelCard(null, null);
    }

    /**
     * Writes the card.
     *
     * @param name of the model
     * @param how to load it, in Markdown
     */
    String text(String name, PerformerModel model, String how) {
        ModelInfo info = model.info();
        List<String> lines = new ArrayList<>(List.of(
                "---",
                "license: " + (license == null ? "unknown" : license),
                "library_name: performer4j",
                "tags:",
                "- performer",
                "- linear-attention",
                "---",
                "",
                "# " + name,
                "",
                "A model of performer4j that " + info.task().purpose() + ".",
                ""));
        table(lines, "", body(model));
        lines.add("");
        lines.add("## Data");
        lines.add("");
        Provenance from = info.provenance();
        boolean imported = info.origin() != null && from.steps() == 0;
        table(
                lines,
                "",
                List.of(
                        row(imported ? "weights came from" : "training data", from.dataPath()),
                        row("its SHA-256", from.dataSha256()),
                        row(
                                "family of the imported model",
                                info.origin() == null ? "" : info.origin().architecture()),
                        row("tokens", info.data().tokens()),
                        row("framing", info.data().framing().written()),
                        row("made by", from.command()),
                        row("optimiser steps", count(from.steps())),
                        row("seed", String.format(Locale.ROOT, "%d", from.seed())),
                        row("when", from.created()),
                        row("with", "performer4j " + info.performer4jVersion() + ", Java " + from.java())));
        figures(lines);
        lines.add("");
        lines.add("## License");
        lines.add("");
        lines.add(license == null ? "Not stated: ask whoever made the model, and whoever made its data." : license);
        if (info.origin() != null) {
            lines.add("It began with an imported model, whose own license holds for its weights, too.");
        }
        lines.add("");
        lines.add("## How to load it");
        lines.add("");
        lines.add(how);
        return String.join("\n", lines) + "\n";
    }

    private static String alike(AttentionConfig attention) {
        return attention.kind().equals("exact")
                ? "exact"
                : attention.kind() + ", " + attention.featureMap() + " with " + count(attention.features())
                        + " features"
                        + (attention.prefix() > 0 ? ", the first " + count(attention.prefix()) + " keys exactly" : "");
    }

    private static String groups(AttentionOptions attention) {
        return attention.headGroups().stream()
                .map(group -> count(group.heads())
                        + (group.heads() == 1 ? " head " : " heads ")
                        + group.kind().name().toLowerCase(Locale.ROOT)
                        + (group.featureMap() == null ? "" : " with " + count(group.features()) + " features")
                        + (group.sees().window() == null
                                ? ""
                                : " within " + count(group.sees().tokens()) + " tokens"))
                .collect(Collectors.joining("; "));
    }

    private static List<String[]> body(PerformerModel model) {
        PerformerConfig config = model.info().model();
        String attention = (config.attention().causal() ? "causal, " : "from both sides, ")
                + (config.attention().groups().isEmpty() && config.attention().localHeads() == 0
                        ? alike(config.attention())
                        : groups(config.attentionOptions()))
                + (config.exactEvery() > 0 ? ", exact in every block of number " + config.exactEvery() : "")
                + (config.linearBlocks().equals("all") ? "" : ", exact in all blocks but " + config.linearBlocks())
                + (config.local().globalEvery() > 0
                        ? ", exact within windows of " + count(config.local().window()) + " in all blocks but 1, "
                                + (1 + config.local().globalEvery()) + ", and so on"
                        : "");
        int encoder = config.encoder().layers();
        return List.of(
                row("parameters", count(model.net().numParams())),
                row("blocks of the encoder", encoder == 0 ? "" : count(encoder)),
                row("blocks", count(config.layers()) + (config.reversible() ? ", reversible" : "")),
                row("width", count(config.width())),
                row("heads", count(config.attention().heads())),
                row("attention", attention),
                row("vocabulary", count(config.vocabulary())),
                row("tokens at once", count(model.info().window())));
    }

    private void figures(List<String> lines) {
        lines.add("");
        lines.add("## Figures");
        lines.add("");
        if (evaluation == null) {
            lines.add("None were recorded with the model.");
            return;
        }
        List<String[]> rows = new ArrayList<>();
        evaluation.path("figures").properties().forEach(f -> rows.add(row(f.getKey(), number(f.getValue()))));
        evaluation
                .path("baselines")
                .properties()
                .forEach(f -> rows.add(row("baseline " + f.getKey(), number(f.getValue()))));
        table(lines, "held-out side, " + count(evaluation.path("count").asLong()) + " predictions", rows);
        lines.add("");
        lines.add("The model was chosen by `" + evaluation.path("primary").asText() + "`.");
    }

    private static String number(JsonNode value) {
        return String.format(Locale.ROOT, "%.4f", value.asDouble());
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String[] row(String name, String value) {
        return new String[] {name, value};
    }

    /** Rows without a value say nothing, and are left out. */
    private static void table(List<String> lines, String head, List<String[]> rows) {
        lines.add("| " + head + " | |");
        lines.add("|---|---|");
        for (String[] row : rows) {
            if (!row[1].isBlank()) {
                lines.add("| " + row[0] + " | " + row[1].replace("|", "\\|").replace("\n", " ") + " |");
            }
        }
    }
}
