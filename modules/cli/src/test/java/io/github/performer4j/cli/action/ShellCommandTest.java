package io.github.performer4j.cli.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ShellCommandTest {
    private static final List<String> WORDS = List.of(
            "--set",
            "model.width=8",
            "a b",
            "it's",
            "\"q\"",
            "$HOME",
            "`ls`",
            "*",
            "~",
            "=x",
            "a;b",
            "é",
            "",
            "a\\b",
            "#1",
            "!1",
            "-1e-9");

    @Test
    void plainWordsStayAsTheyAre() {
        assertThat(new ShellCommand(List.of("train", "--out", "runs/a-1", "--set", "data.maxTokens=32")))
                .hasToString("performer train --out runs/a-1 --set data.maxTokens=32");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aShellReadsTheSameWords() throws IOException, InterruptedException {
        String line = new ShellCommand(WORDS).toString().replaceFirst("performer", "printf '%s\\\\n'");
        Process shell = new ProcessBuilder("sh", "-c", line).start();
        List<String> read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(shell.waitFor()).isZero();
        assertThat(read).isEqualTo(WORDS);
    }

    @Test
    void anOptionIsAddedOnce() {
        ShellCommand command = new ShellCommand(List.of("train", "--out", "--resume"));
        assertThat(command.with("--resume")).hasToString(command.toString());
        assertThat(new ShellCommand(List.of("train", "--preset", "protein-quickstart")).with("--resume"))
                .hasToString("performer train --preset protein-quickstart --resume");
    }
}
