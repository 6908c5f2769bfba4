package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.cpu.AttendKernel;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Which runtime a layer gets. */
class EngineTest {
    private final String before = System.getProperty(Engine.PROPERTY);

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Engine.PROPERTY);
        } else {
            System.setProperty(Engine.PROPERTY, before);
        }
    }

    @Test
    void float32TakesTheKernelsUnlessTheGraphIsAskedFor() {
        FusedCase c = FusedCase.block();
        System.clearProperty(Engine.PROPERTY);
        assertThat(c.layer(DataType.FLOAT)).isInstanceOf(FusedRuntime.class);
        assertThat(c.feedForward(null).layer(DataType.FLOAT)).isInstanceOf(FusedRuntime.class);
        assertThat(c.layer(DataType.DOUBLE)).isInstanceOf(GraphRuntime.class).isNotInstanceOf(FusedRuntime.class);
        System.setProperty(Engine.PROPERTY, "graph");
        assertThat(c.layer(DataType.FLOAT)).isInstanceOf(GraphRuntime.class).isNotInstanceOf(FusedRuntime.class);
        System.setProperty(Engine.PROPERTY, "cpu");
        assertThat(c.layer(DataType.FLOAT)).isInstanceOf(FusedRuntime.class);
        System.setProperty(Engine.PROPERTY, "tpu");
        assertThatThrownBy(() -> c.layer(DataType.FLOAT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown engine; performer4j.engine=tpu, known=loops, graph, cpu");
    }

    /** Own feature maps are known as graphs only; where attention is exact they do not matter. */
    @Test
    void anOptionThatTheKernelsDoNotCoverTakesTheGraph() {
        FusedCase c = FusedCase.block();
        AttentionOptions own = c.attention().withFeatureMap(new CubedFeatures(0.75));
        assertThat(AttendKernel.uncovered(own)).isEqualTo("featureMap=" + CubedFeatures.class.getName());
        assertThat(c.attention(own).layer(DataType.FLOAT))
                .isInstanceOf(GraphRuntime.class)
                .isNotInstanceOf(FusedRuntime.class);
        AttentionOptions exact = own.withKind(AttentionOptions.Kind.EXACT);
        assertThat(c.attention(exact).layer(DataType.FLOAT)).isInstanceOf(FusedRuntime.class);
    }

    @ParameterizedTest
    @MethodSource("names")
    void theKernelsCoverEveryMapThatHasAName(String name) {
        AttentionOptions options =
                FusedCase.block().attention().withFeatures(48).withFeatureMap(FeatureMap.named(name));
        assertThat(AttendKernel.uncovered(options)).isNull();
    }

    static Set<String> names() {
        return FeatureMaps.names();
    }

    @Test
    void learnedProjectionsAreParameters() {
        FusedCase c = FusedCase.block();
        AttentionOptions learned = c.attention().withLearnedProjection(true);
        assertThat(AttendKernel.uncovered(learned)).isNull();
        GraphRuntime layer = c.attention(learned).layer(DataType.FLOAT);
        assertThat(layer).isInstanceOf(FusedRuntime.class);
        assertThat(layer.getParam("projection").shape()).containsExactly(22, 7);
        for (String map : new String[] {"oprf", "poisson"}) {
            assertThatThrownBy(() -> learned.withFeatureMap(FeatureMap.named(map)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a learned projection needs a feature map that projects by it alone");
        }
    }
}
