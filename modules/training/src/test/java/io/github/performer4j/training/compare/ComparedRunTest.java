package io.github.performer4j.training.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.training.run.RunConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparedRunTest {
    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "causal-lm"},
             "model": {"maxTokens": 16, "width": 8, "layers": 1, "feedForward": {"hidden": 16},
                       "attention": {"heads": 2, "features": 8, "causal": true}},
             "data": {"tokens": "character", "framing": "packed", "maxTokens": 16, "tokensPerBatch": 64},
             "training": {"steps": 4, "warmupSteps": 1}}
            """);

    @ParameterizedTest
    @CsvSource({
        "relu, relu-7",
        "hybrid-gaussian, hybrid-gaussian-7",
        "gerf:-0.1, gerf_-0.1-7",
        "gerf:1.0e-5, gerf_1.0e-5-7",
        "a/b\\c*d|e d?, a_b_c_d_e_d_-7"
    })
    void foldersHaveNamesThatEverySystemTakes(String name, String folder) {
        assertThat(new ComparedRun(name, 7, CONFIG).folder()).isEqualTo(folder);
    }

    @Test
    void namesThatWouldShareAFolderAreRefused() {
        List<ComparedRun> runs = List.of(new ComparedRun("a:b", 1, CONFIG), new ComparedRun("a_b", 1, CONFIG));
        assertThatThrownBy(() -> Comparison.of(runs, Path.of("data"), Path.of("out")))
                .hasMessageContaining("runs=2, different=1");
    }

    @Test
    void aRunHasStepsOrMinutes() {
        RunConfig timed = CONFIG.withTraining(CONFIG.training().withMinutes(2));
        assertThat(new ComparedRun("a", 1, timed).training().training().minutes())
                .isEqualTo(2);
        RunConfig both = timed.withTraining(timed.training().withSteps(4));
        assertThatThrownBy(() -> new ComparedRun("a", 1, both)).hasMessageContaining("steps=4, minutes=2.0");
        List<ComparedRun> runs = List.of(new ComparedRun("a", 1, CONFIG), new ComparedRun("b", 1, timed));
        assertThatThrownBy(() -> Comparison.of(runs, Path.of("data"), Path.of("out")))
                .hasMessageContaining("equal steps, or equal minutes; different=2");
    }
}
