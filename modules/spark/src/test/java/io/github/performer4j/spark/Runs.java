package io.github.performer4j.spark;

import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** A small run, its data, and Spark in this process. */
final class Runs {
    private static final String LETTERS = "ACDEFGHIKLMNPQRSTVWY";

    private Runs() {}

    static JavaSparkContext local(String master) {
        return new JavaSparkContext(new SparkConf()
                .setMaster(master)
                .setAppName("performer4j-test")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
    }

    /** A masked language model of one block of width 8, eight steps. */
    static RunConfig config(long steps) {
        return RunConfig.fromJson("""
                {"task": {"name": "masked-lm"},
                 "model": {"maxTokens": 32, "width": 8, "layers": 1, "dropout": 0.1, "feedForward": {"hidden": 16},
                           "attention": {"heads": 2, "features": 8, "causal": false, "redrawInterval": 3}},
                 "data": {"tokens": "protein", "framing": "both", "maxTokens": 32, "tokensPerBatch": 128},
                 "training": {"steps": %d, "warmupSteps": 1, "evalEvery": 4, "evalTokens": 200, "checkpointEvery": 0}}
                """.formatted(steps));
    }

    /** Proteins that share few 6-mers. */
    static Path proteins(Path file, int count) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int s = 0; s < count; s++) {
            text.append(">p").append(s).append('\n');
            for (int t = 0; t < 29; t++) {
                int letter = (s + 1) * (t + 3) * (t + 3) + t + s * s;
                text.append(LETTERS.charAt(Math.floorMod(letter ^ (letter >> 3), LETTERS.length())));
            }
            text.append('\n');
        }
        return Files.writeString(file, text.toString());
    }

    static TrainingRun run(RunConfig config, Path data, Path folder) {
        return TrainingRun.of(config, data, folder).clock(() -> 0);
    }
}
