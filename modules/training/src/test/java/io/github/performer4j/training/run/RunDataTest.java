package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.training.step.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is held out belongs to a run: it is kept, and another one is refused. */
class RunDataTest {
    @TempDir
    Path folder;

    private Path data;
    private Path valid;

    @BeforeEach
    void write() throws IOException {
        data = ShortRuns.text(folder.resolve("data.txt"), 1);
        valid = ShortRuns.text(folder.resolve("valid.txt"), 2);
    }

    @Test
    void aRunThatGoesOnKeepsItsHeldOutData() throws IOException {
        run(4, "whole").valid(valid).execute();
        run(2, "parts").valid(valid).execute();
        TrainingRun.Result rest = run(4, "parts").resume(true).execute();
        assertThat(ShortRuns.weights(folder.resolve("parts")))
                .containsExactlyElementsOf(ShortRuns.weights(folder.resolve("whole")));
        assertThat(Files.readString(folder.resolve("parts/report.html"))).contains("<td>held out</td><td>" + valid);
        assertThat(rest.folder().metrics().read("evaluation"))
                .extracting(event -> event.path("step").asLong())
                .containsExactly(2L, 4L);
    }

    @Test
    void aRunThatGoesOnKeepsItsShare() throws IOException {
        run(4, "whole").validFraction(0.3).execute();
        run(2, "parts").validFraction(0.3).execute();
        run(4, "parts").resume(true).execute();
        assertThat(ShortRuns.weights(folder.resolve("parts")))
                .containsExactlyElementsOf(ShortRuns.weights(folder.resolve("whole")));
        assertThat(Files.readString(folder.resolve("parts/report.html"))).contains("(30% asked)");
    }

    @Test
    void anotherHeldOutSideIsRefused() throws IOException {
        Path other = ShortRuns.text(folder.resolve("other.txt"), 4);
        run(2, "given").valid(valid).execute();
        run(2, "share").execute();
        refused(run(4, "given").valid(other), "held-out side checkpoint=" + valid, "run=" + other);
        refused(run(4, "given").validFraction(0.1), "held-out side checkpoint=" + valid, "run=a share of 0.1");
        refused(run(4, "share").valid(valid), "held-out side checkpoint=a share of 0.1, run=" + valid);
        refused(run(4, "share").validFraction(0.2), "held-out side checkpoint=a share of 0.1, run=a share of 0.2");
    }

    @Test
    void allDifferencesAreToldAtOnce() throws IOException {
        run(2, "run").valid(valid).execute();
        RunConfig config =
                ShortRuns.steps(4).withOverride("training.seed", "7").withOverride("data.tokensPerBatch", "32");
        refused(
                TrainingRun.of(config, valid, folder.resolve("run")).validFraction(0.2),
                "of another configuration and of other data",
                "training.seed checkpoint=1, run=7",
                "data.tokensPerBatch checkpoint=64, run=32",
                "data checkpoint=" + data,
                "held-out side checkpoint=" + valid);
    }

    @Test
    void pathsDoNotCount() throws IOException {
        run(2, "run").valid(valid).execute();
        Path moved = Files.createDirectories(folder.resolve("elsewhere"));
        Files.move(data, moved.resolve("a.txt"));
        Files.move(valid, moved.resolve("b.txt"));
        assertThat(TrainingRun.of(ShortRuns.steps(4), moved.resolve("a.txt"), folder.resolve("run"))
                        .valid(moved.resolve("b.txt"))
                        .resume(true)
                        .execute()
                        .outcome())
                .isEqualTo(Outcome.FINISHED);
        assertThat(TrainingRun.of(ShortRuns.steps(5), null, folder.resolve("run"))
                        .resume(true)
                        .execute()
                        .outcome())
                .as("its files are found where they were last")
                .isEqualTo(Outcome.FINISHED);
    }

    @Test
    void nothingNeedsToBeNamedAgain() throws IOException {
        run(2, "run").valid(valid).execute();
        assertThat(TrainingRun.of(ShortRuns.steps(4), null, folder.resolve("run"))
                        .resume(true)
                        .execute()
                        .outcome())
                .isEqualTo(Outcome.FINISHED);
        assertThatThrownBy(() -> TrainingRun.of(ShortRuns.steps(4), null, folder.resolve("new"))
                        .resume(true)
                        .execute())
                .hasMessageContaining("a run needs data");
    }

    /** The same data split by other rules gives a side on which the model was trained. */
    @Test
    void sidesOfABuildThatSplitsOtherwiseAreRefused() throws IOException {
        run(2, "run").execute();
        Path kept = folder.resolve("run/data.json");
        RunData saved = RunData.read(folder.resolve("run"));
        RunData.Sides s = saved.sides();
        Files.write(
                kept,
                saved.withSides(new RunData.Sides(
                                s.method(),
                                s.trainDocuments(),
                                s.trainTokens(),
                                s.validDocuments(),
                                s.validTokens(),
                                "0".repeat(64)))
                        .toBytes());
        refused(run(4, "run"), "this build makes other sides");
    }

    @Test
    void theHeldOutSideIsNamedOnce() {
        assertThatThrownBy(() -> run(2, "run").valid(valid).validFraction(0.2).execute())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("validFraction=0.2");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void stepsBelowThoseDoneAreRefused() throws IOException {
        run(4, "run").execute();
        refused(run(3, "run"), "steps must not be below those that are done; steps=3, done=4");
    }

    /** What was changed on the way is the run's from then on. */
    @Test
    void aLengthenedRunStaysSo() throws IOException {
        run(2, "run").execute();
        TrainingRun[] six = {run(6, "run").resume(true)};
        six[0].listener(ShortRuns.after(4, () -> six[0].requestStop())).execute();
        RunConfig kept = RunFolder.open(folder.resolve("run")).config();
        assertThat(kept).isEqualTo(ShortRuns.steps(6));
        TrainingRun.of(kept, null, folder.resolve("run")).resume(true).execute();
        assertThat(RunFolder.open(folder.resolve("run")).savedStep()).isEqualTo(6);
    }

    private TrainingRun run(long steps, String name) {
        return TrainingRun.of(ShortRuns.steps(steps), data, folder.resolve(name));
    }

    private static void refused(TrainingRun run, String... parts) {
        assertThatThrownBy(() -> run.resume(true).execute())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(parts);
    }
}
