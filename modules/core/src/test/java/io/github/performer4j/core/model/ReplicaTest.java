package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.task.Classification;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** A replica is the graph itself, but for its activations. */
class ReplicaTest {
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void itsOutputsAreTheSameBitForBit(DataType type) {
        PerformerConfig config = PerformerConfig.defaults()
                .withCausal(false)
                .withVocabulary(17)
                .with("maxTokens", 13)
                .with("attention.heads", 2)
                .with("width", 10)
                .with("layers", 2)
                .with("feedForward.hidden", 7)
                .with("attention.features", 11);
        ComputationGraphConfiguration graph =
                config.graph(new Classification(List.of("a", "b", "c"), false, "none", null), new Adam(0.01), 0.1, 3);
        graph.setDataType(type);
        ComputationGraph net = new ComputationGraph(graph);
        net.init();
        net.getConfiguration().setIterationCount(5);
        ComputationGraph replica = Replica.of(net);
        assertThat(replica.params().dataType()).isEqualTo(type);
        assertThat(replica.params().data().address())
                .isEqualTo(net.params().data().address());
        assertThat(replica.getConfiguration().getIterationCount()).isEqualTo(5);
        INDArray ids = Samples.ids(type, 7, 17, 3, 13);
        assertThat(replica.outputSingle(ids)).isEqualTo(net.outputSingle(ids));
        net.params().muli(1.5); // the same array
        assertThat(replica.outputSingle(ids)).isEqualTo(net.outputSingle(ids));
    }
}
