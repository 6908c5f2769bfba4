package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of residues, words and bytes: what is shown is the writing of prompt and continuation together. */
class GenerateUnitsTest {
    @TempDir
    static Path folder;

    private static Path protein;
    private static Path word;
    private static Path bytes;

    @BeforeAll
    static void train() throws IOException {
        protein = model("protein", Cli.fasta(folder.resolve("proteins.fasta"), 30, 41));
        word = model("word", text("It is a truth universally acknowledged. "));
        bytes = model("byte", text("é€😀"));
    }

    private static Path text(String line) throws IOException {
        return Files.writeString(folder.resolve("text" + line.length() + ".txt"), line.repeat(40));
    }

    private static Path model(String tokens, Path data) throws IOException {
        Path config = Cli.config(folder.resolve(tokens + ".json"), "causal-lm", tokens, "packed");
        Path out = folder.resolve(tokens);
        Cli.run("train", "--config", config, "--data", data, "--out", out, "--valid", data)
                .ok();
        return out;
    }

    private static Cli.Result generate(Path model, Object... more) {
        List<Object> args = new ArrayList<>(List.of("generate", "--model", model, "--json", folder.resolve("g.json")));
        args.addAll(List.of(more));
        return Cli.run(args.toArray());
    }

    /** One that never comes would be passed over in silence. */
    @Test
    void stopStringsAreSpelledAsTextsAreWritten() {
        String rule = "a stop string must be one that the model can write; stop=";
        generate(protein, "--length", 3, "--stop", "gg").refused(rule + "gg, spelled=GG");
        generate(protein, "--length", 3, "--stop", "G G").refused(rule + "G G, spelled=GG");
        generate(protein, "--length", 3, "--stop", "GG").ok();
        generate(word, "--length", 3, "--stop", "is  a").refused(rule + "is  a, spelled=is a");
        generate(word, "--length", 3, "--stop", "is\na").refused(rule + "is\\na, spelled=is a");
        generate(word, "--length", 3, "--stop", ".", "--stop", " a ").ok();
    }

    private static JsonNode written() throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("g.json").toFile())
                .path("texts")
                .path(0);
    }

    private static String text() throws IOException {
        return written().path("text").asText();
    }

    private static String end() throws IOException {
        return written().path("end").asText();
    }

    /** The blank in front of the first word is the continuation's; the prompt is shown as it is read. */
    @Test
    void wordsStandApartFromTheirPrompt() throws IOException {
        String[] asked = {"It is", "It  is", "It is ", "It is\n"};
        for (String prompt : asked) {
            String shown =
                    generate(word, "--prompt", prompt, "--length", 5).ok().out();
            assertThat(text()).matches("( [A-Za-z.]+){5}");
            assertThat(shown).isEqualTo("It is" + text() + System.lineSeparator());
            assertThat(generate(word, "--prompt", prompt, "--length", 5, "--count", 2)
                            .ok()
                            .out())
                    .startsWith("text 1 of 2:" + System.lineSeparator() + shown);
        }
        String beams = generate(word, "--prompt", "It is", "--length", 2, "--beams", 2)
                .ok()
                .out();
        assertThat(beams.lines().toList().get(1)).matches("It is( [A-Za-z.]+){2}");
        generate(word, "--length", 2).ok();
        assertThat(text()).matches("[A-Za-z.]+ [A-Za-z.]+");
        assertThat(generate(word, "--prompt", "It was", "--length", 1).ok().out())
                .matches("It was [A-Za-z.]+\\R"); // what is unknown stays as it was typed
    }

    /** Words across the border of two calls, and characters of several bytes, are written once. */
    @Test
    void textsThatGoOnAreWrittenTogether() throws IOException {
        Path state = folder.resolve("state");
        for (Path model : List.of(word, bytes)) {
            String prompt = model == word ? "It is" : "é";
            int seed = 0;
            do {
                generate(model, "--prompt", prompt, "--length", 12, "--seed", ++seed)
                        .ok();
            } while (end().equals("model")); // one that does not end by itself
            String whole = text();
            for (int first = 1; first < 6; first++) {
                generate(model, "--prompt", prompt, "--length", first, "--seed", seed, "--save-state", state)
                        .ok();
                String begun = text();
                String shown = generate(model, "--length", 12 - first, "--seed", seed, "--load-state", state)
                        .ok()
                        .out();
                assertThat(begun + text()).as(model + " " + first).isEqualTo(whole);
                if (model == word) { // of bytes some are escaped on a terminal
                    assertThat(shown).isEqualTo(text() + System.lineSeparator());
                }
            }
        }
    }
}
