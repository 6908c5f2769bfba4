package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
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
    @EnumSource(Task.class)
    void theLossFalls(Task task) {
        PerformerConfig config = PerformerConfig.defaults()
                .withTask(task)
                .withVocabulary(V)
                .with("classes", task == Task.CLASSIFICATION ? 2 : 1)
                .with("maxTokens", T)
                .with("heads", 2)
                .with("width", 16)
                .with("layers", 1)
                .with("hidden", 32)
                .with("features", 16)
                .with("featureMap", "relu")
                .with("dropout", 0);
        ComputationGraph net = new ComputationGraph(config.graph(new Adam(1e-2), 0, 3));
        net.init();
        double first = net.score(batch(task, 10_000));
        for (int i = 0; i < 100; i++) {
            net.fit(batch(task, i));
        }
        assertThat(net.score(batch(task, 10_000))).isLessThan(0.5 * first).isNotNegative();
    }

    /** Language models: the left neighbour. Classes: whether the first token is above 1. Regression: four times the share of token 3. */
    private static DataSet batch(Task task, long seed) {
        INDArray x = Samples.ids(DataType.FLOAT, seed, V, B, T);
        INDArray mask = Samples.ids(DataType.FLOAT, 1, 1, B, T).addi(1);
        boolean model = task == Task.MASKED_LM || task == Task.CAUSAL_LM;
        INDArray y = Samples.ids(DataType.FLOAT, 1, 1, B, model ? T : 1);
        for (int b = 0; b < B; b++) {
            int length = T - b % 3;
            int count = 0;
            for (int t = 0; t < T; t++) {
                if (t >= length) {
                    mask.putScalar(b, t, 0);
                } else {
                    count += x.getInt(b, t) == 3 ? 1 : 0;
                }
                if (model) {
                    y.putScalar(b, t, t == 0 || t >= length ? -1 : x.getInt(b, t - 1));
                }
            }
            if (task == Task.CLASSIFICATION) {
                y.putScalar(b, 0, x.getInt(b, 0) > 1 ? 1 : 0);
            } else if (task == Task.REGRESSION) {
                y.putScalar(b, 0, 4.0 * count / length);
            }
        }
        return new DataSet(x, y, mask, null);
    }
}
