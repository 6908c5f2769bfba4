package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.task.MaskedLanguageModel;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class AttentionChangeTest {
    private static final PerformerConfig CONFIG = PerformerConfig.defaults()
            .with("embedding.vocabulary", 11)
            .with("width", 8)
            .with("attention.heads", 2)
            .with("layers", 2)
            .with("feedForward.hidden", 8)
            .with("attention.features", 512)
            .with("maxTokens", 16);

    private static ComputationGraph net() {
        ComputationGraph net = new ComputationGraph(CONFIG.graph(new MaskedLanguageModel(), new Adam(1e-3), 0.1, 5));
        net.init();
        return net;
    }

    private static INDArray output(ComputationGraph net) {
        INDArray ids = Nd4j.createFromArray(new int[][] {{1, 5, 3, 9, 10, 4}}).castTo(DataType.FLOAT);
        return net.outputSingle(ids).dup();
    }

    /** With short rows and many features FAVOR+ is close to exact attention; the same weights with ReLU features are another function. */
    @Test
    void theWeightsAreTheSameAndTheAttentionIsNot() {
        ComputationGraph net = net();
        for (String block : new String[] {"block-0", "block-1"}) {
            net.getLayer(block).getParam("Wq").muli(0.3);
            net.getLayer(block).getParam("Wk").muli(0.3);
        }
        INDArray before = output(net);
        ComputationGraph exact = AttentionChange.of(net, o -> o.withKind(AttentionOptions.Kind.EXACT));
        assertThat(exact.params()).isEqualTo(net.params()).isNotSameAs(net.params());
        double near = output(exact).distance2(before);
        double far = output(AttentionChange.of(net, o -> o.withFeatureMap(FeatureMap.named("relu"))))
                .distance2(before);
        assertThat(near).isPositive().isLessThan(far / 2);
        assertThat(output(net)).isEqualTo(before);
    }

    /** Draws depend on the counters: a trained net that redraws must go on with the draw that it has. */
    @Test
    void countersAndDrawsStay() {
        ComputationGraph net = new ComputationGraph(PerformerConfig.defaults()
                .with("embedding.vocabulary", 11)
                .with("width", 8)
                .with("attention.heads", 2)
                .with("layers", 1)
                .with("feedForward.hidden", 8)
                .with("attention.features", 8)
                .with("maxTokens", 16)
                .with("attention.redrawInterval", 2)
                .graph(new MaskedLanguageModel(), new Adam(1e-3), 0.1, 5));
        net.init();
        INDArray ids = Nd4j.createFromArray(new int[][] {{1, 5, 3, 9, 10, 4}}).castTo(DataType.FLOAT);
        for (int i = 0; i < 5; i++) {
            net.fit(new INDArray[] {ids}, new INDArray[] {ids});
        }
        ComputationGraph same = AttentionChange.of(net, o -> o);
        assertThat(same.getConfiguration().getIterationCount()).isEqualTo(5);
        assertThat(output(same)).isEqualTo(output(net));
        ComputationGraph frozen = new TransferLearning.GraphBuilder(net)
                .setFeatureExtractor("block-0")
                .build();
        ComputationGraph changed = AttentionChange.of(
                frozen, o -> o.withFeatureMap(FeatureMap.named("oprf")).withStatistics(Statistics.FIXED));
        assertThat(changed.getLayer("block-0").paramTable()).containsKey("statistics");
    }

    @Test
    void newParametersBeginAsInitialised() {
        ComputationGraph net = net();
        ComputationGraph kept = AttentionChange.of(
                net, o -> o.withFeatureMap(FeatureMap.named("saderf")).withStatistics(Statistics.FIXED));
        assertThat(kept.numParams()).isEqualTo(net.numParams() + 2 * 2 * 2 * (1 + 4 + 16));
        assertThat(kept.getLayer("block-1").getParam("statistics").amaxNumber().doubleValue())
                .isZero();
        assertThat(kept.getLayer("block-1").getParam("W1"))
                .isEqualTo(net.getLayer("block-1").getParam("W1"));
        assertThatThrownBy(() -> AttentionChange.of(kept, o -> o.withStatistics(Statistics.SEQUENCE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("all parameters must keep their shapes; layer=block-0, parameter=statistics");
    }

    /** Each block changes as one of its place; the weights of all are those that every kind has. */
    @Test
    void aConfigurationChangesEachBlock() {
        PerformerConfig config =
                CONFIG.with(Map.of("exactEvery", 2, "attention.featureMap", "saderf", "attention.statistics", "fixed"));
        ComputationGraph changed = AttentionChange.of(net(), config);
        assertThat(changed.getLayer("block-0").paramTable()).containsKey("statistics");
        assertThat(changed.getLayer("block-1").paramTable()).doesNotContainKey("statistics");
        assertThat(changed.getLayer("block-1").getParam("Wq"))
                .isEqualTo(net().getLayer("block-1").getParam("Wq"));
        assertThatThrownBy(() -> AttentionChange.of(net(), CONFIG.with("layers", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attention must be in a block of the configuration; layer=block-1, blocks=[block-0]");
    }

    @Test
    void aNetWithoutAttentionIsRefused() {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("x")
                .addLayer("out", new OutputLayer.Builder().nIn(2).nOut(2).build(), "x")
                .setOutputs("out")
                .build());
        net.init();
        assertThatThrownBy(() -> AttentionChange.of(net, o -> o))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the net must have an attention layer; layers=1");
    }
}
