package io.github.performer4j.cli.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Child;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.cli.Main;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own is told to end: what it says is true, and what it prints can be typed. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are POSIX's")
class StopTest {
    @TempDir
    Path folder;

    @Test
    void aSignalSavesAndTheRunGoesOn() throws Exception {
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        Path out = folder.resolve("run");
        try (Child child = Child.start(
                folder, "train", "--config", config, "--data", proteins, "--out", out, "--steps", 1_000_000)) {
            child.untilSaid("step 1 ").signal("TERM");
            assertThat(child.exitCode()).as(child.err()).isEqualTo(128 + 15);
            assertThat(child.err())
                    .containsPattern("stopped at step \\d+; continue with: performer train .* --resume\n")
                    .doesNotContain("Added differentiated op");
            assertThat(child.out()).isEmpty();
        }
        long done = RunFolder.open(out).savedStep();
        assertThat(done).isPositive();
        Cli.Result resumed = Cli.run(
                        "train", "--config", config, "--data", proteins, "--out", out, "--steps", done + 2, "--resume")
                .ok();
        assertThat(resumed.err()).contains("going on after step ");
        assertThat(Files.exists(out.resolve("report.html"))).isTrue();
    }

    /** Blanks, quotes and dollars in names, and a name that holds the word of another command. */
    @Test
    void thePrintedCommandContinuesTheRunWhenItIsTyped() throws Exception {
        assumeCtrlCIsHeard();
        Path house = Files.createDirectories(folder.resolve("it's a $HOME"));
        Cli.fasta(house.resolve("my \"proteins\".fasta"), 30, 41);
        Cli.maskedConfig(house.resolve("quickstart.json"));
        Path program = house.resolve("per former");
        String java = Child.java().stream().map(ShellCommand::quoted).collect(Collectors.joining(" "));
        Files.writeString(
                program,
                "#!/bin/sh\nexec " + java.replace(" -cp ", " -Dperformer4j.command=\"$0\" -cp ") + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Child child = Child.of(
                house,
                List.of(
                        "./per former",
                        "train",
                        "--config",
                        "quickstart.json",
                        "--data",
                        "my \"proteins\".fasta",
                        "--out",
                        "run; 1",
                        "--steps",
                        "1000000"))) {
            child.untilSaid("step 1 ").signal("INT");
            assertThat(child.exitCode()).as(child.err()).isEqualTo(Main.STOPPED);
            String printed = child.err()
                    .lines()
                    .filter(line -> line.startsWith("stopped at step "))
                    .findFirst()
                    .orElseThrow();
            String typed = printed.replaceFirst(".*; continue with: ", "");
            long done = RunFolder.open(house.resolve("run; 1")).savedStep();
            try (Child again = Child.of(house, List.of("sh", "-c", typed))) {
                again.untilSaid("going on after step " + Figures.count(done));
            }
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "what a process reads is seen in /proc")
    void aSignalWhileDataIsReadLeavesNothing() throws Exception {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "It is a truth universally acknowledged. ".repeat(1_000_000));
        Path config = Cli.config(folder.resolve("causal.json"), "causal-lm", "character", "packed");
        Path out = folder.resolve("run");
        try (Child child = Child.start(folder, "train", "--config", config, "--data", text, "--out", out)) {
            child.until("reads the text", () -> reads(child.pid(), text)).signal("TERM");
            assertThat(child.exitCode()).as(child.err()).isEqualTo(128 + 15);
            assertThat(child.err())
                    .contains("nothing was saved; begin again with: performer train")
                    .doesNotContain("--resume");
        }
        assertThat(out).doesNotExist();
        Path compared = folder.resolve("compared");
        Object[] compare = {
            "compare", "--config", config, "--data", text, "--maps", "relu,exact", "--steps", 3, "--out", compared
        };
        try (Child child = Child.start(folder, compare)) {
            child.until("reads the text", () -> reads(child.pid(), text)).signal("TERM");
            assertThat(child.exitCode()).as(child.err()).isEqualTo(128 + 15);
            assertThat(child.err()).contains("stopped with 0 of 6 runs done", "continue with: performer compare");
        }
        assertThat(compared).doesNotExist();
    }

    /** A step of a hundred thousand micro-batches is not waited for by who asks twice. */
    @Test
    void theSecondSignalEndsAtOnce() throws Exception {
        Path proteins = Cli.fasta(folder.resolve("proteins.fasta"), 30, 41);
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        Path out = folder.resolve("run");
        try (Child child = Child.start(
                folder,
                "train",
                "--config",
                config,
                "--data",
                proteins,
                "--out",
                out,
                "--steps",
                10,
                "--set",
                "training.accumulate=100000")) {
            child.untilSaid("parameters, ");
            Duration before = worked(child.pid());
            child.until(
                    "is in the midst of the step",
                    () -> worked(child.pid()).minus(before).toMillis() > 1000);
            child.signal("TERM");
            child.untilSaid("stopping; Ctrl-C again ends at once");
            while (child.alive()) { // what follows within half a second counts as the first one
                ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroy); // TERM; it may just have ended
                Thread.sleep(100);
            }
            assertThat(child.exitCode()).isEqualTo(128 + 15);
            assertThat(child.err())
                    .endsWith("ended at once; what was saved before stands\n")
                    .doesNotContain("continue");
        }
    }

    private static Duration worked(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    private static boolean reads(long pid, Path file) {
        try (Stream<Path> open = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
            Path real = file.toRealPath();
            return open.anyMatch(link -> {
                try {
                    return Files.readSymbolicLink(link).equals(real);
                } catch (IOException e) {
                    return false; // closed in the meantime
                }
            });
        } catch (IOException e) {
            return false;
        }
    }

    /** A shell that runs this in the background has Ctrl-C ignored, and so have all its children. */
    private static void assumeCtrlCIsHeard() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.exists(status)) {
            String ignored = Files.readString(status).replaceAll("(?s).*SigIgn:\\s*([0-9a-f]+).*", "$1");
            Assumptions.assumeTrue((Long.parseUnsignedLong(ignored, 16) & 2) == 0, "Ctrl-C is ignored here");
        }
    }
}
