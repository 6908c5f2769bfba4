package io.github.performer4j.training.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.run.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison of classifiers, whose evaluations look at all held-out examples. */
class LabelledComparisonTest {
    private static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWY";

    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "classify"},
             "model": {"maxTokens": 40, "width": 8, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 16},
                       "attention": {"heads": 2, "features": 8, "featureMap": "relu"}},
             "data": {"maxTokens": 40, "tokensPerBatch": 320, "columns": {"text": "seq", "labels": ["y"], "id": "id"}},
             "training": {"steps": 5, "warmupSteps": 1}}
            """);

    @TempDir
    Path folder;

    private Path table(String name, int rows, int seed) throws IOException {
        StringBuilder text = new StringBuilder("id,seq,y\n");
        for (int i = 0; i < rows; i++) {
            CounterRandom draws = CounterRandom.of(seed, i);
            text.append("p").append(i).append(',');
            for (int t = 0; t < 30; t++) {
                text.append(RESIDUES.charAt(draws.nextInt(RESIDUES.length())));
            }
            text.append(i % 3 == 0 ? ",left\n" : ",right\n");
        }
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void classifiersAreMeasuredOnAllHeldOutExamples() throws IOException {
        List<ComparedRun> runs = new Variants(
                        CONFIG, List.of(Variant.base(), Variant.parse("exact:model.attention.kind=exact")))
                .runs(List.of(1L));
        Map<ComparedRun, ComparedFigures> figures = Comparison.of(
                        runs, table("train.csv", 60, 1), folder.resolve("out"))
                .valid(table("valid.csv", 21, 2))
                .execute();
        assertThat(figures).hasSize(2).allSatisfy((run, figure) -> {
            assertThat(figure.evaluation().primary()).isEqualTo("accuracy");
            assertThat(figure.evaluation().count()).isEqualTo(21);
            assertThat(figure.evaluation().baseline("majority")).isEqualTo(14 / 21.0);
            assertThat(figure.steps()).isEqualTo(5);
        });
    }
}
