package io.github.performer4j.training.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.model.BodyVertices;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchStream;
import io.github.performer4j.training.batch.BatchEncoder;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A small imported encoder becomes a linear one. */
class ConversionTest {
    private static final Path BERT = Path.of("../checkpoint/src/test/resources/golden/imports/bert");
    private static final TrainingConfig TRAINING = TrainingConfig.defaults()
            .withLearningRate(1e-3)
            .withWarmupSteps(5)
            .withSchedule(Shape.CONSTANT)
            .withWeightDecay(0)
            .withSeed(5)
            .withAccumulate(1)
            .withThreads(2);

    @TempDir
    Path folder;

    private PerformerModel teacher;
    private Corpus corpus;

    @BeforeEach
    void read() throws IOException {
        HuggingFaceFolder files = HuggingFaceFolder.find(BERT, null, null);
        teacher = ModelImport.read(
                        files,
                        new ImportSettings(false, null, Map.of(), 1),
                        new Provenance("bert", "", 1, 0, "test", "17", "1970-01-01T00:00:00Z"))
                .model();
        String[] words = {"a", "b", "c", "d", "e", "f", "g"};
        StringBuilder table = new StringBuilder("text\n");
        for (int i = 0; i < 60; i++) {
            for (int j = 0; j <= i % 7; j++) {
                table.append(words[(i * 3 + j * j) % words.length]).append(j < i % 7 ? " " : "\n");
            }
        }
        Path file = Files.writeString(folder.resolve("texts.tsv"), table.toString());
        DataConfig reading = teacher.info()
                .data()
                .withColumns(ExampleColumns.defaults().withText("text"))
                .withKind("table")
                .withTokensPerBatch(256);
        corpus = Corpus.open(file, reading, teacher.info().tokenizer());
    }

    private PerformerConfig linear() {
        return teacher.info()
                .model()
                .with("attention.kind", "linear")
                .with("attention.featureMap", "positive")
                .with("attention.features", 16);
    }

    private Conversion conversion(PerformerConfig config, long steps) {
        return new Conversion(teacher, config, TRAINING.bySteps(steps));
    }

    private static List<Double> losses(Conversion conversion, Corpus texts) throws IOException {
        List<Double> losses = new ArrayList<>();
        conversion.learn(texts, hearing(losses), stop -> {});
        return losses;
    }

    private static RunListener hearing(List<Double> losses) {
        return new RunListener() {
            @Override
            public void step(Progress progress) {
                losses.add(progress.loss());
            }
        };
    }

    /** A student that attends as its teacher does has nothing to learn, whatever the order of its sums. */
    @Test
    void theSameAttentionHasNoLoss() throws IOException {
        assertThat(losses(conversion(teacher.info().model(), 1), corpus).get(0)).isCloseTo(0, within(1e-9));
    }

    /** The loss of a step is Σ_l mean |h_l − t_l|² / s_l² by hand, over the tokens that are real, with the model that the steps before it made. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theLossIsTheRelativeSquareOfAllBlocks(int done) throws IOException {
        ComputationGraph old = teacher.net();
        ComputationGraph young = done == 0
                ? conversion(linear(), 1).unlearned().net()
                : conversion(linear(), done)
                        .learn(corpus, RunListener.NONE, stop -> {})
                        .model()
                        .net();
        List<String> vertices = StudentGraph.vertices(linear());
        assertThat(vertices).hasSize(2);
        double expected = 0;
        try (BatchStream stream = corpus.batches(new AllTokens(), true).open(5, 0)) {
            Batch first = stream.next();
            double[] squares = relative(first, old, null, vertices);
            Batch batch = first;
            for (int i = 0; i < done; i++) {
                batch = stream.next();
            }
            double[] errors = relative(batch, old, young, vertices);
            for (int l = 0; l < errors.length; l++) {
                expected += errors[l] / squares[l];
            }
        }
        assertThat(expected).isGreaterThan(1e-3);
        List<Double> losses = losses(conversion(linear(), done + 1L), corpus);
        assertThat(losses.get(done)).isCloseTo(expected, within(1e-4 * expected));
    }

    /** Mean squares of the states' differences, or without a student of the teacher's states, over real tokens. */
    private static double[] relative(Batch batch, ComputationGraph old, ComputationGraph young, List<String> vertices) {
        BatchEncoder.Arrays in =
                BatchEncoder.columns().encode(batch, old.params().dataType());
        INDArray mask = in.featureMasks()[0];
        assertThat(mask.sumNumber().doubleValue()).isEqualTo(batch.weight()).isLessThan(mask.length());
        INDArray[] t = old.output(vertices, false, in.features(), in.featureMasks());
        INDArray[] h = young == null ? null : young.output(vertices, false, in.features(), in.featureMasks());
        double[] means = new double[t.length];
        for (int l = 0; l < t.length; l++) {
            INDArray difference = h == null ? t[l] : h[l].sub(t[l]);
            INDArray squares = difference.mul(difference).mean(2).mul(mask);
            means[l] = squares.sumNumber().doubleValue() / batch.weight();
        }
        return means;
    }

