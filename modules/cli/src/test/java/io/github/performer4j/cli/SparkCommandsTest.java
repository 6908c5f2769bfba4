package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of Spark where there is no Spark, and what they refuse before they ask for it. What they do is tested in the module {@code spark}. */
class SparkCommandsTest {
    @TempDir
    Path folder;

    @Test
    void withoutSparkOneLineSaysHowToGetIt() throws IOException {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 3, 20);
        Path out = folder.resolve("out");
        for (String command : List.of("spark-embed", "spark-predict")) {
            Cli.run(command, "--model", "m.zip", "--data", data, "--out", out)
                    .refused("performer4j-spark and Spark must be on the class path: set SPARK_HOME");
        }
        Cli.run("spark-eval", "--model", "m.zip", "--data", data).refused("SPARK_HOME");
        Cli.run(train(data, out).toArray()).refused("SPARK_HOME");
        assertThat(out).doesNotExist();
    }

    @Test
    void whatCannotBeIsRefused() throws IOException {
        Path data = Cli.fasta(folder.resolve("p.fasta"), 3, 20);
        Path out = folder.resolve("out");
        refused(train(data, out), "--workers=0, --local-steps=50", "--workers", 0);
        refused(train(data, out), "--workers=2, --local-steps=0", "--local-steps", 0);
        refused(train(data, out), "a run on Spark goes by steps", "--set", "training.minutes=1");
        Cli.run("spark-train", "--data", data, "--out", out).refused("a run needs --preset");
        Cli.run("spark-eval", "--model", "m", "--data", data, "--parts", 0).refused("--parts=0");
    }

    private List<Object> train(Path data, Path out) throws IOException {
        Path config = Cli.maskedConfig(folder.resolve("config.json"));
        return new ArrayList<>(List.of("spark-train", "--config", config, "--data", data, "--out", out));
    }

    private static void refused(List<Object> command, String part, Object... more) {
        command.addAll(List.of(more));
        Cli.run(command.toArray()).refused(part);
    }
}
