package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Beam;
import io.github.performer4j.checkpoint.Generated;
import io.github.performer4j.checkpoint.GenerationFile;
import io.github.performer4j.checkpoint.GenerationState;
import io.github.performer4j.checkpoint.Generator;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Sampling;
import io.github.performer4j.cli.options.RuleOptions;
import io.github.performer4j.cli.options.Verbatim;
import io.github.performer4j.cli.options.WholeText;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Unknowns;
import io.github.performer4j.data.token.EncodedText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The part of {@code performer generate} that continues texts: one is shown while it is written, several one after the other. */
final class TextGeneration {
    @Option(
            names = "--prompt",
            paramLabel = "S",
            parameterConsumer = Verbatim.class,
            description = "The beginning (default: none).")
    private String prompt = "";

    @Option(names = "--prompt-file", paramLabel = "F", description = "A file that is the beginning, to its last byte.")
    private Path promptFile;

    @Option(names = "--length", paramLabel = "N", description = "Tokens to write at most.")
    private Integer length;

    @Option(names = "--count", paramLabel = "N", description = "Texts to write (default: 1).")
    private Integer count;

    @Option(
            names = "--stop",
            paramLabel = "S",
            description = "End a text where this string comes, and leave it out; may be given several times.")
    private List<String> stops = new ArrayList<>();

    @Mixin
    private RuleOptions rule;

    @Option(names = "--save-state", paramLabel = "F", description = "Write where the texts ended, to go on later.")
    private Path saveState;

    @Option(
            names = "--load-state",
            paramLabel = "F",
            description = "Go on where a --save-state of this model ended; a prompt stands behind it.")
    private Path loadState;

    Integer length() {
        return length;
    }

    Path saveState() {
        return saveState;
    }

    /** Refuses what does not go together. */
    void check() {
        if (promptFile != null && !prompt.isEmpty()) {
            throw new IllegalArgumentException("a text has one beginning, --prompt or --prompt-file; --prompt=" + prompt
                    + ", --prompt-file=" + promptFile);
        }
        rule.check();
        if (loadState != null && count != null) {
            throw new IllegalArgumentException(
                    "a state says how many texts there are; --count=" + count + ", --load-state=" + loadState);
        }
    }

    /** Refuses all options of texts. */
    void requireNone() {
        if (!prompt.isEmpty() || promptFile != null) {
            throw new IllegalArgumentException(
                    "images have no prompt; --prompt=" + prompt + ", --prompt-file=" + promptFile);
        }
        boolean others = !stops.isEmpty() || saveState != null || loadState != null;
        if (count != null || rule.any() || others) {
            throw new IllegalArgumentException("images have no options of texts; --count=" + count + ", --stop=" + stops
                    + ", " + rule + ", --save-state=" + saveState + ", --load-state=" + loadState);
        }
    }

    /** Returns the source of a target; of a file without its last line break. Refuses what belongs to texts that are continued. */
    String source() throws IOException {
        if (!stops.isEmpty() || rule.any() || saveState != null || loadState != null) {
            throw new IllegalArgumentException(
                    "a target has no --stop, --allowed, --words, --pattern, --save-state and --load-state; --stop="
                            + stops + ", " + rule + ", --save-state=" + saveState + ", --load-state=" + loadState);
        }
        return promptFile == null ? prompt : begin().replaceFirst("\\R\\z", "");
    }

    /** Returns how many texts are asked for; null where nothing says it. */
    Integer count() {
        return count;
    }

    /** Searches texts and adds what was found to the results. */
    void search(
            PerformerModel model, int beams, Sampling sampling, PrintWriter out, PrintWriter err, ObjectNode results)
            throws IOException {
        if (count != null || !sampling.equals(Sampling.defaults()) || saveState != null || loadState != null) {
            throw new IllegalArgumentException(
                    "texts are searched by --beams, or drawn by --count and the options of sampling, and states are of drawn ones; --beams="
                            + beams + ", --count=" + count + ", sampling=" + sampling + ", --save-state=" + saveState
                            + ", --load-state=" + loadState);
        }
        Generator generator = generator(model);
        Beginning begin = read(model, generator, err);
        List<Beam> found = generator.beams(begin.typed(), beams);
        FoundTexts.show(found, begin, out, results);
        cut(found.stream().map(Beam::end).toList(), err);
        results.set("unknown", Unknowns.json(begin.read().unknown()));
    }

