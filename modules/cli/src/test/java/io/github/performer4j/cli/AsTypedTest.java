package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prompt and a sequence reach the model letter by letter, and what the model does not know of them is told. */
class AsTypedTest {
    @TempDir
    static Path folder;

    private static Path causal;
    private static Path masked;

    @BeforeAll
    static void train() throws IOException {
        Path text =
                Files.writeString(folder.resolve("text.txt"), "It is a truth\r\nuniversally acknowledged. ".repeat(40));
        causal = folder.resolve("causal");
        Cli.run(
                        "train",
                        "--config",
                        Cli.config(folder.resolve("causal.json"), "causal-lm", "character", "packed"),
                        "--data",
                        text,
                        "--out",
                        causal,
                        "--valid",
                        text)
                .ok();
        masked = folder.resolve("masked");
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        Cli.run(
                        "train",
                        "--config",
                        Cli.maskedConfig(folder.resolve("masked.json")),
                        "--data",
                        proteins,
                        "--out",
                        masked)
                .ok();
    }

    private static Cli.Result generate(Object... prompt) {
        List<Object> args = new java.util.ArrayList<>(List.of(
                "generate", "--model", causal, "--length", 3, "--temperature", 0, "--json", folder.resolve("g.json")));
        args.addAll(List.of(prompt));
        return Cli.run(args.toArray());
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(folder.resolve(name).toFile());
    }

    @Test
    void aPromptIsNeverAnythingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("home"), "--length 1 --help");
        for (String prompt : List.of(
                "@" + file,
                "@nobody",
                "@@x",
                "--he said",
                "-5 degrees",
                "--help",
                "-h",
                "--seed",
                "--",
                "eval",
                "#tag",
                "\"quoted\"",
                "a\\nb",
                "${user.home}",
                "",
                "two\nlines",
                "é 😀")) {
            generate("--prompt", prompt).ok();
            assertThat(json("g.json").path("prompt").asText()).isEqualTo(prompt);
            generate("--prompt=" + prompt).ok();
            assertThat(json("g.json").path("prompt").asText()).isEqualTo(prompt);
        }
        Cli.run("fill", "--model", masked, "--sequence=--help").refused("must have a masked token");
        Cli.run("fill", "--model", masked, "--sequence", "@" + file).refused("must have a masked token");
    }

    @Test
    void aPromptThatIsMissingOrGivenTwiceIsRefused() {
        generate("--prompt").refused("Missing required parameter for option '--prompt'");
        generate("--prompt", "a", "--prompt", "b").refused("--prompt", "only once");
    }

    @Test
    void lettersThatTheModelDoesNotKnowAreNamed() throws IOException {
        Cli.Result result = generate("--prompt", "It is ЖЖ1").ok();
        assertThat(result.err()).contains("--prompt: 3 letters outside the vocabulary", "'Ж' 2", "'1' 1");
        assertThat(json("g.json").path("unknown")).isEqualTo(new ObjectMapper().readTree("{\"1\": 1, \"Ж\": 2}"));
        assertThat(generate("--prompt", "It is").ok().err()).isEmpty();
        assertThat(json("g.json").path("unknown")).isEmpty();

        Cli.Result filled = Cli.run("fill", "--model", masked, "--sequence", "MK1_", "--json", folder.resolve("f.json"))
                .ok();
        assertThat(filled.err()).contains("--sequence: 1 letter outside the vocabulary", "'1' 1");
        assertThat(json("f.json").path("unknown").path("1").asInt()).isEqualTo(1);
    }

    @Test
    void aSequenceIsReadAsAFastaFileIs() throws IOException {
        String plain = Cli.run("fill", "--model", masked, "--sequence", "MKTAYIAK_RQIS")
                .ok()
                .out();
        for (String form : List.of(
                "m k t a y i a k _ r q i s",
                "MKTAYIAK\n_RQIS",
                "MKTAYIAK_RQIS*",
                "MKTA--YIAK_RQIS",
                ">sp|X_HUMAN what?\nMKTAYIAK_RQIS")) {
            Cli.Result result = Cli.run(
                            "fill", "--model", masked, "--sequence", form, "--json", folder.resolve("f.json"))
                    .ok();
            assertThat(result.out()).as(form).isEqualTo(plain);
            assertThat(result.err()).as(form).isEmpty();
            assertThat(json("f.json").path("sequence").asText()).isEqualTo("MKTAYIAK<mask>RQIS");
        }
        Cli.run("fill", "--model", masked, "--sequence", ">a\nMK_\n>b\nMK").refused("must be one sequence", ">b");
    }

    /** The model of the preset above sees 32 tokens at once. */
    @Test
    void whatIsLongerThanTheWindowIsTold() throws IOException {
        Cli.Result result = Cli.run(
                        "fill",
                        "--model",
                        masked,
                        "--sequence",
                        "MKTAY".repeat(12) + "_",
                        "--json",
                        folder.resolve("f.json"))
                .ok();
        assertThat(result.err())
                .contains("--sequence: 61 tokens are more than the model sees at once: seen in 2 windows");
        assertThat(json("f.json").path("windows").asInt()).isEqualTo(2);
        assertThat(generate("--prompt", "It is a truth universally acknowledged")
                        .ok()
                        .err())
                .contains("--prompt: the model sees the last 32 of its 38 tokens");
    }

    /** The text holds carriage returns; as a result for another program it does, too. */
    @Test
    void generatedTextDoesNotSteerTheTerminal() throws IOException {
        Cli.Result shown = generate("--prompt", "truth\r\nunivers\u001b[2J").ok();
        assertThat(shown.out()).startsWith("truth\\r\nunivers\\u{1B}[2J");
        assertThat(shown.err()).contains("'\\u{1B}' 1").doesNotContain("\u001b");
        assertThat(json("g.json").path("prompt").asText()).isEqualTo("truth\r\nunivers\u001b[2J");
        System.setProperty("performer4j.output", "redirected");
        try {
            Cli.Result piped = generate("--prompt", "truth\r\nunivers\u001b[2J").ok();
            assertThat(piped.out()).startsWith("truth\r\nunivers\u001b[2J");
            assertThat(piped.err()).doesNotContain("\u001b");
            assertThat(Cli.run("data", "describe", folder.resolve("text.txt"))
                            .ok()
                            .out())
                    .contains("'\\r'")
                    .doesNotContain("\r");
        } finally {
            System.clearProperty("performer4j.output");
        }
        Cli.run("info", "no\u001b[31m").refused("no\\u{1B}[31m");
    }
}
