package io.github.performer4j.tuning.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.arbiter.ComputationGraphSpace;
import org.deeplearning4j.arbiter.GraphConfiguration;
import org.deeplearning4j.arbiter.conf.updater.AdamSpace;
import org.deeplearning4j.arbiter.layers.RnnOutputLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Our layers in Arbiter's own space of nets. */
class MadeLayerSpaceTest {
    private static final int WIDTH = 12;

    private final ParameterSpace<Integer> features = new IntegerParameterSpace(3, 9);
    private final ParameterSpace<Integer> heads = new DiscreteParameterSpace<>(2, 3, 6);
    private final ParameterSpace<Boolean> preNorm = new BooleanSpace();

    private MadeLayerSpace<PerformerBlockLayer> block() {
        return MadeLayerSpace.of(
                at -> new PerformerBlockLayer.Builder()
                        .attention(AttentionOptions.defaults()
                                .withHeads(at.value(heads))
                                .withFeatures(at.value(features)))
                        .preNorm(at.value(preNorm))
                        .hidden(2 * at.value(features))
                        .build(),
                features,
                heads,
                preNorm);
    }

    private ComputationGraphSpace nets() {
        return new ComputationGraphSpace.Builder()
                .updater(new AdamSpace(new ContinuousParameterSpace(0.002, 0.02)))
                .seed(5)
                .addInputs("in")
                .addLayer("first", block(), "in")
                .addLayer("second", block(), "first")
                .addLayer(
                        "out",
                        new RnnOutputLayerSpace.Builder()
                                .nIn(WIDTH)
                                .nOut(2)
                                .activation(Activation.SOFTMAX)
                                .lossFunction(LossFunction.MCXENT)
                                .build(),
                        "second")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(WIDTH))
                .build();
    }

    /** Every candidate is a net that learns, and both blocks have the values of the spaces that they share. */
    @Test
    void arbitersSpaceOfNetsDrawsOurLayers() {
        RandomSearchGenerator generator = new RandomSearchGenerator(nets());
        generator.setRngSeed(3);
        // The label of a token says which of its first two values is 1.
        INDArray input = Nd4j.zeros(DataType.FLOAT, 4, WIDTH, 5);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, 4, 2, 5);
        for (int item = 0; item < 4; item++) {
            for (int t = 0; t < 5; t++) {
                int label = (item * item + 2 * t * item + t / 2) % 2;
                labels.putScalar(new int[] {item, label, t}, 1);
                input.putScalar(new int[] {item, label, t}, 1);
                input.putScalar(new int[] {item, 2 + (3 * item + t) % 10, t}, 1);
            }
        }
        Set<String> settings = new HashSet<>();
        for (int candidate = 0; candidate < 6; candidate++) {
            ComputationGraphConfiguration configuration =
                    ((GraphConfiguration) generator.getCandidate().getValue()).getConfiguration();
            PerformerBlockLayer first = layer(configuration, "first");
            PerformerBlockLayer second = layer(configuration, "second");
            assertThat(first.getAttention().heads())
                    .isEqualTo(second.getAttention().heads())
                    .isIn(2, 3, 6);
            assertThat(first.getAttention().features()).isBetween(3, 9);
            assertThat(first.getHidden()).isEqualTo(2 * first.getAttention().features());
            settings.add(
                    first.getAttention().heads() + " " + first.getAttention().features());
            ComputationGraph net = new ComputationGraph(configuration);
            net.init();
            DataSet data = new DataSet(input, labels);
            double before = net.score(data);
            for (int step = 0; step < 10; step++) {
                net.fit(data);
            }
            assertThat(net.score(data)).isLessThan(before);
        }
        assertThat(settings).hasSizeGreaterThan(3);
    }

    private static PerformerBlockLayer layer(ComputationGraphConfiguration configuration, String name) {
        return (PerformerBlockLayer) ((LayerVertex) configuration.getVertices().get(name))
                .getLayerConf()
                .getLayer();
    }

    @Test
    void aSpaceThatWasNotNamedIsRefused() {
        MadeLayerSpace<PerformerBlockLayer> forgotten = MadeLayerSpace.of(
                at -> new PerformerBlockLayer.Builder()
                        .hidden(at.value(features))
                        .build(),
                preNorm);
        assertThatThrownBy(() -> forgotten.getValue(new double[] {0.5, 0.5}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a layer's space must be made with every space that it asks for; space=");
        assertThat(block().numParameters()).isEqualTo(3);
        assertThat(block().collectLeaves()).containsExactly(features, heads, preNorm);
        assertThat(block().getNestedSpaces().values()).containsExactly(features, heads, preNorm);
    }
}
