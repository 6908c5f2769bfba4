package io.github.performer4j.training.run;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs of four steps on a few lines of text, for tests of what stands around the training. */
public final class ShortRuns {
    public static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "causal-lm"},
             "model": {"maxTokens": 16, "width": 8, "layers": 1, "dropout": 0.1, "feedForward": {"hidden": 16},
                       "attention": {"heads": 2, "features": 8, "causal": true}},
             "data": {"tokens": "character", "framing": "packed", "maxTokens": 16, "tokensPerBatch": 64},
             "training": {"steps": 4, "warmupSteps": 1, "schedule": "CONSTANT", "evalEvery": 0, "checkpointEvery": 0,
                          "evalTokens": 200}}
            """);

    private ShortRuns() {}

    /** Returns the configuration with another number of steps. */
    public static RunConfig steps(long steps) {
        return CONFIG.withTraining(CONFIG.training().withSteps(steps));
    }

    /** Writes a text of letters a to e, which all have one vocabulary; other numbers give other texts. */
    public static Path text(Path file, int number) throws IOException {
        StringBuilder text = new StringBuilder("abcde ");
        for (int i = 0; i < 1500; i++) {
            text.append((char) ('a' + Math.floorMod(i * i * (number + 3) + i / (number + 2), 5)));
            text.append(i % 11 == number ? " " : "");
        }
        return Files.writeString(file, text);
    }

    /** Returns parameters and updater state of the newest checkpoint. */
    static List<byte[]> weights(Path folder) throws IOException {
        List<Path> all = RunFolder.open(folder).checkpoints();
        Path newest = all.get(all.size() - 1);
        return List.of(ModelFile.entry(newest, "coefficients.bin"), ModelFile.entry(newest, "updaterState.bin"));
    }

    /** Returns a listener that acts once, after a step. */
    static RunListener after(long step, Runnable act) {
        return new RunListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == step) {
                    act.run();
                }
            }
        };
    }
}
