package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Beam;
import io.github.performer4j.checkpoint.Generated;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Sampling;
import io.github.performer4j.checkpoint.Translator;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.data.token.EncodedText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The part of {@code performer generate} that writes targets for a source, a line each: drawn ones, or by beams, the best first. */
final class TargetGeneration {
    private final PerformerModel model;
    private final TextGeneration text;

    TargetGeneration(PerformerModel model, TextGeneration text) {
        this.model = model;
        this.text = text;
    }

    /** A target as it is shown. */
    private record Target(String text, int tokens, Double score, Generated.End end) {}

    /** Writes targets and adds them to the results. */
    void run(Sampling sampling, Integer beams, long seed, PrintWriter out, PrintWriter err, ObjectNode results)
            throws IOException {
        String source = text.source();
        if (beams != null && (text.count() != null || !sampling.equals(Sampling.defaults()))) {
            throw new IllegalArgumentException(
                    "targets are searched by --beams, or drawn by --count and the options of sampling; --beams=" + beams
                            + ", --count=" + text.count() + ", sampling=" + sampling);
        }
        Translator translator = model.translator().withMaxNew(text.length());
        EncodedText read = model.read(source);
        Unknowns.report("--prompt", read, model.info().tokenizer(), err);
        List<Target> targets = beams != null
                ? translator.withBeams(beams).beams(source).stream()
                        .map(TargetGeneration::of)
                        .toList()
                : translator
                        .withSampling(sampling)
                        .withSeed(seed)
                        .withCount(text.count() == null ? 1 : text.count())
                        .generate(source)
                        .stream()
                        .map(TargetGeneration::of)
                        .toList();
        if (translator.obstacle() != null) {
            err.println("each token took the whole target again: " + translator.obstacle());
        }
        ArrayNode all =
                results.put("source", source).put("text", targets.get(0).text()).putArray("texts");
        long unended = 0;
        for (Target target : targets) {
            out.println(target.text());
            unended += target.end() == Generated.End.LENGTH ? 1 : 0;
            ObjectNode one = all.addObject().put("text", target.text()).put("tokens", target.tokens());
            if (target.score() != null) {
                one.put("score", target.score());
            }
            one.put("end", target.end().name().toLowerCase(Locale.ROOT));
        }
        if (unended > 0) {
            err.println(Figures.count(unended) + " of " + Figures.count(targets.size()) + " targets reached "
                    + Figures.count(text.length()) + " tokens, and were ended there (--length)");
        }
        err.flush();
        results.set("unknown", Unknowns.json(read.unknown()));
    }

    private static Target of(Beam beam) {
        return new Target(beam.text(), beam.tokens(), beam.score(), beam.end());
    }

    private static Target of(Generated drawn) {
        return new Target(drawn.text(), drawn.tokens(), null, drawn.end());
    }
}
