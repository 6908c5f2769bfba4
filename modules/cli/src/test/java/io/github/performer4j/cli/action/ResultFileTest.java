package io.github.performer4j.cli.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where {@code --json} writes, and where it does not. */
class ResultFileTest {
    @TempDir
    private Path folder;

    private Path proteins;
    private Path results;

    @BeforeEach
    void data() throws IOException {
        proteins = Cli.fasta(folder.resolve("proteins.fasta"), 3, 11);
        results = folder.resolve("results.json");
    }

    private Cli.Result describe(Object json) {
        return Cli.run("data", "describe", proteins, "--json", json);
    }

    @Test
    void theFileIsReplacedAndNothingElseStays() throws IOException {
        Files.writeString(results, "earlier ".repeat(1000));
        describe(results).ok();
        assertThat(results).content().startsWith("{").endsWith("}\n").doesNotContain("earlier");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(proteins, results);
        }
    }

    @Test
    void aFailedCommandLeavesTheEarlierResults() throws IOException {
        Files.writeString(results, "earlier");
        Cli.run("data", "describe", folder.resolve("missing"), "--json", results)
                .refused("missing");
        assertThat(results).hasContent("earlier");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(proteins, results);
        }
    }

    /** What a reader has open is the old content, whole: it is another file that took the name. */
    @Test
    void aReaderOfTheEarlierResultsReadsThemToTheEnd() throws IOException {
        Files.writeString(results, "earlier");
        try (var reader = Files.newInputStream(results)) {
            describe(results).ok();
            assertThat(new String(reader.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("earlier");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLinkStaysALink() throws IOException {
        Path real = Files.writeString(folder.resolve("real.json"), "earlier");
        Files.createSymbolicLink(results, real);
        describe(results).ok();
        assertThat(results).isSymbolicLink();
        assertThat(real).content().startsWith("{");
    }

    /** As {@code --json >(jq .rows)} of a shell. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeIsWrittenTo() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        describe(pipe).ok();
        assertThat(read.get()).startsWith("{").endsWith("}\n");
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    @Test
    void placesThatCannotBeWrittenAreRefusedFirst() throws IOException {
        describe(folder).refused("must not be a folder; file=" + folder);
        describe(folder.resolve("no").resolve("r.json")).refused("r.json: the folder to write it to does not exist");
        describe(proteins.resolve("r.json")).refused("r.json: the folder to write it to does not exist");
        describe("").refused("must not be a folder");
        describe(folder.getRoot()).refused("must not be a folder");
        describe(folder.resolve("r".repeat(300))).refused("no such file can be made; file=", "reason=");
        assertThatThrownBy(
                        () -> ResultFile.checkFolder(proteins.resolve("deeper").resolve("still")))
                .hasMessageStartingWith("the place to write to must be a folder; out=");
        ResultFile.checkFolder(folder.resolve("not").resolve("yet"));
        assertThat(folder.resolve("not")).doesNotExist();
    }

    /** The kernel makes no files there, whoever asks: not even for root, whom permissions do not stop. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aSystemWithoutFilesIsRefusedFirst() {
        describe("/proc/r.json").refused("no such file can be made; file=/proc/r.json, folder=/proc, reason=");
        Cli.run("kernels", "--out", "/proc/made").refused("no such file can be made; file=/proc/made");
    }

    @Test
    void twoResultsNeedTwoFiles() {
        Cli.run("kernels", "--png", results, "--json", folder.resolve(".").resolve("results.json"))
                .refused("two results need two files; --json=", "--png=");
        assertThat(results).doesNotExist();
    }
}