    /** What stands in front of the blocks is computed once, by the teacher: it takes no gradient and no updater. */
    @Test
    void theStudentIsBlocksAlone() {
        ComputationGraph net = conversion(linear(), 1).unlearned().net();
        ComputationGraph student = StudentGraph.of(net, linear(), 0.5, 2);
        assertThat(student.getConfiguration().getNetworkInputs())
                .containsExactly(BodyVertices.front(net.getConfiguration(), linear()));
        assertThat(student.getConfiguration().getNetworkOutputs()).containsExactly("match-0", "match-1");
        long blocks =
                net.getLayer("block-0").numParams() + net.getLayer("block-1").numParams();
        assertThat(student.numParams()).isEqualTo(blocks);
    }

    /** What is saved attends with the features that learning ended with. */
    @Test
    void drawsAreThoseOfTheLastStep() throws IOException {
        PerformerConfig redrawn = linear().with("attention.redrawInterval", 2);
        ComputationGraph net = conversion(redrawn, 6)
                .learn(corpus, RunListener.NONE, stop -> {})
                .model()
                .net();
        GraphLayer block = (GraphLayer) net.getLayer("block-1").conf().getLayer();
        assertThat(block.getProgress().steps()).isEqualTo(6);
    }

    /** Blocks learn; embedding, positions and head are the teacher's bit for bit; the teacher is not touched. */
    @Test
    void onlyBlocksLearnAndTwoRunsAreEqual() throws IOException {
        INDArray before = teacher.net().params().dup();
        List<Double> losses = new ArrayList<>();
        Conversion.Result result = conversion(linear(), 200).learn(corpus, hearing(losses), stop -> {});
        Conversion.Result again = conversion(linear(), 200).learn(corpus, RunListener.NONE, stop -> {});
        assertThat(teacher.net().params()).isEqualTo(before);
        assertThat(again.model().net().params()).isEqualTo(result.model().net().params());
        assertThat(result.steps()).isEqualTo(200);
        assertThat(losses.get(199)).isLessThan(0.8 * losses.get(0));
        for (Layer layer : result.model().net().getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            boolean body = name.startsWith("block-") || name.equals(linear().hiddenVertex());
            teacher.net().getLayer(name).paramTable().forEach((parameter, value) -> {
                boolean same = layer.paramTable().get(parameter).equalsWithEps(value, 0);
                if (!body || parameter.endsWith("Wq")) {
                    assertThat(same).as(name + "." + parameter).isEqualTo(!body);
                }
            });
        }
        List<int[]> texts = new ArrayList<>();
        try (DocumentStream stream = corpus.stream()) {
            for (Document next = stream.next(); next != null; next = stream.next()) {
                texts.add(next.tokens());
            }
        }
        assertThat(texts).hasSize(60);
        Agreement old = Agreement.of(teacher, conversion(linear(), 1).unlearned(), texts);
        assertThat(Agreement.of(teacher, result.model(), texts).mean()).isGreaterThan(old.mean());
        assertThat(Agreement.of(teacher, teacher, texts).low()).isCloseTo(1, within(1e-6));
        assertThat(Agreement.of(teacher, teacher, texts).order()).isCloseTo(1, within(1e-9));
        assertThat(Agreement.of(teacher, teacher, texts.subList(0, 2)).order()).isNull();
    }

    @Test
    void aConversionThatIsStoppedKeepsWhatItLearnt() throws IOException {
        Conversion.Result result = conversion(linear(), 50).learn(corpus, RunListener.NONE, Runnable::run);
        assertThat(result.steps()).isLessThan(50);
    }

    @Test
    void otherShapesAndNoTextAreRefused() {
        PerformerConfig shared = linear().with("attention.keyHeads", 1);
        assertThatThrownBy(() -> conversion(shared, 1).unlearned())
                .hasMessageContaining("all parameters must keep their shapes");
        assertThatThrownBy(() -> Agreement.of(teacher, teacher, List.of())).hasMessageContaining("texts=0");
    }
}
