package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.task.MaskedLanguageModel;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class LongerPositionsTest {
    private static final double NEAR = 1e-6;

    private static ComputationGraph net(String positions, int rowLength) {
        ComputationGraph net = new ComputationGraph(PerformerConfig.defaults()
                .with(Map.of("embedding.positions", positions, "embedding.rowLength", rowLength))
                .with("embedding.vocabulary", 11)
                .with("width", 8)
                .with("attention.heads", 2)
                .with("layers", 1)
                .with("feedForward.hidden", 8)
                .with("maxTokens", 16)
                .graph(new MaskedLanguageModel(), new Adam(1e-3), 0.1, 5));
        net.init();
        return net;
    }

    private static INDArray ids(int tokens) {
        return Nd4j.arange(tokens).fmod(9).addi(1).reshape(1, tokens).castTo(DataType.FLOAT);
    }

    /** Rows 0 … 9 over 19 places: every other place is a row, and those between are means of two. Rows that training never reached are not used. */
    @Test
    void learnedPlacesAreStretched() {
        ComputationGraph net = net("learned", 0);
        net.getConfiguration().setIterationCount(3);
        INDArray table = net.getLayer("positions").getParam("P");
        ComputationGraph longer = LongerPositions.of(net, 10, 19);
        INDArray stretched = longer.getLayer("positions").getParam("P");
        assertThat(stretched.shape()).containsExactly(19, 8);
        for (int t = 0; t < 19; t++) {
            INDArray expected =
                    table.getRow(t / 2).add(table.getRow((t + 1) / 2)).mul(0.5);
            assertThat(stretched.getRow(t).distance2(expected)).isCloseTo(0, within(NEAR));
        }
        for (String parameter : net.getLayer("block-0").paramTable().keySet()) {
            assertThat(longer.getLayer("block-0").getParam(parameter))
                    .isEqualTo(net.getLayer("block-0").getParam(parameter));
        }
        assertThat(longer.getConfiguration().getIterationCount()).isEqualTo(3);
        assertThat(longer.outputSingle(ids(19)).shape()[1]).isEqualTo(19);
        assertThatThrownBy(() -> net.outputSingle(ids(19))).hasMessageContaining("tokens=16, length=19");
        assertThat(net.getLayer("positions").getParam("P")).isSameAs(table);
    }

    /** A table that has the rows already, which training did not reach, is stretched all the same. */
    @Test
    void rowsThatTrainingDidNotReachAreNotUsed() {
        ComputationGraph net = net("learned", 0);
        INDArray table = net.getLayer("positions").getParam("P");
        INDArray stretched =
                LongerPositions.of(net, 6, 16).getLayer("positions").getParam("P");
        assertThat(stretched.getRow(15).distance2(table.getRow(5))).isCloseTo(0, within(NEAR));
        assertThat(stretched.getRow(3).distance2(table.getRow(1))).isCloseTo(0, within(NEAR));
    }

    @Test
    void oneRowIsRepeated() {
        INDArray table = Nd4j.arange(6).reshape(2, 3).castTo(DataType.FLOAT);
        assertThat(LongerPositions.stretched(table, 1, 3)).isEqualTo(Nd4j.createFromArray(new float[][] {
            {0, 1, 2}, {0, 1, 2}, {0, 1, 2}
        }));
    }

    /** Four rows of four become seven; columns stay. */
    @Test
    void rowsOfAxialPlacesAreStretched() {
        ComputationGraph net = net("axial", 4);
        ComputationGraph longer = LongerPositions.of(net, 16, 28);
        INDArray rows = net.getLayer("positions").getParam("R");
        INDArray stretched = longer.getLayer("positions").getParam("R");
        assertThat(stretched.shape()).containsExactly(7, 8);
        assertThat(stretched.getRow(6).distance2(rows.getRow(3))).isCloseTo(0, within(NEAR));
        assertThat(stretched
                        .getRow(3)
                        .distance2(rows.getRow(1).add(rows.getRow(2)).mul(0.5)))
                .isCloseTo(0, within(NEAR));
        assertThat(longer.getLayer("positions").getParam("C"))
                .isEqualTo(net.getLayer("positions").getParam("C"));
        assertThat(longer.outputSingle(ids(28)).shape()[1]).isEqualTo(28);
    }

    /** What is frozen is a wrapper around the layer, and sinusoidal places have no table. */
    @Test
    void frozenAndSinusoidalPlacesReachFurther() {
        ComputationGraph frozen = new TransferLearning.GraphBuilder(net("learned", 0))
                .setFeatureExtractor("positions")
                .build();
        assertThat(LongerPositions.of(frozen, 16, 40).outputSingle(ids(40)).shape()[1])
                .isEqualTo(40);
        ComputationGraph waves = net("sinusoidal", 0);
        INDArray longer = LongerPositions.of(waves, 16, 40).outputSingle(ids(12));
        assertThat(longer).isEqualTo(waves.outputSingle(ids(12)));
    }

    @Test
    void refusals() {
        assertThatThrownBy(() -> LongerPositions.of(net("learned", 0), 16, 16))
                .hasMessage("positions must reach further than before; tokens=16, reach=16");
        assertThatThrownBy(() -> LongerPositions.of(net("none", 0), 16, 32))
                .hasMessageStartingWith("the net must have positions that end; layers=");
    }
}
