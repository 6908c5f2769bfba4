package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.KernelProperties;
import io.github.performer4j.kernels.machine.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts on the command line: several of them, kept and gone on with, stopped; and what is refused. */
class GenerateCommandTest {
    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void train() throws IOException {
        model = model("model", 1);
    }

    private static Path model(String name, int seed) throws IOException {
        Path text =
                Files.writeString(folder.resolve(name + ".txt"), "It is a truth universally acknowledged. ".repeat(40));
        Path config = Cli.config(folder.resolve(name + ".json"), "causal-lm", "character", "packed");
        Path out = folder.resolve(name);
        Cli.run("train", "--config", config, "--data", text, "--out", out, "--valid", text, "--seed", seed)
                .ok();
        return out;
    }

    private static Cli.Result generate(Object... more) {
        List<Object> args = new ArrayList<>(List.of("generate", "--model", model, "--json", folder.resolve("g.json")));
        args.addAll(List.of(more));
        return Cli.run(args.toArray());
    }

    private static JsonNode json() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("g.json").toFile());
    }

    @Test
    void severalTextsAreNumbered() throws IOException {
        String first = generate("--prompt", "It", "--length", 12).ok().out();
        Cli.Result several =
                generate("--prompt", "It", "--length", 12, "--count", 3).ok();
        assertThat(json().path("texts")).hasSize(3);
        assertThat(several.out())
                .startsWith("text 1 of 3:" + System.lineSeparator() + first)
                .contains("text 2 of 3:", "text 3 of 3:");
        assertThat(json().path("text").asText())
                .isEqualTo(json().path("texts").path(0).path("text").asText());
        assertThat(json().path("texts").path(2).path("end").asText()).isIn("length", "model");
    }

    @Test
    void aFileMayBeTheBeginning() throws IOException {
        Path file = Files.writeString(folder.resolve("begin.txt"), "It is\n");
        String typed = generate("--prompt", "It is\n", "--length", 9).ok().out();
        assertThat(generate("--prompt-file", file, "--length", 9).ok().out()).isEqualTo(typed);
        generate("--prompt-file", file, "--prompt", "a", "--length", 9)
                .refused("a text has one beginning, --prompt or --prompt-file");
        generate("--prompt-file", folder.resolve("none.txt"), "--length", 9).refused("the file does not exist");
    }

    /** Where the processor multiplies bfloat16, a text is written with it, the same one each time; elsewhere it is refused. */
    @Test
    void productsMayBeInBfloat16() throws IOException {
        Object[] asked = {"--prompt", "It", "--length", 20, "--precision", "bfloat16"};
        String engine = System.getProperty(Engines.PROPERTY);
        try {
            System.setProperty(Engines.PROPERTY, "graph");
            generate(asked).refused("--precision bfloat16 goes with the engine cpu; engine=graph");
            System.clearProperty(Engines.PROPERTY);
            if (has(Precision.BFLOAT16)) {
                String text = generate(asked).ok().out();
                assertThat(json().path("text").asText()).hasSizeGreaterThan(2);
                assertThat(generate(asked).ok().out()).isEqualTo(text);
            } else {
                generate(asked).refused("products in bfloat16 need oneDNN and a processor that multiplies it");
            }
        } finally {
            System.clearProperty(KernelProperties.PRECISION);
            if (engine != null) {
                System.setProperty(Engines.PROPERTY, engine);
            }
        }
    }

    private static boolean has(Precision precision) {
        try {
            CpuKernels.require(precision);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A text that is kept in between is the text; positions end at 32 tokens on its way. */
    @Test
    void textsGoOnFromAFile() throws IOException {
        Path state = folder.resolve("state");
        String all = "*" + ";*".repeat(39); // an end is not allowed
        Cli.Result whole = generate("--prompt", "It is", "--length", 40, "--seed", 3, "--allowed", all)
                .ok();
        assertThat(whole.err())
                .contains("positions end at 32 tokens: from there on each token took the last ones again");
        String text = json().path("text").asText();
        generate("--prompt", "It is", "--length", 11, "--seed", 3, "--allowed", all, "--save-state", state)
                .ok();
        String first = json().path("text").asText();
        generate("--length", 29, "--seed", 3, "--allowed", all, "--load-state", state)
                .ok();
        assertThat(text).hasSize(40);
        assertThat(first + json().path("text").asText()).isEqualTo(text);
        generate("--length", 3, "--load-state", state, "--count", 2).refused("a state says how many texts there are");
        Path other = model("other", 2);
        Cli.run("generate", "--model", other, "--length", 3, "--load-state", state)
                .refused("the file is no state to go on from, because it is a state of another model; file=" + state);
        generate("--length", 3, "--load-state", folder.resolve("model.txt"))
                .refused("because it is no state of a generation");
    }

    /** Each rule goes on at its place; it is named again, and what was written must have kept to it. */
    @Test
    void rulesGoOnFromAFile() throws IOException {
        Path state = folder.resolve("ruled");
        Path words = Files.writeString(folder.resolve("lines"), "truth\ntruly\n");
        Object[][] rules = {{"--allowed", "t;r;u;hl"}, {"--pattern", "tru(t|l)"}, {"--words", words}};
        for (Object[] rule : rules) {
            generate("--length", 1, "--save-state", state, rule[0], rule[1]).ok();
            assertThat(json().path("text").asText()).isEqualTo("t");
            generate("--length", 1, "--load-state", state, "--save-state", state, rule[0], rule[1])
                    .ok();
            assertThat(json().path("text").asText()).isEqualTo("r");
            generate("--length", 9, "--load-state", state, "--save-state", state, rule[0], rule[1])
                    .ok();
            assertThat(json().path("text").asText()).matches("u(h|l|t|th|ly)");
            assertThat(end()).isIn("complete", "model");
        }
        generate("--length", 2, "--save-state", state, "--allowed", "t;r;u;hl").ok();
        generate("--length", 2, "--load-state", state, "--pattern", "ta.*")
                .refused("a text that goes on must have kept to its rule so far, and begins one anew behind a prompt"
                        + "; written=tr, kept=t");
        generate("--length", 2, "--load-state", state, "--prompt", "a ", "--pattern", "ta")
                .ok();
        assertThat(json().path("text").asText()).isEqualTo("ta");
        generate("--length", 2, "--load-state", state, "--save-state", state).ok(); // free from here on
        generate("--length", 2, "--load-state", state, "--pattern", "ta").ok();
        assertThat(json().path("text").asText()).isEqualTo("ta");
    }

    /** What is complete stays so. */
    @Test
    void aCompleteTextWritesNoMore() throws IOException {
        Path state = folder.resolve("complete");
        generate("--length", 9, "--save-state", state, "--allowed", "t;r").ok();
        generate("--length", 9, "--load-state", state, "--allowed", "t;r").ok();
        assertThat(json().path("text").asText()).isEmpty();
        assertThat(end()).isEqualTo("complete");
    }

    /** A stop string that begins before the border ends the text there. */
    @Test
    void stopStringsCrossTheBorder() throws IOException {
        Path state = folder.resolve("stopped");
        generate("--prompt", "It is tru", "--length", 2, "--allowed", "t;r;u;t;h", "--save-state", state)
                .ok();
        Object[] go = {"--load-state", state, "--length", 3, "--stop", "tru", "--stop", "rur", "--allowed"};
        generate(with(go, "t;r;u;t;h")).ok();
        assertThat(json().path("text").asText()).isEmpty();
        assertThat(json().path("texts").path(0).path("tokens").asInt()).isEqualTo(1);
        assertThat(end()).isEqualTo("stop");
        generate("--load-state", state, "--prompt", "u", "--length", 1, "--stop", "tru", "--allowed", "u")
                .ok();
        assertThat(json().path("text").asText()).isEqualTo("u"); // a prompt is no part of what is written
    }

    private static Object[] with(Object[] first, Object... more) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private static String end() throws IOException {
        return json().path("texts").path(0).path("end").asText();
    }

    @Test
    void textsEndAtStopStrings() throws IOException {
        generate("--prompt", "It is", "--length", 20, "--stop", "e", "--stop", "t")
                .ok();
        assertThat(json().path("text").asText()).doesNotContain("e", "t");
        generate("--length", 3, "--stop", "Ж")
                .refused("a stop string must be one that the model can write; stop=Ж, unknown=[Ж]");
    }

    @Test
    void aRuleSaysWhatIsWritten() throws IOException {
        generate("--length", 9, "--allowed", "tu;*;h").ok();
        assertThat(json().path("text").asText()).matches("(?s)[tu].h");
        assertThat(json().path("texts").path(0).path("end").asText()).isEqualTo("complete");
        Path words = Files.writeString(folder.resolve("words"), "truth\nuniversal\n");
        generate("--length", 9, "--words", words).ok();
        assertThat(json().path("text").asText()).isIn("truth", "universal");
        generate("--length", 9, "--pattern", "t[ru]{2}(th|e)").ok();
        assertThat(json().path("text").asText()).matches("t[ru]{2}(th|e)");
        generate("--length", 9, "--pattern", "\\d").refused("there is no \\d here");
        generate("--length", 9, "--words", Files.writeString(folder.resolve("empty"), ""))
                .refused("a trie must have an end: there must be a word; words=0");
        generate("--length", 9, "--allowed", "a;;b").refused("allowed=, unknown=");
        generate("--length", 9, "--allowed", "a", "--words", words).refused("a text has one rule");
    }

    /** The best of as many as there are is the best; nothing is drawn. */
    @Test
    void theMostProbableTextsAreSearched() throws IOException {
        generate("--prompt", "It", "--length", 3, "--beams", 3, "--pattern", "[tu][rs]")
                .ok();
        List<Double> scores = new ArrayList<>();
        json().path("texts").forEach(text -> scores.add(text.path("score").asDouble()));
        assertThat(scores).hasSize(3).isSortedAccordingTo(Comparator.reverseOrder());
        Cli.Result one = generate("--prompt", "It", "--length", 3, "--beams", 1).ok();
        assertThat(one.out()).startsWith("text 1 of 1, ");
        String best = json().path("text").asText();
        generate("--prompt", "It", "--length", 3, "--temperature", 0).ok();
        assertThat(json().path("text").asText()).isEqualTo(best);
        generate("--prompt", "It", "--length", 3, "--beams", 2, "--count", 2)
                .refused("texts are searched by --beams, or drawn by --count");
    }
}
