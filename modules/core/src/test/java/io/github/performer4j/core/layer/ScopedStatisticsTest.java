package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.net.Calibration;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import java.util.Map;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Two attentions in one layer that both keep statistics: each moves its own, as it would as a layer's only one. */
class ScopedStatisticsTest {
    private static final int WIDTH = 14;
    private static final int TOKENS = 23;

    private static AttentionOptions options(Statistics statistics) {
        return AttentionOptions.defaults()
                .withHeads(2)
                .withFeatures(22)
                .withFeatureMap(FeatureMap.named("aderf"))
                .withStatistics(statistics)
                .withCausal(true);
    }

    /** Both attentions read the input: what each sees does not depend on the other. */
    private static BiFunction<LayerProgram.Builder, Value, Value> sum(Statistics s, String first, String second) {
        return (p, x) -> p.add(
                attention(options(s), first, "first").apply(p, x),
                attention(options(s), second, "second").apply(p, x));
    }

    /**
     * Returns attention whose weights have names of their own.
     *
     * @param scope of the statistics
     */
    private static BiFunction<LayerProgram.Builder, Value, Value> attention(
            AttentionOptions o, String scope, String own) {
        return (p, x) -> {
            Value q = p.linear(x, own + "Wq", own + "bq", WIDTH);
            Value k = p.linear(x, own + "Wk", own + "bk", WIDTH);
            Value attended = p.attend(q, k, x, o, scope);
            return p.linear(attended, own + "Wo", null, WIDTH);
        };
    }

    /** Gives a layer the parameters of another one that it has, too; statistics by the names given. */
    private static void copy(Map<String, INDArray> from, Map<String, INDArray> to, String fromScope, String toScope) {
        to.forEach(
                (name, p) -> p.assign(from.get(name.endsWith("statistics") ? name.replace(toScope, fromScope) : name)));
    }

    private static void settle(GraphRuntime layer) {
        layer.keptStatistics()
                .forEach(name -> layer.getParam(name)
                        .assign(Samples.gaussian(
                                        DataType.FLOAT,
                                        name.hashCode(),
                                        0.1,
                                        layer.getParam(name).shape())
                                .castTo(layer.getParam(name).dataType())));
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue() / b.amaxNumber().doubleValue();
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, 1e-6", "DOUBLE, 1e-13"})
    void eachAttentionMovesItsOwn(DataType type, double bound) {
        GraphRuntime both = ProgramTest.layer(sum(Statistics.RUNNING, "a.", "b."), type, TOKENS);
        assertThat(both.keptStatistics()).containsExactly("a.statistics", "b.statistics");
        settle(both);
        Map<String, INDArray> gradients = ProgramTest.run(both, type, TOKENS);
        INDArray last = null;
        for (String name : new String[] {"first", "second"}) {
            String scope = name.equals("first") ? "a." : "b.";
            GraphRuntime one = ProgramTest.layer(attention(options(Statistics.RUNNING), "one.", name), type, TOKENS);
            copy(both.paramTable(), one.paramTable(), scope, "one.");
            INDArray expected = ProgramTest.run(one, type, TOKENS).get("one.statistics");
            INDArray actual = gradients.get(scope + "statistics");
            assertThat(distance(actual, expected)).as(scope).isLessThan(bound);
            assertThat(actual.getDouble(0, 0)) // the rows have weight 1
                    .isCloseTo(0.01 * (both.getParam(scope + "statistics").getDouble(0, 0) - 1), within(1e-8));
            if (last != null) {
                assertThat(distance(actual, last)).isGreaterThan(0.1);
            }
            last = actual;
        }
    }

    /** Attentions of one scope share their statistics: those of all their rows, the mean of what each alone would see. */
    @ParameterizedTest
    @CsvSource({"FLOAT, 1e-6", "DOUBLE, 1e-13"})
    void ofOneScopeAllRowsCount(DataType type, double bound) {
        GraphRuntime both = ProgramTest.layer(sum(Statistics.RUNNING, "a.", "a."), type, TOKENS);
        settle(both);
        INDArray actual = ProgramTest.run(both, type, TOKENS).get("a.statistics");
        INDArray mean = actual.mul(0);
        for (String name : new String[] {"first", "second"}) {
            GraphRuntime one = ProgramTest.layer(attention(options(Statistics.RUNNING), "a.", name), type, TOKENS);
            copy(both.paramTable(), one.paramTable(), "a.", "a.");
            mean.addi(ProgramTest.run(one, type, TOKENS).get("a.statistics").mul(0.5));
        }
        assertThat(distance(actual, mean)).isLessThan(bound);
    }

    private static MultiLayerNetwork net(BiFunction<LayerProgram.Builder, Value, Value> body, DataType type) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0))
                .list()
                .layer(new ProgramTest.AnyLayer(body))
                .layer(new RnnOutputLayer.Builder()
                        .nOut(2)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(WIDTH, TOKENS, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, 1e-6", "DOUBLE, 1e-13"})
    void calibrationFillsBoth(DataType type, double bound) {
        INDArray x = Samples.gaussian(type, 3, 1, 2, TOKENS, WIDTH);
        MultiLayerNetwork both = calibrated(net(sum(Statistics.FIXED, "a.", "b."), type), null, "", x);
        for (String name : new String[] {"first", "second"}) {
            String scope = name.equals("first") ? "a." : "b.";
            MultiLayerNetwork one =
                    calibrated(net(attention(options(Statistics.FIXED), "one.", name), type), both, scope, x);
            INDArray expected = one.getLayer(0).getParam("one.statistics");
            assertThat(expected.getDouble(0, 0)).isCloseTo(1, within(1e-6));
            assertThat(distance(both.getLayer(0).getParam(scope + "statistics"), expected))
                    .as(scope)
                    .isLessThan(bound);
        }
    }

    private static MultiLayerNetwork calibrated(
            MultiLayerNetwork net, MultiLayerNetwork from, String scope, INDArray x) {
        if (from != null) {
            copy(from.getLayer(0).paramTable(), net.getLayer(0).paramTable(), scope, "one.");
        }
        try (Calibration calibration = Calibration.of(net)) {
            net.output(x);
            assertThat(calibration.rows()).isEqualTo(2 * TOKENS);
            calibration.apply();
        }
        return net;
    }

    /** Attention that keeps none looks at its sequence, whatever others of its scope keep. */
    @ParameterizedTest
    @CsvSource({"FLOAT, poisson", "FLOAT, oprf", "DOUBLE, poisson", "DOUBLE, oprf"})
    void keptStatisticsAreForThoseThatKeepThem(DataType type, String map) {
        AttentionOptions keeps = options(Statistics.RUNNING).withCausal(false);
        AttentionOptions looks = keeps.withStatistics(Statistics.SEQUENCE).withFeatureMap(FeatureMap.named(map));
        GraphRuntime[] layers = new GraphRuntime[2];
        for (int i = 0; i < 2; i++) {
            String scope = i == 0 ? "a." : "b.";
            layers[i] = ProgramTest.layer(
                    (p, x) -> p.add(
                            attention(keeps, "a.", "first").apply(p, x),
                            attention(looks, scope, "second").apply(p, x)),
                    type,
                    TOKENS);
            settle(layers[i]);
            assertThat(layers[i].keptStatistics()).containsExactly("a.statistics");
        }
        Map<String, INDArray> apart = ProgramTest.run(layers[1], type, TOKENS);
        ProgramTest.run(layers[0], type, TOKENS)
                .forEach((name, tensor) -> TensorAssert.assertIdentical(name, tensor, apart.get(name)));
    }
}
