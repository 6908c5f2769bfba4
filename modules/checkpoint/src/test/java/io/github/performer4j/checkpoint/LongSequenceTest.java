package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A model of short rows sees a sequence of any length in one pass, where its positions are relative or none: what the plain net computes of all of it. */
class LongSequenceTest {
    private static final Tokenizer TOKENIZER = new ProteinTokenizer();
    private static final int TRAINED = 16;

    private static PerformerConfig config(String attention) {
        PerformerConfig c = PerformerConfig.defaults()
                .withVocabulary(TOKENIZER.size())
                .with("maxTokens", TRAINED)
                .with("attention.heads", 2)
                .with("width", 14)
                .with("layers", 2)
                .with("feedForward.hidden", 17)
                .with("attention.features", 8)
                .with("embedding.positions", "none");
        return switch (attention) {
            case "rotary" -> c.with("attention.positions", "rotary");
            case "decay" -> c.with("attention.decay", "selective").with("attention.convolution", 3);
            default -> c.with("exactEvery", 2).with("attention.window", 40).with("attention.convolution", 3);
        };
    }

    private static ComputationGraph net(PerformerConfig config, Task task, DataType type) {
        ComputationGraph net = new ComputationGraph(config.graph(task, new Adam(0.01), 0, 5, type));
        net.init();
        net.getParam("embedding_W").muli(30); // so that places differ
        return net;
    }

    private static PerformerModel model(PerformerConfig config, Task task) {
        DataConfig data = DataConfig.defaults().withMaxTokens(TRAINED);
        return new PerformerModel(
                net(config, task, DataType.FLOAT),
                ModelInfo.of(task, config, data, TOKENIZER, null, Provenance.unknown()));
    }

    private static int[] residues(int n) {
        int[] letters = TOKENIZER.encode("ACDEFGHIKLMNPQRSTVWY");
        CounterRandom draws = CounterRandom.of(7, n);
        int[] ids = new int[n];
        for (int i = 0; i < n; i++) {
            ids[i] = letters[draws.nextInt(letters.length)];
        }
        return ids;
    }

    /** Returns the hidden states of the framed sequence, by the net alone, without padding. */
    private static INDArray plain(PerformerConfig config, Task task, DataType type, PerformerModel model, int... ids) {
        ComputationGraph net = net(config, task, type);
        net.setParams(model.net().params().castTo(type));
        int[] framed = Framing.BOTH.frame(TOKENIZER, ids);
        INDArray row = Nd4j.createFromArray(framed).castTo(type).reshape(1, framed.length);
        return net.output(List.of(config.hiddenVertex()), false, new INDArray[] {row}, null)[0];
    }

    /** The graph in float64, and the kernels without padding; lengths lie on both sides of the blocks in which rows are read. */
    @ParameterizedTest
    @CsvSource({
        "rotary, 1100, DOUBLE",
        "decay, 1100, DOUBLE",
        "window, 1100, DOUBLE",
        "rotary, 5003, FLOAT",
        "decay, 5003, FLOAT",
        "window, 5003, FLOAT",
        "decay, 1022, FLOAT",
        "decay, 1023, FLOAT"
    })
    void oneWindowIsThePlainPass(String attention, int length, DataType type) {
        PerformerConfig config = config(attention);
        PerformerModel model = model(config, new MaskedLanguageModel());
        PerformerModel whole = model.withWindow(Integer.MAX_VALUE);
        int[] ids = residues(length);
        assertThat(model.windows(ids)).isGreaterThan(60);
        assertThat(whole.windows(ids)).isEqualTo(1);
        INDArray expected = plain(config, new MaskedLanguageModel(), type, model, ids);
        float[][] tokens = whole.embedTokens(ids);
        assertThat(tokens).hasDimensions(length, config.width());
        double[] mean = new double[config.width()];
        double largest = 0;
        for (int t = 0; t < length; t++) {
            for (int e = 0; e < config.width(); e++) {
                double wanted = expected.getDouble(0, t + 1, e);
                assertThat((double) tokens[t][e]).as("token %d", t).isCloseTo(wanted, within(5e-5));
                mean[e] += wanted / length;
                largest = Math.max(largest, Math.abs(wanted));
            }
        }
        assertThat(largest).isGreaterThan(0.5);
        float[] vector = whole.embed(ids);
        for (int e = 0; e < mean.length; e++) {
            assertThat((double) vector[e]).isCloseTo(mean[e], within(1e-5));
        }
        assertThat(model.embed(ids)).isNotEqualTo(vector); // in windows
    }

    /** Vectors that a model of pairs compares: the mean over the frame, too, of length 1. */
    @ParameterizedTest
    @CsvSource({"mean", "first"})
    void anEmbedderSeesTheWindowOfItsModel(String pooling) {
        PerformerConfig config = config("decay").with("head.pooling", pooling);
        PerformerModel model = model(config, new Similarity(0.3));
        int[] ids = residues(2600);
        Embedder embedder = model.withWindow(3000).embedder();
        ModelInput input = embedder.reader().tokens(ids);
        float[] vector = embedder.embedInputs(List.of(input)).get(0);
        assertThat(model.withWindow(3000).embed(ids)).isEqualTo(vector);
        INDArray hidden = plain(config, new Similarity(0.3), DataType.FLOAT, model, ids);
        double[] pooled = new double[config.width()];
        double squares = 0;
        for (int e = 0; e < pooled.length; e++) {
            for (int t = 0; t < (pooling.equals("first") ? 1 : ids.length + 2); t++) {
                pooled[e] += hidden.getDouble(0, t, e);
            }
            squares += pooled[e] * pooled[e];
        }
        for (int e = 0; e < pooled.length; e++) {
            assertThat((double) vector[e]).isCloseTo(pooled[e] / Math.sqrt(squares), within(1e-5));
        }
        assertThatThrownBy(() -> model.embedder().embedInputs(List.of(input)))
                .hasMessage("a vector is of one text that fits the model's window; texts=1, tokens=2600, window=16");
    }

    @Test
    void learnedPositionsEnd() {
        PerformerModel learned =
                model(config("rotary").with("embedding.positions", "learned"), new MaskedLanguageModel());
        assertThatThrownBy(() -> learned.withWindow(17))
                .hasMessage(
                        "a window must be positive and no longer than the model's positions reach; window=17, reach=16, positions=learned");
    }
}
