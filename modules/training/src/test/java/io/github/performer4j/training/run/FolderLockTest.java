package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.training.compare.ComparedRun;
import io.github.performer4j.training.compare.Comparison;
import io.github.performer4j.training.step.RunListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run at a time in a folder: of this process, of another one, and after one that was killed. */
class FolderLockTest {
    @TempDir
    Path folder;

    /** Another process: takes the folder, says so, and keeps it until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            FolderLock lock = new FolderLock(Path.of(args[0]));
            try {
                lock.take();
            } catch (IllegalArgumentException e) {
                System.out.println(e.getMessage());
                return;
            }
            System.out.println("taken");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void anotherProcessIsNamedAndItsDeathGivesTheFolderBack() throws Exception {
        Path run = folder.resolve("run");
        Process holder = holder(run);
        try (BufferedReader lines = holder.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("taken");
            try (FolderLock second = new FolderLock(run)) {
                assertThatThrownBy(second::take)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(
                                "one run at a time; folder=" + run + ", pid=" + holder.pid() + ", since=20");
            }
        } finally {
            holder.destroyForcibly().waitFor();
        }
        try (FolderLock next = new FolderLock(run)) {
            next.take();
            assertThat(run.resolve("run.pid"))
                    .hasContent("" + ProcessHandle.current().pid());
        }
        assertThat(run.resolve("run.pid")).doesNotExist();
    }

    /** POSIX gives a process' lock back when any of its channels to the file is closed: a refused attempt must not open one. */
    @Test
    void aSecondAttemptOfTheSameProcessIsRefusedAndLeavesTheFirstItsLock() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("run")));
        try (FolderLock first = new FolderLock(folder.resolve("run"));
                FolderLock second = new FolderLock(folder.resolve("link"))) {
            first.take();
            first.take();
            assertThatThrownBy(second::take)
                    .hasMessageContaining("pid=" + ProcessHandle.current().pid());
            assertThat(answer(folder.resolve("run")))
                    .contains(
                            "one run at a time",
                            "pid=" + ProcessHandle.current().pid());
        }
        try (FolderLock third = new FolderLock(folder.resolve("link"))) {
            third.take();
        }
    }

    @Test
    void aSecondRunIsRefusedAndTheFirstGoesOn() throws IOException {
        Path data = ShortRuns.text(folder.resolve("data.txt"), 1);
        Path out = folder.resolve("out");
        TrainingRun.of(ShortRuns.steps(2), data, out).execute();
        TrainingRun second = TrainingRun.of(ShortRuns.steps(4), data, out).resume(true);
        Throwable[] refusal = new Throwable[1];
        TrainingRun.of(ShortRuns.steps(4), data, out)
                .resume(true)
                .listener(ShortRuns.after(3, () -> {
                    try {
                        second.execute();
                    } catch (IOException | RuntimeException e) {
                        refusal[0] = e;
                    }
                }))
                .execute();
        assertThat(refusal[0])
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one run at a time; folder=" + out);
        assertThat(RunFolder.open(out).metrics().read("step"))
                .extracting(event -> event.path("step").asLong())
                .containsExactly(1L, 2L, 3L, 4L);
    }

    /** A run without a checkpoint is nothing only when nobody is at work on it. */
    @Test
    void aRunBeforeItsFirstCheckpointIsNotTakenForOneThatFailed() throws IOException {
        Path data = ShortRuns.text(folder.resolve("data.txt"), 1);
        Path out = folder.resolve("out");
        TrainingRun second = TrainingRun.of(ShortRuns.CONFIG, data, out);
        Throwable[] refusal = new Throwable[1];
        TrainingRun.of(ShortRuns.CONFIG, data, out)
                .listener(ShortRuns.after(2, () -> {
                    try {
                        second.execute();
                    } catch (IOException | RuntimeException e) {
                        refusal[0] = e;
                    }
                }))
                .execute();
        assertThat(refusal[0]).hasMessageContaining("one run at a time; folder=" + out);
        assertThat(RunFolder.open(out).metrics().read("step")).hasSize(4);
    }

    @Test
    void aSecondComparisonIsRefused() throws IOException {
        Path data = ShortRuns.text(folder.resolve("data.txt"), 1);
        Path out = folder.resolve("compared");
        List<ComparedRun> runs = List.of(new ComparedRun("one", 1, ShortRuns.CONFIG));
        Throwable[] refusal = new Throwable[1];
        Comparison.of(runs, data, out)
                .watcher(new Comparison.Watcher() {
                    @Override
                    public RunListener start(ComparedRun run, int number) {
                        try {
                            Comparison.of(runs, data, out).execute();
                        } catch (IOException | RuntimeException e) {
                            refusal[0] = e;
                        }
                        return RunListener.NONE;
                    }
                })
                .execute();
        assertThat(refusal[0]).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("one run at a time");
    }

    private static String answer(Path run) throws IOException, InterruptedException {
        Process process = holder(run);
        try (BufferedReader lines = process.inputReader()) {
            return lines.readLine();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Process holder(Path run) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        run.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
