package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Vectors of a model that learnt pairs are those that its loss compares. */
class EmbedderTest {
    private static final double TAU = 0.3;
    private static final int WINDOW = 13;
    private static final List<String> TEXTS = List.of("MKV", "ACDEFGHIKLM", "W", "MKVL", "GGGGGAA");

    private static PerformerModel model(String pooling, Framing framing) {
        Tokenizer tokenizer = new ProteinTokenizer();
        PerformerConfig config = PerformerConfig.defaults()
                .withCausal(pooling.equals("last"))
                .withVocabulary(tokenizer.size())
                .with("maxTokens", WINDOW)
                .with("attention.heads", 2)
                .with("width", 14)
                .with("layers", 1)
                .with("feedForward.hidden", 17)
                .with("attention.features", 8)
                .with("head.pooling", pooling);
        Similarity task = new Similarity(TAU);
        ComputationGraph net = new ComputationGraph(config.graph(task, new Adam(0.01), 0, 5));
        net.init();
        net.getParam("embedding_W").muli(30); // so that texts differ
        DataConfig data = DataConfig.defaults().withFraming(framing).withMaxTokens(WINDOW);
        return new PerformerModel(net, ModelInfo.of(task, config, data, tokenizer, null, Provenance.unknown()));
    }

    /** z_i · z_j of the net's own output. */
    @ParameterizedTest
    @CsvSource({"mean,BOTH", "first,BOTH", "last,START", "mean,START", "sum,BOTH", "max,BOTH"})
    void theyAreWhatTheLossCompares(String pooling, Framing framing) {
        PerformerModel model = model(pooling, framing);
        int n = TEXTS.size();
        float[][] ids = new float[n][WINDOW];
        float[][] mask = new float[n][WINDOW];
        for (int i = 0; i < n; i++) {
            int[] row = framing.frame(
                    model.info().tokenizer(), model.read(TEXTS.get(i)).ids());
            for (int t = 0; t < row.length; t++) {
                ids[i][t] = row[t];
                mask[i][t] = 1;
            }
        }
        INDArray z = model.net()
                .output(
                        false,
                        new INDArray[] {Nd4j.createFromArray(ids)},
                        new INDArray[] {Nd4j.createFromArray(mask)},
                        null)[0]; // [n,1,E]
        model.net().clearLayerMaskArrays();
        double least = 1;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double expected = 0;
                for (int e = 0; e < z.size(2); e++) {
                    expected += z.getDouble(i, 0, e) * z.getDouble(j, 0, e);
                }
                assertThat(model.similarity(TEXTS.get(i), TEXTS.get(j))).isCloseTo(expected, within(2e-5));
                least = Math.min(least, expected);
            }
        }
        assertThat(least).isLessThan(0.95);
    }

    @Test
    void manyAreWhatTheyAreAlone() {
        Embedder embedder = model("mean", Framing.BOTH).embedder();
        List<float[]> many = embedder.embed(TEXTS);
        for (int i = 0; i < TEXTS.size(); i++) {
            float[] alone = embedder.embed(TEXTS.get(i));
            double squares = 0;
            for (int e = 0; e < alone.length; e++) {
                assertThat(many.get(i)[e]).isCloseTo(alone[e], within(1e-5f));
                squares += alone[e] * alone[e];
            }
            assertThat(squares).isCloseTo(1, within(1e-5));
        }
        assertThat(embedder.similarity("MKV", "MKV")).isCloseTo(1, within(1e-5));
        assertThat(embedder.similarity("MKV", "W")).isCloseTo(embedder.similarity("W", "MKV"), within(1e-9));
        List<ModelInput> pairs =
                List.of(embedder.reader().read("MKV", "W"), embedder.reader().read("ACDEF", "MKVL"));
        assertThat(embedder.similarityInputs(pairs).get(0)).isCloseTo(embedder.similarity("MKV", "W"), within(1e-5));
        assertThat(embedder.similarityInputs(pairs).get(1))
                .isCloseTo(embedder.similarity("ACDEF", "MKVL"), within(1e-5));
    }

    @Test
    void threadsGetTheSameBits() throws InterruptedException, ExecutionException {
        PerformerModel model = model("mean", Framing.BOTH);
        float[] expected = model.embed("ACDEFGHIKLM");
        assertThat(expected).isEqualTo(model.embedder().embed("ACDEFGHIKLM"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<float[]>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                all.add(threads.submit(() -> model.embed("ACDEFGHIKLM")));
            }
            for (Future<float[]> one : all) {
                assertThat(one.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        Embedder embedder = model("mean", Framing.BOTH).embedder();
        assertThatThrownBy(() -> embedder.embed("M".repeat(12)))
                .hasMessage("a vector is of one text that fits the model's window; texts=1, tokens=12, window=13");
        assertThatThrownBy(() -> embedder.embed("")).hasMessage("a sequence must have a token; tokens=0");
        assertThatThrownBy(() -> embedder.embedInputs(List.of(embedder.reader().read("MK", "V"))))
                .hasMessageContaining("texts=2");
        assertThatThrownBy(() ->
                        embedder.similarityInputs(List.of(embedder.reader().read("MK"))))
                .hasMessage("a similarity is of two texts with a token each; pair=false, tokens=2");
        assertThatThrownBy(() -> Samples.masked(3).similarity("MK", "V"))
                .hasMessage("similarity needs a model of task pairs; task=masked-lm");
    }
}
