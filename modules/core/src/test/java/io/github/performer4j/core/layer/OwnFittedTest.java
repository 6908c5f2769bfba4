package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.Choice;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.FittedFeatures;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.Seen;
import io.github.performer4j.core.feature.Sight;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.attention.Frames;
import io.github.performer4j.kernels.memory.FloatBlock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Fitted maps by their one body: one of somebody else's on both runtimes, and what all owe to them. */
class OwnFittedTest {
    private static final double BOUND = 1e-4;
    private static final int D = 7;
    private static final int M = 12;

    private static FusedCase layer() {
        AttentionOptions options =
                AttentionOptions.defaults().withHeads(2).withFeatures(22).withFeatureMap(new SpreadFeatures());
        return FusedCase.block().attention(options).padded();
    }

    @Test
    void kernelsEqualTheGraphInFloat64() {
        FusedCase c = layer();
        Map<String, INDArray> expected = c.graph().tensors();
        try (CpuKernels kernels = new CpuKernels(2)) {
            c.fused(kernels).tensors().forEach((name, tensor) -> {
                INDArray e = expected.get(name);
                double largest = Math.max(
                        e.amaxNumber().doubleValue(),
                        expected.get("Wq").amaxNumber().doubleValue());
                assertThat(tensor.castTo(DataType.DOUBLE).sub(e).amaxNumber().doubleValue())
                        .as(name)
                        .isLessThan(BOUND * largest);
            });
        }
    }

    @Test
    void aLayerIsSavedWithIt() {
        PerformerAttentionLayer layer = new PerformerAttentionLayer.Builder()
                .attention(layer().attention())
                .build();
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder().list().layer(layer).build();
        assertThat(MultiLayerConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    }

    @Test
    void causalLayersRefuseIt() {
        AttentionOptions options = layer().attention();
        assertThatThrownBy(() -> options.withCausal(true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("causal attention needs a feature map without statistics, because those");
    }

    static Stream<FittedFeatures> fitted() {
        return Stream.concat(
                FeatureMaps.names().stream().flatMap(name -> FeatureMap.named(name).fitted().stream()),
                Stream.of(new SpreadFeatures()));
    }

    /** Parts have their shapes, and one after the other are a set of the kernels' frames; marks are given if they are said to be. */
    @ParameterizedTest
    @MethodSource("fitted")
    void framesAreWhatTheMapSays(FittedFeatures map) {
        double[][] rows = Samples.gaussian(DataType.DOUBLE, 3, 1, 9, D).toDoubleMatrix();
        Seen seen = Seen.of(rows, D);
        Choice choice = map.choose(seen, seen, map.draw(Projection.IID, M, D, 5));
        List<int[]> parts = map.parts(M, D);
        assertThat(choice.checked(map, M, D)).isSameAs(choice);
        assertThatThrownBy(() -> Choice.of(new double[D]).checked(map, M, D))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("a frame must have the parts and marks that its map says; featureMap=");
        long length = 0;
        for (int i = 0; i < parts.size(); i++) {
            assertThat(choice.parts().get(i)).hasSize(parts.get(i)[0] * parts.get(i)[1]);
            length += choice.parts().get(i).length;
        }
        FloatBlock marks = FloatBlock.allocate(9);
        Frames frames = map.frames(new FittedFeatures.Memory(FloatBlock.allocate(length), 1, marks, marks), M, D);
        assertThat(frames.setLength()).isEqualTo(length);
        assertThat(frames.fits(map.featureKernel(D, M).orElseThrow())).isTrue();
        assertThat(choice.queryMark() != null && choice.keyMark() != null).isEqualTo(map.marks());
        assertThat(map.looksAhead()).isEqualTo(map.sight() != Sight.NOTHING);
        assertThat(map.takesKeptStatistics()).isEqualTo(map.sight() == Sight.MOMENTS);
    }

    /** A map that sees moments chooses the same from rows and from their moments; one that needs rows says so. */
    @ParameterizedTest
    @MethodSource("fitted")
    void momentsAreEnoughForThoseThatSeeMoments(FittedFeatures map) {
        Seen rows = Seen.of(Samples.gaussian(DataType.DOUBLE, 3, 1, 9, D).toDoubleMatrix(), D);
        Seen moments = Seen.of(rows.moments());
        double[][] w = map.draw(Projection.IID, M, D, 5);
        if (map.sight() == Sight.ROWS) {
            assertThatThrownBy(() -> map.choose(moments, moments, w))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("rows are for maps that ask for them; known=moments");
            return;
        }
        List<double[]> expected = map.choose(rows, rows, w).parts();
        List<double[]> actual = map.choose(moments, moments, w).parts();
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).containsExactly(expected.get(i), within(0.0));
        }
    }
}
