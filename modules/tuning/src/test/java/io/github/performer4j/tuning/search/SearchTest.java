package io.github.performer4j.tuning.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.tuning.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole searches of models of a few steps. */
class SearchTest {
    private static final RunConfig BASE = RunConfig.fromJson("""
            {"task": {"name": "causal-lm"},
             "model": {"maxTokens": 16, "width": 8, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 16},
                       "attention": {"heads": 2, "features": 8, "causal": true}},
             "data": {"tokens": "character", "framing": "packed", "maxTokens": 16, "tokensPerBatch": 64},
             "training": {"steps": 4, "warmupSteps": 1, "evalTokens": 500}}
            """);

    /** Width 12 does not go with 8 heads. */
    private static final SearchSpace SPACE = SearchSpace.fromJson("""
            {"formatVersion": 1, "parameters": {
              "training.learningRate": {"kind": "log", "min": 1e-3, "max": 1e-1},
              "model.width": {"kind": "choice", "values": [8, 12, 16]},
              "model.attention.heads": {"kind": "choice", "values": [2, 8]},
              "model.feedForward.hidden": {"kind": "multiple", "of": "model.width", "by": 2}}}
            """);

    @TempDir
    Path folder;

    private Path text() throws IOException {
        return Files.writeString(folder.resolve("text.txt"), "It is a truth universally acknowledged. ".repeat(60));
    }

    private Search search(SearchSettings settings, String name) throws IOException {
        return Search.of(settings, text(), folder.resolve(name));
    }

    private static SearchSettings settings(int trials, int halving) {
        return new SearchSettings(BASE, SPACE, Generator.TPE, 2, trials, halving);
    }

    @Test
    void everyTrialIsARunFolderAndFailuresKeepTheirCause() throws IOException {
        Search.Result result = search(settings(10, 0), "all").execute();
        assertThat(result.complete()).isTrue();
        assertThat(result.trials()).hasSize(10);
        assertThat(result.trials())
                .filteredOn(trial -> trial.failure() != null)
                .isNotEmpty()
                .allSatisfy(trial -> {
                    assertThat(trial.values())
                            .containsEntry("model.width", "12")
                            .containsEntry("model.attention.heads", "8");
                    assertThat(trial.failure()).contains("heads must divide").doesNotContain("\n");
                });
        double before = Double.NEGATIVE_INFINITY;
        for (Trial trial : result.trials()) {
            if (trial.failure() == null) {
                RunConfig config = RunFolder.open(folder.resolve("all").resolve(trial.folder()))
                        .config();
                assertThat(config.model())
                        .isEqualTo(settings(10, 0).config(trial).model());
                assertThat(config.training().learningRate())
                        .isEqualTo(Double.parseDouble(trial.values().get("training.learningRate")));
                assertThat(config.model().feedForward().hidden())
                        .isEqualTo(2 * config.model().width());
                assertThat(trial.last().steps()).isEqualTo(4);
                assertThat(trial.last().cost()).isGreaterThanOrEqualTo(before);
                before = trial.last().cost();
            }
        }
        assertThat(result.best()).isEqualTo(result.trials().get(0));
        assertThat(search(settings(10, 0), "all").watcher(refusing()).execute()).isEqualTo(result);
    }

    private static Search.Watcher refusing() {
        return new Search.Watcher() {
            @Override
            public RunListener start(Trial trial, long steps) {
                throw new AssertionError("nothing is left to be trained");
            }
        };
    }

    /** Seconds a step differ, all else is equal, to the last bit. */
    private static List<Object> figures(Search.Result result) {
        List<Object> figures = new ArrayList<>();
        result.trials()
                .forEach(trial -> trial.attempts()
                        .forEach(attempt -> figures.add(List.of(
                                trial.number(),
                                trial.values(),
                                attempt.steps(),
                                String.valueOf(attempt.evaluation()),
                                String.valueOf(attempt.failure())))));
        return figures;
    }

