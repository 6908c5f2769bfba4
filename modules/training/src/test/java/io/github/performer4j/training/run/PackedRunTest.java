package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.core.task.Tasks;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.task.Trainings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with packed rows: what they say, that they resume bit for bit, and what they are not for. */
class PackedRunTest {
    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"model": {"maxTokens": 32, "width": 8, "layers": 1, "dropout": 0.1, "feedForward": {"hidden": 16},
                       "attention": {"heads": 2, "features": 8, "convolution": 3}},
             "data": {"maxTokens": 32, "tokensPerBatch": 96, "packing": true},
             "training": {"steps": 4, "warmupSteps": 1, "schedule": "CONSTANT", "accumulate": 2, "threads": 2, "evalEvery": 0,
                          "checkpointEvery": 0, "evalTokens": 50}}
            """);

    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void write() throws IOException {
        StringBuilder fasta = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            fasta.append(">p").append(i).append('\n');
            fasta.append("MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ", i % 3, 6 + i % 27).append('\n');
        }
        data = Files.writeString(folder.resolve("p.fasta"), fasta.toString());
    }

    private TrainingRun run(RunConfig config, String name) {
        return TrainingRun.of(config, data, folder.resolve(name)).valid(data);
    }

    @Test
    void aRunSaysWhatPackingSavesAndResumesBitForBit() throws IOException {
        List<String> notes = new ArrayList<>();
        run(CONFIG, "whole")
                .listener(new RunListener() {
                    @Override
                    public void data(String line) {
                        notes.add(line);
                    }
                })
                .execute();
        assertThat(notes)
                .anyMatch(
                        line -> line.matches(
                                "packed rows: [0-9.]+% of them is padding, [0-9.]+% where each sequence has a row \\(the first [0-9]+ sequences\\)"));
        RunConfig alone = CONFIG.withOverride("training.threads", "1");
        TrainingRun stopped = run(alone, "parts");
        stopped.listener(ShortRuns.after(3, stopped::requestStop)).execute();
        run(alone, "parts").resume(true).execute();
        List<byte[]> whole = ShortRuns.weights(folder.resolve("whole"));
        List<byte[]> parts = ShortRuns.weights(folder.resolve("parts"));
        assertThat(parts.get(0)).isEqualTo(whole.get(0));
        assertThat(parts.get(1)).isEqualTo(whole.get(1));
    }

    @Test
    void causalModelsTrainToo() throws IOException {
        RunConfig causal = CONFIG.withOverrides(Map.of(
                "task.name",
                "causal-lm",
                "data.framing",
                "start",
                "model.attention.causal",
                "true",
                "model.attention.positions",
                "rotary",
                "training.steps",
                "2"));
        assertThat(run(causal, "causal").execute().evaluation().figures()).isNotEmpty();
    }

    @Test
    void chunksAreRefused() {
        assertThatThrownBy(() -> CONFIG.withOverride("training.chunk", "16"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "rows are cut into chunks, or hold several whole sequences; training.chunk=16, data.packing=true");
    }

    @Test
    void tasksOnWholeSequencesAreRefused() {
        DataConfig packed = DataConfig.defaults().withPacking(true);
        for (String name : List.of("classify", "regress", "tag", "pairs", "pixels")) {
            Task task = Tasks.named(name);
            assertThatThrownBy(() -> Trainings.of(task, packed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the task's rows are not packed; task=" + name
                            + ", data.packing=true, packs=masked-lm, causal-lm");
        }
        assertThat(Trainings.of(new MaskedLanguageModel(), packed).takesPacked())
                .isTrue();
    }
}
