package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.EngineLayer;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.PooledLayer;
import io.github.performer4j.core.base.SequenceParts;
import io.github.performer4j.core.layer.SequencePoolingLayer.Kind;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.samediff.GraphScope;
import io.github.performer4j.core.samediff.ProgramGraph;
import io.github.performer4j.kernels.math.Activation;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pooling by kernels and as a graph is the closed form, forward and backward, wherever padding lies and whatever stands
 * in it.
 */
class PoolTest {
    private static final int E = 131; // three shares of columns
    private static final String[] ROWS = {"1111111", "1110000", "0001110", "1010010", "0000000", "0000001"};
    private static final int B = ROWS.length;
    private static final int T = ROWS[0].length();

    /** A pooled activation: what stands before the last operation is one of rows. */
    static final class Behind extends SequencePoolingLayer {
        Behind(Kind kind) {
            super(kind);
        }

        private LayerProgram twice(int width) {
            LayerProgram.Builder p = new LayerProgram.Builder();
            Value y = p.activate(Activation.RELU, p.scale(p.input("x", width), 2));
            return p.output(p.pool(y, Pooling.valueOf(getKind().name())));
        }

        @Override
        public SDVariable define(GraphScope scope) {
            return ProgramGraph.define(scope, twice(E), scope.input().reshape(scope.batch() * scope.tokens(), E));
        }

        @Override
        protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
            return EngineLayer.prepared(conf, type, twice(E)).isPresent()
                    ? SequenceParts.onKernels(conf, type, new PooledLayer(getLayerName(), type, this::twice))
                    : SequenceParts.onGraph(conf, type);
        }
    }

    static Stream<Arguments> cases() {
        return Arrays.stream(Kind.values())
                .flatMap(kind -> Stream.of(DataType.FLOAT, DataType.DOUBLE)
                        .flatMap(type -> Stream.of(false, true)
                                .flatMap(masked -> Stream.of(false, true)
                                        .map(behind -> Arguments.of(kind, type, masked, behind)))));
    }

    private static GraphRuntime layer(SequencePoolingLayer pooling, DataType type) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .list()
                .layer(pooling)
                .layer(new OutputLayer.Builder().nOut(2).build())
                .setInputType(InputType.recurrent(E, T, RNNFormat.NWC))
                .build());
        net.init();
        return (GraphRuntime) net.getLayer(0);
    }

    /** Returns how much of each token is in its sequence's row. */
    private static double[] shares(Kind kind, String row) {
        double[] shares = new double[T];
        int last = row.lastIndexOf('1');
        long real = row.chars().filter(c -> c == '1').count();
        for (int t = 0; t < T; t++) {
            boolean chosen = kind == Kind.MEAN || kind == Kind.SUM || t == (kind == Kind.FIRST ? 0 : last);
            double share = kind == Kind.MEAN ? 1.0 / real : kind == Kind.SUM ? 1.0 / Pooling.TYPICAL : 1;
            shares[t] = chosen && row.charAt(t) == '1' ? share : 0;
        }
        return shares;
    }

    /** Returns the real token with the largest value; −1 without any. Behind ReLU zeros are equal, and pass no gradient on. */
    private static int largest(INDArray x, int b, int e, String real) {
        int largest = -1;
        for (int t = 0; t < T; t++) {
            if (real.charAt(t) == '1' && (largest < 0 || x.getDouble(b, t, e) > x.getDouble(b, largest, e))) {
                largest = t;
            }
        }
        return largest;
    }

    @ParameterizedTest(name = "{0}, {1}, masked {2}, behind an activation {3}")
    @MethodSource("cases")
    void isTheClosedForm(Kind kind, DataType type, boolean masked, boolean behind) {
        GraphRuntime layer = layer(behind ? new Behind(kind) : new SequencePoolingLayer(kind), type);
        assertThat(layer instanceof FusedRuntime).isEqualTo(type == DataType.FLOAT);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        INDArray x = Samples.gaussian(type, 3, 1, B, T, E);
        INDArray error = Samples.gaussian(type, 5, 1, B, E);
        layer.setInput(x, workspaces);
        layer.setMaskArray(masked ? Samples.mask(type, ROWS) : null);
        INDArray y = layer.activate(true, workspaces).dup('c');
        INDArray dx = layer.backpropGradient(error, workspaces).getSecond();
        double[] rows = new double[B * E];
        double[] gradient = new double[B * T * E];
        for (int b = 0; b < B; b++) {
            String real = masked ? ROWS[b] : "1".repeat(T);
            double[] shares = shares(kind, real);
            for (int t = 0; t < T; t++) {
                for (int e = 0; e < E; e++) {
                    double v = x.getDouble(b, t, e);
                    double share = kind == Kind.MAX ? largest(x, b, e, real) == t ? 1 : 0 : shares[t];
                    rows[b * E + e] += share * (behind ? Math.max(0, 2 * v) : v);
                    gradient[(b * T + t) * E + e] = share * error.getDouble(b, e) * (behind ? v > 0 ? 2 : 0 : 1);
                }
            }
        }
        assertThat(y.shape()).containsExactly(B, E);
        TensorAssert.assertClose("output", y, rows);
        TensorAssert.assertClose("input", dx, gradient);
    }

    /** The names of the layer's settings, which stand in files, are those of programs. */
    @Test
    void eachKindIsOneOfPrograms() {
        assertThat(Arrays.stream(Kind.values()).map(Kind::name))
                .containsExactlyElementsOf(
                        Arrays.stream(Pooling.values()).map(Pooling::name).toList());
    }

    @Test
    void nothingFollowsWhatIsPooled() {
        for (Pooling kind : Pooling.values()) {
            LayerProgram.Builder p = new LayerProgram.Builder();
            Value y = p.activate(Activation.SILU, p.pool(p.input("x", 3), kind));
            assertThatThrownBy(() -> p.output(y))
                    .as(kind.name().toLowerCase(Locale.ROOT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("what is pooled must be the output; operation=Pool[");
        }
    }
}
