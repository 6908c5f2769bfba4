package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How near held-out proteins in a file of their own are to the training file is told and reported. */
class TwoFilesTest {
    private static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWY";

    @TempDir
    Path folder;

    private static String protein(int number) {
        CounterRandom draws = CounterRandom.of(11, number);
        StringBuilder residues = new StringBuilder();
        for (int t = 0; t < 28; t++) {
            residues.append(RESIDUES.charAt(draws.nextInt(RESIDUES.length())));
        }
        return residues.toString();
    }

    private Path fasta(String name, int from, int to) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(">p").append(i).append('\n').append(protein(i)).append('\n');
        }
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void leakageIsTold() throws IOException {
        Path data = fasta("train.fasta", 0, 20);
        Path valid = fasta("valid.fasta", 15, 25); // five copies and five of their own
        List<String> told = new ArrayList<>();
        RunConfig config = RunConfig.fromJson("""
                {"model": {"maxTokens": 32, "width": 8, "layers": 1, "feedForward": {"hidden": 16},
                           "attention": {"heads": 2, "features": 8}},
                 "data": {"maxTokens": 32, "tokensPerBatch": 128},
                 "training": {"steps": 1, "warmupSteps": 1, "schedule": "CONSTANT", "evalEvery": 0, "checkpointEvery": 0}}
                """);
        TrainingRun.of(config, data, folder.resolve("run"))
                .valid(valid)
                .listener(new RunListener() {
                    @Override
                    public void data(String line) {
                        told.add(line);
                    }
                })
                .execute();
        String line = "of 10 held-out sequences looked at, 50% share more than half of their 6-mers with their nearest"
                + " training sequence (mean 50%, 95% quantile 100%, most 100%)";
        assertThat(told).contains(valid + ": " + line);
        assertThat(Files.readString(folder.resolve("run/report.html"))).contains(line);
    }
}
