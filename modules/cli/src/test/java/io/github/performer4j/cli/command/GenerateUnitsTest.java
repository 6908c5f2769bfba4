package io.github.performer4j.cli.command;

import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of residues and words, which are not just put one behind the other as they were typed. */
class GenerateUnitsTest {
    @TempDir
    static Path folder;

    private static Path protein;
    private static Path word;

    @BeforeAll
    static void train() throws IOException {
        protein = model("protein", Cli.fasta(folder.resolve("proteins.fasta"), 30, 41));
        word = model(
                "word",
                Files.writeString(folder.resolve("text.txt"), "It is a truth universally acknowledged. ".repeat(40)));
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
}
