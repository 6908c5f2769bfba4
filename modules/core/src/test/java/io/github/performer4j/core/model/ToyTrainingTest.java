package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.task.Head;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Every task learns a toy problem that its inputs determine, from padded batches never seen before. */
class ToyTrainingTest {
    private static final int V = 5;
    private static final int B = 8;
    private static final int T = 7;

    @ParameterizedTest
    @EnumSource(Head.class)
    void theLossFalls(Head task) {
        PerformerConfig config = PerformerConfig.defaults()
                .withVocabulary(V)
                .with("maxTokens", T)
                .with("attention.heads", 2)
                .with("width", 16)
                .with("layers", 1)
                .with("feedForward.hidden", 32)
                .with("attention.features", 16)
                .with("attention.featureMap", "relu")
                .with("dropout", 0);
        ComputationGraph net = new ComputationGraph(task.body(config).graph(task.task(2), new Adam(1e-2), 0, 3));
        net.init();
        double first = net.score(batch(task, 10_000));
        for (int i = 0; i < 100; i++) {
            net.fit(batch(task, i));
        }
        assertThat(net.score(batch(task, 10_000))).isLessThan(0.5 * first).isNotNegative();
    }

    /**
     * Language models: the left neighbour; tags: whether the token is above 1. Classes: whether the first token is above 1, and of label sets also whether the second is. Numbers: four times
     * the share of token 3.
     */
    private static DataSet batch(Head head, long seed) {
        INDArray x = Samples.ids(DataType.FLOAT, seed, V, B, T);
        INDArray mask = Samples.ids(DataType.FLOAT, 1, 1, B, T).addi(1);
        INDArray y = head.labels(DataType.FLOAT, 1, 1, 2, B, T);
        for (int b = 0; b < B; b++) {
            int length = T - b % 3;
            int count = 0;
            for (int t = 0; t < T; t++) {
                if (t >= length) {
                    mask.putScalar(b, t, 0);
                } else {
                    count += x.getInt(b, t) == 3 ? 1 : 0;
                }
                if (head == Head.TAGS) {
                    y.putScalar(b, t, t >= length ? -1 : above(x, b, t));
                } else if (head.perToken()) {
                    y.putScalar(b, t, t == 0 || t >= length ? -1 : x.getInt(b, t - 1));
                }
            }
            switch (head) {
                case CLASSES, WEIGHTED_CLASSES -> y.putScalar(b, 0, above(x, b, 0));
                case LABEL_SETS -> y.putScalar(b, 0, above(x, b, 0)).putScalar(b, 1, above(x, b, 1));
                case MEAN_SQUARES, HUBER -> y.getRow(b).assign(4.0 * count / length);
                default -> {}
            }
        }
        return new DataSet(x, y, mask, null);
    }

    private static int above(INDArray x, int b, int t) {
        return x.getInt(b, t) > 1 ? 1 : 0;
    }
}