    private Generator generator(PerformerModel model) throws IOException {
        return new Generator(model)
                .withLongPrompts(true)
                .withMaxNew(length)
                .withStops(stops)
                .withAllowed(rule.rule(model.info().tokenizer()));
    }

    private String begin() throws IOException {
        return promptFile == null ? prompt : WholeText.read(promptFile);
    }

    /** Reads the prompt as tokens, and tells what of it the model does not see. */
    private Beginning read(PerformerModel model, Generator generator, PrintWriter err) throws IOException {
        Beginning begin = Beginning.of(model, begin());
        EncodedText read = begin.read();
        Unknowns.report("--prompt", read, model.info().tokenizer(), err);
        int tokens = read.ids().length;
        int window = model.info().window();
        if (generator.unseen(begin.typed()) > 0
                && tokens > window) { // a frame alone that goes is nothing of the prompt
            err.println("--prompt: the model sees the last " + Figures.count(window) + " of its "
                    + Figures.count(tokens) + " tokens");
            err.flush();
        }
        return begin;
    }

    /** Writes texts and adds what was written to the results. */
    void run(PerformerModel model, Sampling sampling, long seed, PrintWriter out, PrintWriter err, ObjectNode results)
            throws IOException {
        Generator generator =
                generator(model).withSampling(sampling).withSeed(seed).withCount(count == null ? 1 : count);
        List<GenerationState> states = loadState == null ? List.of() : GenerationFile.load(loadState, model);
        Beginning begin = read(model, generator, err);
        boolean one = states.isEmpty() ? count == null || count == 1 : states.size() == 1;
        if (one) {
            out.print(begin.shown());
            out.flush();
            generator = generator.withListener((sequence, more) -> {
                out.print(more);
                out.flush();
            });
        }
        List<Generated> texts =
                states.isEmpty() ? generator.generate(begin.typed()) : generator.resume(states, begin.typed());
        show(texts, begin, one, out);
        tell(generator, texts, model.info().window(), err);
        cut(texts.stream().map(Generated::end).toList(), err);
        if (saveState != null) {
            GenerationFile.save(
                    saveState, model, texts.stream().map(Generated::state).toList());
        }
        results(texts, begin, results);
        results.set("unknown", Unknowns.json(begin.read().unknown()));
    }

    private static void show(List<Generated> texts, Beginning begin, boolean one, PrintWriter out) {
        if (one) {
            out.println();
            return;
        }
        for (Generated text : texts) {
            out.println("text " + (text.sequence() + 1) + " of " + texts.size() + ":");
            out.println(begin.shown() + text.text());
        }
    }

    /** Tells which texts ended before their rule did. */
    private void cut(List<Generated.End> ends, PrintWriter err) {
        long cut = ends.stream().filter(end -> end == Generated.End.LENGTH).count();
        if (rule.any() && cut > 0) {
            err.println(Figures.count(cut) + " of " + Figures.count(ends.size()) + " texts reached "
                    + Figures.count(length) + " tokens before what they may be was whole (--length)");
            err.flush();
        }
    }

    /** Tells where a text was not written from its state. */
    private static void tell(Generator generator, List<Generated> texts, int window, PrintWriter err) {
        String obstacle = generator.obstacle();
        int longest =
                texts.stream().mapToInt(text -> text.state().tokens()).max().orElseThrow();
        if (obstacle != null) {
            err.println("each token took the last " + Figures.count(window) + " again: " + obstacle);
        } else if (longest - 1 > generator.reach()) {
            err.println("positions end at " + Figures.count(generator.reach())
                    + " tokens: from there on each token took the last ones again");
        }
        err.flush();
    }

    private static void results(List<Generated> texts, Beginning begin, ObjectNode results) {
        results.put("prompt", begin.typed()).put("text", texts.get(0).text());
        ArrayNode all = results.putArray("texts");
        for (Generated text : texts) {
            all.addObject()
                    .put("text", text.text())
                    .put("tokens", text.tokens())
                    .put("end", text.end().name().toLowerCase(Locale.ROOT));
        }
    }
}
