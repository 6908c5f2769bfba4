package io.github.performer4j.training.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons that end early and go on, by a clock that the test turns. */
class ComparisonTest {
    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "causal-lm"},
             "model": {"maxTokens": 16, "width": 8, "layers": 1, "dropout": 0.1, "feedForward": {"hidden": 16},
                       "attention": {"heads": 2, "features": 8, "causal": true}},
             "data": {"tokens": "character", "framing": "packed", "maxTokens": 16, "tokensPerBatch": 64},
             "training": {"steps": 4, "warmupSteps": 1}}
            """);

    @TempDir
    Path folder;

    @Test
    void aBudgetStopsARunInTheMiddleAndTheResultIsThatOfOneNeverStopped() throws IOException {
        List<ComparedRun> runs = runs("relu", "positive");
        Map<ComparedRun, ComparedFigures> whole =
                Comparison.of(runs, text(), folder.resolve("whole")).execute();
        AtomicLong now = new AtomicLong();
        Path parts = folder.resolve("parts");
        // Each step takes a minute by this clock: four of the first run, two of the second.
        Map<ComparedRun, ComparedFigures> some = Comparison.of(runs, text(), parts)
                .minutes(6)
                .clock(now::get)
                .watcher(minuteAStep(now))
                .execute();
        assertThat(some).containsOnlyKeys(runs.get(0));
        assertThat(RunFolder.open(parts.resolve("positive-1")).checkpoints())
                .extracting(f -> f.getFileName().toString())
                .containsExactly("step-000002.zip");
        assertThat(Comparison.of(runs, text(), parts)
                        .minutes(1e-9)
                        .clock(() -> now.addAndGet(TimeUnit.HOURS.toNanos(1)))
                        .execute())
                .as("no run starts after the budget")
                .containsOnlyKeys(runs.get(0));
        Map<ComparedRun, ComparedFigures> rest =
                Comparison.of(runs, text(), parts).execute();
        for (ComparedRun run : runs) {
            assertThat(rest.get(run).evaluation())
                    .as(run.folder())
                    .isEqualTo(whole.get(run).evaluation());
            assertThat(ModelFile.entry(parts.resolve(run.folder()).resolve("best.zip"), "coefficients.bin"))
                    .isEqualTo(ModelFile.entry(
                            folder.resolve("whole").resolve(run.folder()).resolve("best.zip"), "coefficients.bin"));
        }
    }

    /** A step takes a minute, and is told to the listener at its end: five minutes are over at the sixth, cosine decay included. */
    @Test
    void equalTimeIsCountedByEachRunOverAllItsStarts() throws IOException {
        RunConfig timed = CONFIG.withTraining(CONFIG.training().withMinutes(5));
        List<ComparedRun> runs = new Variants(
                        timed, List.of(Variant.base(), Variant.parse("wide:model.feedForward.hidden=32")))
                .runs(List.of(1L));
        AtomicLong now = new AtomicLong();
        Map<ComparedRun, ComparedFigures> whole =
                timed(runs, folder.resolve("whole"), now).execute();
        Path parts = folder.resolve("parts");
        assertThat(timed(runs, parts, now).minutes(8).execute()).containsOnlyKeys(runs.get(0));
        assertThat(RunFolder.open(parts.resolve("wide-1")).checkpoints())
                .extracting(f -> f.getFileName().toString())
                .containsExactly("step-000002.zip");
        Map<ComparedRun, ComparedFigures> rest = timed(runs, parts, now).execute();
        for (ComparedRun run : runs) {
            assertThat(rest.get(run)).as(run.folder()).isEqualTo(whole.get(run));
            assertThat(rest.get(run).steps()).isEqualTo(6);
            assertThat(rest.get(run).secondsPerStep()).isEqualTo(60);
        }
        // 16 more hidden values of one block: a row and a column of 8 for each, and a bias.
        assertThat(rest.get(runs.get(1)).parameters() - rest.get(runs.get(0)).parameters())
                .isEqualTo(16 * (8 + 8 + 1));
        List<ComparedRun> longer = List.of(
                new ComparedRun("base", 1, timed.withTraining(timed.training().withMinutes(6))));
        assertThatThrownBy(() -> timed(longer, parts, now).execute())
                .hasMessageContaining("base-1")
                .hasMessageContaining("minutes");
    }

    private Comparison timed(List<ComparedRun> runs, Path out, AtomicLong now) throws IOException {
        return Comparison.of(runs, text(), out).clock(now::get).watcher(minuteAStep(now));
    }

    @Test
    void aRunWithoutAModelForTheDataIsRefusedBeforeTheFirstIsTrained() throws IOException {
        List<Variant> variants = List.of(Variant.base(), Variant.parse("short:model.maxTokens=8"));
        Path out = folder.resolve("refused");
        assertThatThrownBy(() -> Comparison.of(new Variants(CONFIG, variants).runs(List.of(1L)), text(), out)
                        .execute())
                .hasMessageContainingAll("run=short-1", "data.maxTokens must not exceed model.maxTokens");
        assertThat(out.resolve("base-1")).doesNotExist();
        assertThat(Comparison.of(runs("relu"), text(), out).execute()).hasSize(1);
    }

    /** The sample is what builds before this one wrote. */
    @Test
    void figuresThatDoNotSayHowManyParametersThereAreAreRead() throws IOException {
        Path out = folder.resolve("old");
        ComparedFigures now = Comparison.of(runs("relu"), text(), out)
                .execute()
                .values()
                .iterator()
                .next();
        Path file = out.resolve("relu-1/comparison.json");
        Files.writeString(file, Files.readString(file).replaceFirst(",\\s*\"parameters\"[^}]*", ""));
        assertThat(Files.readString(file)).doesNotContain("parameters");
        ComparedFigures old = Comparison.of(runs("relu"), text(), out)
                .execute()
                .values()
                .iterator()
                .next();
        assertThat(old.parameters()).isNull();
        assertThat(old.evaluation()).isEqualTo(now.evaluation());
    }

    @Test
    void aRunThatDivergesIsAResultAndTheNextOneStarts() throws IOException {
        RunConfig wild =
                CONFIG.withTraining(CONFIG.training().withLearningRate(1e30).withWarmupSteps(0));
        List<ComparedRun> runs = List.of(new ComparedRun("wild", 1, wild), new ComparedRun("tame", 1, CONFIG));
        List<String> started = new ArrayList<>();
        for (int time = 0; time < 2; time++) {
            Map<ComparedRun, ComparedFigures> all = Comparison.of(runs, text(), folder.resolve("out"))
                    .watcher(new Comparison.Watcher() {
                        @Override
                        public RunListener start(ComparedRun run, int number) {
                            started.add(run.folder() + " " + number);
                            return RunListener.NONE;
                        }
                    })
                    .execute();
            assertThat(all.get(runs.get(0)).evaluation()).isNull();
            assertThat(all.get(runs.get(0)).diverged()).contains("step ");
            assertThat(all.get(runs.get(1)).evaluation()).isNotNull();
        }
        assertThat(started).as("neither starts again").containsExactly("wild-1 1", "tame-1 2");
    }

    /** Killed while the sides were written, and after that but before they had their name. */
    @Test
    void aKillBeforeTheFirstRunDoesNotBlockTheNextStart() throws IOException {
        List<ComparedRun> runs = runs("relu");
        Path out = folder.resolve("killed");
        Path part = Files.createDirectories(out.resolve(".split/train"));
        Files.writeString(part.resolve("text.txt"), "It is a tru");
        Map<ComparedRun, ComparedFigures> first =
                Comparison.of(runs, text(), out).execute();
        assertThat(out.resolve(".split")).doesNotExist();
        Files.move(out.resolve("split"), out.resolve(".split"));
        deleteRun(out.resolve("relu-1"));
        assertThat(Comparison.of(runs, text(), out).execute().get(runs.get(0)).evaluation())
                .isEqualTo(first.get(runs.get(0)).evaluation());
    }

    @Test
    void otherSettingsOfTheDataAndChangedSidesAreRefused() throws IOException {
        Path out = folder.resolve("sides");
        Comparison.of(runs("relu"), text(), out).execute();
        deleteRun(out.resolve("relu-1"));
        List<ComparedRun> others = List.of(new ComparedRun("relu", 1, CONFIG.withOverride("data.tokens", "byte")));
        assertThatThrownBy(() -> Comparison.of(others, text(), out).seed(2).execute())
                .hasMessageContainingAll(
                        "the data it was begun with",
                        "settings.tokens checkpoint=\"character\", run=\"byte\"",
                        "seed checkpoint=\"1\", run=\"2\"");
        try (Stream<Path> files = Files.walk(out.resolve("split/valid"))) {
            Files.writeString(files.filter(Files::isRegularFile).findFirst().orElseThrow(), "It is another one.");
        }
        assertThatThrownBy(() -> Comparison.of(runs("relu"), text(), out).execute())
                .hasMessageContaining("the sides it was begun with");
    }

    private static void deleteRun(Path run) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(run)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.delete(file);
        }
    }

    private static Comparison.Watcher minuteAStep(AtomicLong now) {
        return new Comparison.Watcher() {
            @Override
            public RunListener start(ComparedRun run, int number) {
                return new RunListener() {
                    @Override
                    public void step(Progress progress) {
                        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
                    }
                };
            }
        };
    }

    private static List<ComparedRun> runs(String... maps) {
        List<ComparedRun> runs = new ArrayList<>();
        for (String map : maps) {
            runs.add(new ComparedRun(map, 1, CONFIG.withOverride("model.attention.featureMap", map)));
        }
        return runs;
    }

    private Path text() throws IOException {
        return Files.writeString(
                folder.resolve("text.txt"),
                "It is a truth universally acknowledged, that a single man in possession. ".repeat(30));
    }
}
