package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.training.step.DivergedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that failed before its first checkpoint is nothing: it does not stand in the way of the next. */
class BegunAgainTest {
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @TempDir
    Path folder;

    private Path data;
    private Path out;

    @BeforeEach
    void write() throws IOException {
        data = ShortRuns.text(folder.resolve("data.txt"), 1);
        out = folder.resolve("out");
    }

    @Test
    void theSameRunAndAMendedOneBegin() throws IOException {
        RunConfig wild = ShortRuns.CONFIG.withOverride("training.learningRate", "1e30");
        for (int time = 0; time < 2; time++) {
            assertThatThrownBy(() -> run(wild).execute()).isInstanceOf(DivergedException.class);
        }
        run(ShortRuns.CONFIG).execute();
        assertThat(RunFolder.open(out).savedStep()).isEqualTo(4);
        assertThat(RunFolder.open(out).config()).isEqualTo(ShortRuns.CONFIG);
    }

    /** The best model is written at evaluations, which may come before the first checkpoint. */
    @Test
    void aBestModelIsReplacedOnlyByTheRunThatMakesItAgain() throws IOException {
        RunConfig config = ShortRuns.CONFIG.withOverride("training.evalEvery", "1");
        assertThatThrownBy(() -> run(config)
                        .listener(ShortRuns.after(3, BegunAgainTest::fail))
                        .execute())
                .isInstanceOf(Failure.class);
        Path best = out.resolve("best.zip");
        byte[] before = Files.readAllBytes(best);
        assertThatThrownBy(() -> run(config.withOverride("training.seed", "2")).execute())
                .hasMessageContaining("new or empty");
        Path other = ShortRuns.text(folder.resolve("other.txt"), 2);
        assertThatThrownBy(() -> TrainingRun.of(config, other, out).execute()).hasMessageContaining("new or empty");
        assertThat(best).hasBinaryContent(before);

        TrainingRun.of(config, data, folder.resolve("whole")).execute();
        run(config).execute();
        assertThat(ShortRuns.weights(out)).containsExactlyElementsOf(ShortRuns.weights(folder.resolve("whole")));
        assertThat(RunFolder.open(out).metrics().read("step")).hasSize(4);
    }

    @Test
    void aPartOfACheckpointIsNone() throws IOException {
        assertThatThrownBy(() -> run(ShortRuns.CONFIG)
                        .listener(ShortRuns.after(1, BegunAgainTest::fail))
                        .execute())
                .isInstanceOf(Failure.class);
        Path part = Files.writeString(out.resolve("checkpoints/step-000002.zip.tmp"), "PK");
        run(ShortRuns.CONFIG).execute();
        assertThat(part).doesNotExist();
    }

    @Test
    void aCheckpointAndOtherFilesAreLeftAlone() throws IOException {
        TrainingRun[] stopped = {run(ShortRuns.CONFIG)};
        stopped[0].listener(ShortRuns.after(1, () -> stopped[0].requestStop())).execute();
        assertThatThrownBy(() -> run(ShortRuns.CONFIG).execute()).hasMessageContaining("--resume");
        Path thesis = folder.resolve("thesis");
        Files.createDirectories(thesis);
        Files.writeString(thesis.resolve("chapter.tex"), "all my work");
        assertThatThrownBy(() -> TrainingRun.of(ShortRuns.CONFIG, data, thesis).execute())
                .hasMessageContaining("new or empty");
        assertThat(thesis.toFile().list()).containsExactly("chapter.tex");
    }

    private static void fail() {
        throw new Failure();
    }

    private TrainingRun run(RunConfig config) {
        return TrainingRun.of(config, data, out);
    }
}
