package io.github.performer4j.cli.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without ND4J's backend, or without its binary for this machine, a command says so in one line. */
class BackendTest {
    @TempDir
    Path folder;

    @Test
    void noBackend() throws IOException, InterruptedException {
        refused(jar -> !jar.contains("nd4j-native"));
    }

    @Test
    void noBinaryForThisMachine() throws IOException, InterruptedException {
        refused(jar -> !jar.matches(".*-(linux|macosx|windows)-x86_64\\.jar"));
    }

    private void refused(Predicate<String> kept) throws IOException, InterruptedException {
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        String[] all = System.getProperty("java.class.path").split(File.pathSeparator);
        String some = Arrays.stream(all)
                .filter(entry -> kept.test(Path.of(entry).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(some.split(File.pathSeparator)).hasSizeLessThan(all.length);
        Path err = folder.resolve("err.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        some,
                        Main.class.getName(),
                        "train",
                        "--config",
                        config.toString(),
                        "--data",
                        proteins.toString(),
                        "--out",
                        folder.resolve("run").toString())
                .redirectError(err.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isEqualTo(Main.FAILED);
        assertThat(Files.readString(err))
                .startsWith("performer: ND4J has no backend for this machine in this build; os=")
                .contains("-Dnd4j.classifier=")
                .hasLineCount(1);
        assertThat(folder.resolve("run")).doesNotExist();
    }
}
