package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.Beam;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Translator;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.made.Sides;
import io.github.performer4j.data.made.StringPairs;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.Evaluators;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of an encoder and a decoder; the target is the source read backwards. */
class TranslationRunTest {
    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "seq2seq"},
             "model": {"maxTokens": 32, "width": 32, "layers": 1, "dropout": 0.0, "feedForward": {"hidden": 64},
                       "attention": {"heads": 2, "features": 32, "causal": true},
                       "encoder": {"layers": 1}, "head": {"tied": true}},
             "data": {"tokens": "character", "maxTokens": 32, "tokensPerBatch": 1024,
                      "columns": {"text": "source", "pair": "target"}},
             "training": {"steps": 500, "learningRate": 0.01, "warmupSteps": 20, "evalEvery": 250, "checkpointEvery": 0,
                          "weightDecay": 0.0, "seed": 3}}
            """);

    @TempDir
    Path dir;

    private Path strings(String name, long seed, int count) throws IOException {
        Path file = dir.resolve(name);
        new StringPairs(StringPairs.Rule.REVERSE, seed, 5, 3, 6).write(file, new Sides(count, 0, 0));
        return file;
    }

    private Path table(String... rows) throws IOException {
        return Files.writeString(
                Files.createTempFile(dir, "table", ".tsv"), "source\ttarget\n" + String.join("\n", rows) + "\n");
    }

    private TrainingRun run(RunConfig config, Path data, Path valid, String out) {
        return TrainingRun.of(config, data, dir.resolve(out)).valid(valid);
    }

    @Test
    void reversingIsLearntAndWrittenAsItIsMeasured() throws IOException {
        Path valid = strings("v.tsv", 2, 100);
        TrainingRun.Result result =
                run(CONFIG, strings("t.tsv", 1, 3000), valid, "out").execute();
        Evaluation e = result.evaluation();
        assertThat(e.primary()).isEqualTo("loss");
        assertThat(e.value()).isLessThan(0.3 * e.baseline("targetFrequencies"));
        assertThat(e.figure("sequenceAccuracy")).isGreaterThan(0.8);
        assertThat(e.figure("sequenceAccuracyOfCopying")).isLessThan(0.3);

        PerformerModel model = ModelFile.load(result.model());
        Corpus corpus = Corpus.open(valid, model.info().reading(), model.info().tokenizer());
        Evaluation again =
                Evaluators.of(model.info(), corpus, 1, Long.MAX_VALUE).evaluate(model.net(), 2);
        assertThat(again.figures()).isEqualTo(e.figures());
        List<String> sources = new ArrayList<>();
        List<String> targets = new ArrayList<>();
        for (String line : Files.readAllLines(valid).subList(1, 101)) {
            sources.add(line.split("\t")[0]);
            targets.add(line.split("\t")[1]);
        }
        Translator translator = model.translator();
        assertThat(translator.obstacle()).isNull();
        List<Beam> written = translator.translate(sources);
        int right = 0;
        for (int i = 0; i < sources.size(); i++) {
            right += written.get(i).text().equals(targets.get(i)) ? 1 : 0;
        }
        assertThat(translator.translate(sources.get(7))).isEqualTo(written.get(7));
        assertThat(right / 100.0).isEqualTo(e.figure("sequenceAccuracy"));
    }

    @Test
    void aRunThatWasStoppedGoesOnToTheSameBits() throws IOException {
        Path train = strings("t.tsv", 1, 300);
        Path valid = strings("v.tsv", 2, 20);
        RunConfig eight = CONFIG.withTraining(CONFIG.training().withSteps(8).withEvalEvery(0));
        TrainingRun.Result whole = run(eight, train, valid, "whole").execute();
        TrainingRun[] first = {run(eight, train, valid, "parts")};
        RunListener stop = new RunListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == 3) {
                    first[0].requestStop();
                }
            }
        };
        assertThat(first[0].listener(stop).execute().outcome()).isEqualTo(Outcome.STOPPED);
        TrainingRun.Result resumed =
                run(eight, train, valid, "parts").resume(true).execute();
        assertThat(last(resumed)).isEqualTo(last(whole));
        assertThat(resumed.evaluation()).isEqualTo(whole.evaluation());
    }

    private static byte[] last(TrainingRun.Result run) throws IOException {
        List<Path> all = run.folder().checkpoints();
        return ModelFile.entry(all.get(all.size() - 1), "coefficients.bin");
    }

    @Test
    void whatCannotBeLearntFromIsNamed() throws IOException {
        Path good = table("ab\tba", "abc\tcba", "cab\tbac");
        refused(CONFIG, table("ab\tba", "abc\t"), "must not be empty");
        refused(CONFIG, table("ab\tba", "\tcba"), "empty");
        refused(CONFIG, table("ab\tba", "abc\t" + "c".repeat(40)), "first=3, second=40", "data.maxTokens=32");
        refused(CONFIG.withOverride("data.columns.pair", "null"), good, "need a column of targets (--target-column)");
        refused(CONFIG.withOverride("data.columns.pair", "goal"), good, "goal");
        refused(CONFIG.withOverride("data.framing", "start"), good, "data.framing=start");
        refused(CONFIG.withOverride("data.columns.options.longPairs", "cut"), good, "longPairs=cut");
        refused(CONFIG.withOverride("model.encoder.layers", "0"), good, "a task with a source needs an encoder");
    }

    private void refused(RunConfig config, Path data, String... parts) {
        assertThatThrownBy(
                        () -> run(config, data, data, "no" + System.nanoTime()).execute())
                .hasMessageContainingAll(parts);
    }
}
