package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.MaskedLanguageModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** Rows of floats as the input of a model: the formula, its gradient, masks, and what is refused. */
class RowEmbeddingTest {
    private static final int B = 3;
    private static final int T = 5;
    private static final int F = 7;
    private static final int CLASSES = 2;

    private static PerformerConfig config() {
        return Nets.config().with("embedding.vocabulary", 0).with("embedding.rowSize", F);
    }

    private static Classification task() {
        return new Classification(List.of("a", "b"), false, "none", null);
    }

    private static ComputationGraph net(DataType type) {
        return Nets.graph(config(), task(), type, new Adam(1e-2));
    }

    private static INDArray rows(DataType type) {
        return Samples.gaussian(type, 3, 1, B, T, F);
    }

    private static INDArray mask(DataType type) {
        return Samples.mask(type, "11110", "11000", "11111");
    }

    private static INDArray labels(DataType type) {
        return Samples.array(type, new double[] {0, 1, 1}, B, 1);
    }

    private static INDArray output(ComputationGraph net, INDArray x, INDArray mask) {
        INDArray out =
                net.output(false, new INDArray[] {x}, mask == null ? null : new INDArray[] {mask}, null)[0].dup();
        net.clearLayerMaskArrays();
        return out;
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void eachRowIsMappedByTheSameMatrix(DataType type) {
        ComputationGraph net = net(type);
        assertThat(net.getLayer("embedding") instanceof FusedRuntime).isEqualTo(type == DataType.FLOAT);
        INDArray x = rows(type);
        INDArray embedded = net.feedForward(x, false).get("embedding");
        INDArray w = net.getParam("embedding_W");
        INDArray b = net.getParam("embedding_b");
        assertThat(w.shape()).containsExactly(F, Nets.WIDTH);
        for (int i = 0; i < B; i++) {
            for (int t = 0; t < T; t++) {
                for (int e = 0; e < Nets.WIDTH; e++) {
                    double sum = b.getDouble(e);
                    for (int f = 0; f < F; f++) {
                        sum += x.getDouble(i, t, f) * w.getDouble(f, e);
                    }
                    assertThat(embedded.getDouble(i, t, e)).isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-5));
                }
            }
        }
    }

    @Test
    void theGradientOfAWholeClassifierIsThatOfItsScore() {
        ComputationGraph net = net(DataType.DOUBLE);
        INDArray x = rows(DataType.DOUBLE);
        INDArray y = labels(DataType.DOUBLE);
        GradientCheck masked = new GradientCheck(net, Nets.feed(net, x, y, mask(DataType.DOUBLE), null), 1);
        masked.directions(7);
        masked.entries(100, 11);
        ComputationGraph other = net(DataType.DOUBLE);
        new GradientCheck(other, Nets.feed(other, x, y, null, null), 1).directions(13);
    }

    /** Poison in padded rows changes neither output nor any weight of a step. */
    @Test
    void paddingReachesNothing() {
        INDArray clean = rows(DataType.FLOAT);
        INDArray poisoned = clean.dup();
        INDArray mask = mask(DataType.FLOAT);
        for (int i = 0; i < B; i++) {
            for (int t = 0; t < T; t++) {
                if (mask.getInt(i, t) == 0) {
                    poisoned.get(NDArrayIndex.point(i), NDArrayIndex.point(t), NDArrayIndex.all())
                            .assign(Double.NaN);
                }
            }
        }
        ComputationGraph a = net(DataType.FLOAT);
        ComputationGraph b = net(DataType.FLOAT);
        TensorAssert.assertIdentical("output", output(b, poisoned, mask), output(a, clean, mask));
        for (int step = 0; step < 2; step++) {
            a.fit(new INDArray[] {clean}, new INDArray[] {labels(DataType.FLOAT)}, new INDArray[] {mask}, null);
            b.fit(new INDArray[] {poisoned}, new INDArray[] {labels(DataType.FLOAT)}, new INDArray[] {mask}, null);
        }
        TensorAssert.assertIdentical("parameters", b.params(), a.params());
    }

    /** A sequence by itself, without padding, gives what it gives among longer ones. */
    @Test
    void aBatchOfOneEqualsABatchOfMany() {
        ComputationGraph net = net(DataType.DOUBLE);
        INDArray x = rows(DataType.DOUBLE);
        INDArray many = output(net, x, mask(DataType.DOUBLE));
        int[] lengths = {4, 2, 5};
        for (int i = 0; i < B; i++) {
            INDArray one = x.get(
                            NDArrayIndex.interval(i, i + 1), NDArrayIndex.interval(0, lengths[i]), NDArrayIndex.all())
                    .dup('c');
            INDArray alone = output(net, one, null);
            for (int c = 0; c < CLASSES; c++) {
                assertThat(alone.getDouble(0, c))
                        .isCloseTo(many.getDouble(i, c), org.assertj.core.data.Offset.offset(1e-12));
            }
        }
    }

    @Test
    void filesGoOnAsTheNetDoesAndCopiesStandByThemselves() throws IOException {
        ComputationGraph net = net(DataType.FLOAT);
        INDArray[] x = {rows(DataType.FLOAT)};
        INDArray[] y = {labels(DataType.FLOAT)};
        net.fit(x, y);
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, zip, true);
        ComputationGraph file =
                ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), true);
        ComputationGraph copy = net.clone();
        TensorAssert.assertIdentical("of the copy", output(copy, x[0], null), output(net, x[0], null));
        net.fit(x, y);
        TensorAssert.assertIdentical("the copy stays", copy.params(), file.params());
        file.fit(x, y);
        TensorAssert.assertIdentical("of the file", file.params(), net.params());
        ComputationGraphConfiguration read =
                ComputationGraphConfiguration.fromJson(net.getConfiguration().toJson());
        assertThat(read.getVertices().get("embedding"))
                .isEqualTo(net.getConfiguration().getVertices().get("embedding"));
    }

    @Test
    void theInputTypeTellsTheSizeOfRows() {
        ComputationGraphConfiguration graph = new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("x")
                .addLayer("rows", new RowEmbeddingLayer.Builder().width(4).build(), "x")
                .addLayer("pool", new SequencePoolingLayer(), "rows")
                .addLayer(
                        "out",
                        new MeanOutputLayer.Builder(
                                        org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction.SPARSE_MCXENT)
                                .nIn(4)
                                .nOut(CLASSES)
                                .build(),
                        "pool")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(F, T, RNNFormat.NWC))
                .build();
        ComputationGraph net = new ComputationGraph(graph);
        net.init();
        assertThat(net.getParam("rows_W").shape()).containsExactly(F, 4);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        ComputationGraph net = net(DataType.FLOAT);
        assertThatThrownBy(() -> net.output(Samples.gaussian(DataType.FLOAT, 3, 1, B, T, F + 1)))
                .hasMessage(
                        "input must be [B,T,E] with E = size, rows of floats; layer=embedding, size=7, input=[3, 5, 8]");
        assertThatThrownBy(() -> net.output(Samples.ids(DataType.FLOAT, 3, 7, B, T)))
                .hasMessageContaining("input must be [B,T,E] with E = size")
                .hasMessageContaining("input=[3, 5]");
        assertThatThrownBy(() -> new RowEmbeddingLayer.Builder().size(3).build())
                .hasMessage("width must be positive; width=0");
        assertThatThrownBy(() -> new RowEmbeddingLayer.Builder()
                        .width(4)
                        .build()
                        .setNIn(InputType.recurrent(F, T, RNNFormat.NCW), false))
                .hasMessageContaining("input must be [B,T,E] (RNNFormat.NWC)");
        assertThatThrownBy(() -> config().check(new MaskedLanguageModel()))
                .hasMessage("rows of floats have no tokens to predict; task=masked-lm, model.embedding.rowSize=7");
        assertThatThrownBy(() -> config().with("embedding.rowSize", -1))
                .hasMessage("rowSize must not be negative; rowSize=-1");
    }
}