    @Test
    void aBudgetStopsASearchInTheMiddleOfATrialAndTheRestIsThatOfOneNeverStopped() throws IOException {
        Search.Result whole = search(settings(4, 0), "whole").execute();
        AtomicLong now = new AtomicLong();
        // Each step takes a minute by this clock.
        Search.Result part = search(settings(4, 0), "part")
                .minutes(6)
                .clock(now::get)
                .watcher(minuteAStep(now))
                .execute();
        assertThat(part.complete()).isFalse();
        assertThat(part.trials()).hasSizeLessThan(4);
        Search.Result rest = search(settings(4, 0), "part").execute();
        assertThat(rest.complete()).isTrue();
        assertThat(figures(rest)).isEqualTo(figures(whole));
        for (Trial trial : whole.trials()) {
            if (trial.failure() == null) {
                assertThat(coefficients("part", trial)).isEqualTo(coefficients("whole", trial));
            }
        }
    }

    private byte[] coefficients(String search, Trial trial) throws IOException {
        return ModelFile.entry(
                RunFolder.open(folder.resolve(search).resolve(trial.folder())).model(), "coefficients.bin");
    }

    private static Search.Watcher minuteAStep(AtomicLong now) {
        return new Search.Watcher() {
            @Override
            public RunListener start(Trial trial, long steps) {
                return new RunListener() {
                    @Override
                    public void step(Progress progress) {
                        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
                    }
                };
            }
        };
    }

    /** Four trials of 2 steps, two of 4; what went on is bit for bit the trial that trained 4 steps at once. */
    @Test
    void halvingTrainsEachTrialOnItsOwnCourse() throws IOException {
        Search.Result halved = search(settings(4, 2), "halved").execute();
        assertThat(halved.complete()).isTrue();
        Search.Result whole = search(settings(4, 0), "whole").execute();
        assertThat(halved.trials())
                .filteredOn(trial -> trial.attempts().size() == 3)
                .hasSize(1);
        Trial best = halved.best();
        assertThat(best.attempts()).extracting(Trial.Attempt::steps).containsExactly(1L, 2L, 4L);
        Trial same = whole.trials().stream()
                .filter(trial -> trial.number() == best.number())
                .findFirst()
                .orElseThrow();
        assertThat(best.values()).isEqualTo(same.values());
        assertThat(best.last().evaluation()).isEqualTo(same.last().evaluation());
        assertThat(coefficients("halved", best)).isEqualTo(coefficients("whole", same));
    }

    @Test
    void severalAtATimeComeToTheFiguresOfOneAtATime() throws IOException {
        SearchSettings random = new SearchSettings(BASE, SPACE, Generator.RANDOM, 2, 4, 0);
        Search.Result one = search(random, "one").execute();
        Search.Result three = search(random, "three").parallel(3).execute();
        assertThat(figures(three)).isEqualTo(figures(one));
    }

    @Test
    void whatIsWrongIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path out = folder.resolve("none");
        assertThatThrownBy(() -> search(settings(0, 0), "none").execute())
                .hasMessage("a search needs a number of trials, minutes, or a grid");
        Path tiny = Files.writeString(folder.resolve("tiny.txt"), "");
        assertThatThrownBy(() -> Search.of(settings(2, 0), tiny, out).execute()).isInstanceOf(Exception.class);
        assertThat(out).doesNotExist();
        Files.createDirectories(folder.resolve("other").resolve("relu-1"));
        assertThatThrownBy(() -> search(settings(2, 0), "other").execute())
                .hasMessageContaining("a search needs a folder that is new, empty or of an earlier search; folder=");
    }

    @Test
    void otherSettingsNeedAnotherFolderButMoreTrialsDoNot() throws IOException {
        search(settings(1, 0), "first").execute();
        SearchSettings seeded = new SearchSettings(BASE, SPACE, Generator.TPE, 3, 1, 0);
        assertThatThrownBy(() -> search(seeded, "first").execute())
                .hasMessageStartingWith("a search goes on with the settings it was begun with, or in another folder: ")
                .hasMessageContaining("seed");
        SearchSettings wider =
                new SearchSettings(BASE.withOverrides(Map.of("model.dropout", "0.5")), SPACE, Generator.TPE, 2, 1, 0);
        assertThatThrownBy(() -> search(wider, "first").execute()).hasMessageContaining("config.model.dropout");
        SearchSettings threads =
                new SearchSettings(BASE.withOverrides(Map.of("training.threads", "2")), SPACE, Generator.TPE, 2, 2, 0);
        assertThat(search(threads, "first").execute().trials()).hasSize(2);
    }
}
