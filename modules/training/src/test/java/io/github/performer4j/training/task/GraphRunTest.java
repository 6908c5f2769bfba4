package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.Classified;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Tagged;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.graph.GraphExample;
import io.github.performer4j.data.graph.TuWriter;
import io.github.performer4j.data.made.MotifGraphs;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.Evaluators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on graphs: classes, numbers and tags; what is predicted is what is measured, and a bag of nodes stands beside. */
class GraphRunTest {
    private static final RunConfig CONFIG = RunConfig.fromJson("""
            {"task": {"name": "classify"},
             "model": {"maxTokens": 24, "width": 16, "layers": 1, "dropout": 0.0, "embedding": {"positions": "none"},
                       "feedForward": {"hidden": 32}, "attention": {"heads": 2, "features": 8, "featureMap": "relu"}},
             "data": {"tokens": "byte", "maxTokens": 24, "tokensPerBatch": 480, "split": "label",
                      "graph": {"kernel": "adjacency"}},
             "training": {"steps": 60, "learningRate": 0.02, "warmupSteps": 5, "evalEvery": 30, "checkpointEvery": 30,
                          "weightDecay": 0.0, "seed": 3}}
            """);

    @TempDir
    Path dir;

    private TrainingRun.Result run(RunConfig config, Path data, String out) throws IOException {
        return TrainingRun.of(config, data, dir.resolve(out))
                .validFraction(0.25)
                .execute();
    }

    @Test
    void aClassifierLearnsMotifsAndPredictsAsItIsMeasured() throws IOException {
        Path data = dir.resolve("motifs");
        new MotifGraphs(1, 4, 0.1, 1).write(data, 120, false);
        TrainingRun.Result result = run(CONFIG, data, "out");
        Evaluation e = result.evaluation();
        assertThat(e.primary()).isEqualTo("accuracy");
        assertThat(e.value()).isGreaterThan(e.baseline("majority") + 0.3);
        assertThat(e.baselines()).containsKey("bagOfNodes");
        assertThat(Files.readString(result.folder().path().resolve("report.html")))
                .contains("training nodes");

        PerformerModel model = ModelFile.load(result.model());
        assertThat(model.info().model().embedding().graphLengths()).isEqualTo(1);
        assertThat(model.info().data().graph().known()).isTrue();
        Corpus corpus = Corpus.open(data, model.info().reading(), model.info().tokenizer());
        Evaluation all = Evaluators.of(model.info(), corpus, 1, Long.MAX_VALUE).evaluate(model.net(), 2);
        List<ModelInput> inputs = new ArrayList<>();
        List<String> truth = new ArrayList<>();
        try (CorpusExamples examples = corpus.examples()) {
            for (Example one = examples.next(); one != null; one = examples.next()) {
                inputs.add(model.classifier().reader().graph(one.graph()));
                truth.add(one.labels().get(0));
            }
        }
        List<Classified> many = model.classifier().classifyInputs(inputs);
        int right = 0;
        for (int i = 0; i < many.size(); i++) {
            right += many.get(i).best().label().equals(truth.get(i)) ? 1 : 0;
        }
        assertThat((double) right / many.size()).isEqualTo(all.value());
        List<float[]> vectors = model.embedder().embedInputs(inputs.subList(0, 5));
        for (int i = 0; i < vectors.size(); i++) {
            assertThat(vectors.get(i)).containsExactly(model.embed(inputs.get(i).graph()), within(1e-5f));
        }
        assertThat(model.embedNodes(inputs.get(0).graph())).hasDimensions(16, 16);
        assertThatThrownBy(() -> model.classify("text"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model reads graphs; data.graph.kernel=adjacency");
        assertThatThrownBy(() -> model.explain(1, 2)).hasMessageStartingWith("explain reads sequences");
    }

    /** The number of edges is half the sum of degrees: a linear function of the bag, which least squares find. */
    @Test
    void aBagOfNodesKnowsWhatIsLinearInIt() throws IOException {
        Path data = dir.resolve("edges");
        List<GraphExample> graphs = new ArrayList<>();
        for (GraphExample g : new MotifGraphs(2, 8, 0.3, 2).make(60)) {
            String edges = String.valueOf(g.graph().arcs() / 2);
            graphs.add(new GraphExample(g.id(), g.graph(), g.features(), List.of(), edges));
        }
        TuWriter.write(data, "edges", graphs);
        RunConfig config = CONFIG.withOverride("task.name", "regress")
                .withOverride("data.split", "document")
                .withOverride("model.head.pooling", "sum");
        Evaluation e = run(config, data, "numbers").evaluation();
        assertThat(e.primary()).isEqualTo("rmse");
        assertThat(e.baseline("bagOfNodes")).isCloseTo(0, within(1e-3));
        assertThat(e.value()).isLessThan(e.baseline("meanValue"));
    }

    @Test
    void nodesAreTagged() throws IOException {
        Path data = dir.resolve("tags");
        new MotifGraphs(1, 6, 0.1, 1).write(data, 80, true);
        RunConfig config = CONFIG.withOverride("task.name", "tag").withOverride("data.split", "document");
        assertThatThrownBy(() -> run(config, data, "refused"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("what is to be predicted of nodes must not be seen");
        TrainingRun.Result result = run(config.withOverride("data.columns.options.nodeLabels", "tags"), data, "tagged");
        Evaluation e = result.evaluation();
        assertThat(e.value()).isGreaterThan(e.baseline("majority"));
        PerformerModel model = ModelFile.load(result.model());
        try (CorpusExamples examples = Corpus.open(
                        data, model.info().reading(), model.info().tokenizer())
                .examples()) {
            Tagged tagged = model.tag(examples.next().graph());
            assertThat(tagged.tags()).hasSize(18);
            assertThat(tagged.tags().get(17).text()).isEqualTo("18");
            assertThat(tagged.labels()).isSubsetOf("0", "1");
        }
    }

    @Test
    void bodiesThatNeedAnOrderAreRefused() throws IOException {
        Path data = dir.resolve("some");
        new MotifGraphs(1, 4, 0.1, 1).write(data, 20, false);
        for (String[] wrong : new String[][] {
            {"model.embedding.positions", "learned", "nodes of a graph have no positions"},
            {"model.attention.positions", "rotary", "attention over a graph is not causal"},
            {"model.attention.kind", "exact", "attention over a graph must be linear"},
            {"model.norm.kind", "rms", "blocks over graphs have layer norms in front"},
            {"model.feedForward.kind", "swiglu", "the feed-forward of blocks over graphs is gelu"},
            {"model.head.pooling", "last", "nodes of a graph have no first and no last"},
            {"task.name", "masked-lm", "the task needs tokens, and graphs have none"}
        }) {
            assertThatThrownBy(() -> run(CONFIG.withOverride(wrong[0], wrong[1]), data, "no"))
                    .as(wrong[0])
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong[2]);
        }
    }
}
