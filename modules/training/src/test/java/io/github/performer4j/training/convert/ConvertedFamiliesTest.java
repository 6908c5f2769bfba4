package io.github.performer4j.training.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of every family are converted, whatever their positions, norms and direction; their positions stay. */
class ConvertedFamiliesTest {
    private static final Path IMPORTS = Path.of("../checkpoint/src/test/resources/golden/imports");
    private static final int STEPS = 80;

    @TempDir
    Path folder;

    private PerformerModel teacher(String family) throws IOException {
        PerformerModel model = ModelImport.read(
                        HuggingFaceFolder.find(IMPORTS.resolve(family), null, null),
                        new ImportSettings(false, null, Map.of(), 1),
                        new Provenance(family, "", 1, 0, "test", "17", "1970-01-01T00:00:00Z"))
                .model();
        DataConfig data = model.info()
                .data()
                .withColumns(ExampleColumns.defaults().withText("text"))
                .withKind("table")
                .withTokensPerBatch(256);
        if (data.framing() == Framing.PACKED) {
            data = data.withFraming(Framing.START);
        }
        return new PerformerModel(model.net(), model.info().withData(data));
    }

    private Corpus texts(PerformerModel model, boolean proteins) throws IOException {
        String[] symbols = {"A", "D", "E", "F", "G", "K", "L"};
        StringBuilder table = new StringBuilder("text\n");
        for (int i = 0; i < 60; i++) {
            for (int j = 0; j <= i % 7 + 1; j++) {
                String symbol = symbols[(i * 3 + j * j) % symbols.length];
                table.append(proteins ? symbol : symbol.toLowerCase(Locale.ROOT))
                        .append(j < i % 7 + 1 ? proteins ? "" : " " : "\n");
            }
        }
        Path file = Files.writeString(folder.resolve("texts.tsv"), table.toString());
        return Corpus.open(file, model.info().data(), model.info().tokenizer());
    }

    private static List<Double> losses(PerformerModel teacher, PerformerConfig config, Corpus texts, long steps)
            throws IOException {
        TrainingConfig training = TrainingConfig.defaults()
                .withLearningRate(3e-3)
                .withWarmupSteps(5)
                .withSchedule(Shape.CONSTANT)
                .withWeightDecay(0)
                .withSeed(5)
                .withAccumulate(1)
                .withThreads(1)
                .bySteps(steps);
        List<Double> losses = new ArrayList<>();
        RunListener hearing = new RunListener() {
            @Override
            public void step(Progress progress) {
                losses.add(progress.loss());
            }
        };
        new Conversion(teacher, config, training).learn(texts, hearing, stop -> {});
        return losses;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "distilbert",
                "esm",
                "esmc",
                "gpt2",
                "jina-bert",
                "llama",
                "modernbert",
                "mosaic-bert",
                "qwen2",
                "roberta",
                "t5",
                "t5-gated"
            })
    void theirStatesAreLearnt(String family) throws IOException {
        PerformerModel teacher = teacher(family);
        Corpus texts = texts(teacher, family.startsWith("esm"));
        PerformerConfig exact = teacher.info().model();
        assertThat(losses(teacher, exact, texts, 1).get(0))
                .as("attention as it was")
                .isCloseTo(0, within(1e-9));
        PerformerConfig linear = exact.with("attention.kind", "linear")
                .with("attention.featureMap", "positive")
                .with("attention.features", 16)
                .with("attention.redrawInterval", 0);
        assertThat(linear.attention().positions()).isEqualTo(exact.attention().positions());
        assertThat(linear.attention().decay()).isEqualTo(exact.attention().decay());
        List<Double> losses = losses(teacher, linear, texts, STEPS);
        double first = mean(losses.subList(0, 5));
        double last = mean(losses.subList(STEPS - 5, STEPS));
        assertThat(first).isGreaterThan(1e-3);
        assertThat(last).as("of %s", first).isLessThan(0.8 * first);
    }

    private static double mean(List<Double> losses) {
        return losses.stream().mapToDouble(loss -> loss).average().orElseThrow();
    }
}
