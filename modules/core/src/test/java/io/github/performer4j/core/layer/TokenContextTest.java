package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.program.TokenContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Vectors that depend on other ids of their sequence: hidden tokens, and types of texts. */
class TokenContextTest {
    private static final int ID = 3;
    private static final int[] IDS = {5, 3, 7, 3, 2, 3, 6, 8, 0, 0};
    private static final double[] PACKED = {1, 1, 1, 2, 2, 2, 2, 2, 0, 0};
    private static final double[] FACTORS = {1.5, 0, 1.5, 0, 5. / 3, 0, 5. / 3, 5. / 3, 1, 1};
    private static final int[] TYPES = {0, 0, 1, 0, 1, 1, 1, 1, 0, 0};

    private static Segments packed() {
        return Segments.of(PACKED, 1, IDS.length, "embedding");
    }

    @Test
    void othersMakeUpForHiddenTokens() {
        TokenContext.Hidden hidden = new TokenContext.Hidden(ID);
        assertThat(hidden.factors(IDS, null, packed())).containsExactly(FACTORS);
        double[] real = {1, 1, 1, 1, 0, 0, 1, 1, 0, 0}; // one of the three is padding
        assertThat(hidden.factors(IDS, real, Segments.rows(1, IDS.length)))
                .containsExactly(1.5, 0, 1.5, 0, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5);
        assertThat(hidden.factors(new int[] {ID, ID}, null, Segments.rows(1, 2)))
                .containsExactly(0, 0);
        assertThat(hidden.factors(new int[] {1, 2}, null, Segments.rows(1, 2))).containsExactly(1, 1);
    }

    @Test
    void theSecondTextBeginsBehindTheFirstSeparator() {
        assertThat(new TokenContext.Texts(ID, "types").types(IDS, packed())).containsExactly(TYPES);
    }

    /** By the formula, of packed rows, where each sequence is as it is alone; on kernels (float32) and as a graph. */
    @ParameterizedTest
    @CsvSource({"FLOAT, hiddenToken", "DOUBLE, hiddenToken", "FLOAT, textSeparator", "DOUBLE, textSeparator"})
    void rowsAreThoseOfTheFormula(DataType type, String key) {
        PerformerConfig config = Nets.config().with("embedding." + key, ID);
        ComputationGraph net = Nets.graph(config, type);
        INDArray ids = Nd4j.createFromArray(IDS).castTo(type).reshape(1, IDS.length);
        INDArray mask = Nd4j.createFromArray(PACKED).castTo(type).reshape(1, IDS.length);
        net.setLayerMaskArrays(new INDArray[] {mask}, null);
        INDArray out = net.feedForward(new INDArray[] {ids}, false).get("embedding");
        net.clearLayerMaskArrays();
        INDArray table = net.getLayer("embedding").getParam("W");
        INDArray expected = Nd4j.create(type, 1, 8, config.width());
        for (int t = 0; t < 8; t++) {
            INDArray row = table.getRow(IDS[t]);
            row = key.equals("hiddenToken")
                    ? row.mul(FACTORS[t])
                    : row.add(net.getLayer("embedding").getParam("types").getRow(TYPES[t]));
            for (int e = 0; e < config.width(); e++) {
                expected.putScalar(0, t, e, row.getDouble(e));
            }
        }
        INDArray real = out.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 8), NDArrayIndex.all());
        TensorAssert.assertClose(key, real, expected);
    }

    /** Else each part would count its own masks and separators. */
    @Test
    void partsOfASequenceAreRefused() {
        ComputationGraph net = Nets.graph(Nets.config().with("embedding.hiddenToken", ID), DataType.FLOAT);
        INDArray ids = Nd4j.createFromArray(IDS).castTo(DataType.FLOAT).reshape(1, 1, IDS.length);
        assertThatThrownBy(() -> net.rnnTimeStep(ids))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("because its vectors depend on other tokens of the sequence")
                .hasMessageContaining("layer=embedding, type=TokenEmbeddingLayer");
    }

    @Test
    void whatCannotBeIsRefused() {
        PerformerConfig config = Nets.config();
        assertThatThrownBy(() -> config.with("embedding.hiddenToken", 3).withCausal(true))
                .hasMessageContaining("vectors that depend on other tokens need bidirectional attention")
                .hasMessageContaining("embedding.hiddenToken=3");
        assertThatThrownBy(() -> config.with("embedding.textSeparator", 3).with("head.tied", true))
                .hasMessageContaining("a table of their own");
        assertThatThrownBy(() -> Nets.graph(config.with("embedding.hiddenToken", Nets.VOCABULARY), DataType.FLOAT))
                .hasMessage("hiddenToken must be a token's id, or -1 for none; hiddenToken=11, vocabulary=11");
        assertThatThrownBy(() -> config.with("embedding.hiddenToken", 3).with("embedding.textSeparator", 4))
                .hasMessageContaining("one of both alone");
    }
}
