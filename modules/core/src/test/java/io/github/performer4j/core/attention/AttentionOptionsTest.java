package io.github.performer4j.core.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.attention.AttentionOptions.Kind;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.Projection;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The choice between exact and linear attention, and options as JSON. */
class AttentionOptionsTest {

    /** Those of the paper, and of its program where heads are no power of two. */
    @Test
    void slopesHalveFromHeadToHead() {
        assertThat(Decay.slopes().rates(8))
                .containsExactly(1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 16.0, 1 / 32.0, 1 / 64.0, 1 / 128.0, 1 / 256.0);
        assertThat(Decay.slopes().rates(16)).startsWith(Math.pow(2, -0.5), 0.5, Math.pow(2, -1.5));
        List<Double> twelve = Decay.slopes().rates(12);
        assertThat(twelve.subList(0, 8)).isEqualTo(Decay.slopes().rates(8));
        assertThat(twelve.subList(8, 12))
                .containsExactly(Math.pow(2, -0.5), Math.pow(2, -1.5), Math.pow(2, -2.5), Math.pow(2, -3.5));
        assertThat(Decay.slopes().heads(12)).isEqualTo(12);
    }

    private static final int WIDTH = 35;
    private static final AttentionOptions AUTO =
            AttentionOptions.defaults().withHeads(5).withFeatures(22).withKind(Kind.AUTO);

    @Test
    void shortSequencesAreAttendedExactly() {
        for (AttentionOptions o : new AttentionOptions[] {AUTO, AUTO.withCausal(true)}) {
            int crossover = o.crossover(WIDTH);
            assertThat(crossover).isPositive();
            assertThat(o.kindFor(WIDTH, 1)).isEqualTo(Kind.EXACT);
            assertThat(o.kindFor(WIDTH, crossover)).isEqualTo(Kind.EXACT);
            assertThat(o.kindFor(WIDTH, crossover + 1L)).isEqualTo(Kind.LINEAR);
            assertThat(o.kindFor(WIDTH, crossover / 2, 2L * crossover)).isEqualTo(Kind.EXACT); // harmonic mean 0.8
            assertThat(o.kindFor(WIDTH, crossover, 2L * crossover)).isEqualTo(Kind.LINEAR); // 4/3
            assertThat(o.withFeatures(44).crossover(WIDTH)).isGreaterThan(crossover);
        }
        assertThat(AUTO.withCausal(true).crossover(WIDTH)).isGreaterThanOrEqualTo(AUTO.crossover(WIDTH));
    }

    /** Exact attention is another function than ReLU features approximate. */
    @Test
    void mapsThatDoNotEstimateSoftmaxStayLinear() {
        assertThat(AUTO.withFeatureMap(FeatureMap.named("relu")).kindFor(WIDTH, 1))
                .isEqualTo(Kind.LINEAR);
        assertThat(AUTO.withFeatureMap(FeatureMap.named("trigonometric")).kindFor(WIDTH, 1))
                .isEqualTo(Kind.EXACT);
    }

    /** Who names no projection gets that of the map, whichever map it will be; a named one stays, and so does that of a layer. */
    @Test
    void aMapBringsItsProjectionUnlessOneIsNamed() {
        AttentionOptions options = AttentionOptions.defaults();
        assertThat(options.projection()).isEqualTo(Projection.SIMPLEX);
        assertThat(options.withFeatureMap(FeatureMap.named("hyperbolic")).projection())
                .isEqualTo(Projection.ORTHOGONAL);
        assertThat(options.withProjection(Projection.GIVENS)
                        .withFeatureMap(FeatureMap.named("hyperbolic"))
                        .projection())
                .isEqualTo(Projection.GIVENS);
        assertThat(options.pinned()
                        .withFeatureMap(FeatureMap.named("hyperbolic"))
                        .projection())
                .isEqualTo(Projection.SIMPLEX);
        for (String name : FeatureMaps.names()) {
            assertThat(options.withFeatureMap(FeatureMap.named(name)).objection())
                    .as(name)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hyperbolic    | simplex      | estimates have a larger error with this projection than with orthogonal; featureMap=Hyperbolic
            trigonometric | simplex      | estimates have a larger error with this projection than with orthogonal; featureMap=Trigonometric
            oprf          | simplex-plus | estimates have a larger error with this projection than with simplex; featureMap=DenseExponential
            poisson       | orthogonal   | a projection changes nothing with this feature map; featureMap=Discrete
            positive      | iid          |
            oprf          | orthogonal   |
            """)
    void whatHarmsOrDoesNothingIsSaid(String map, String projection, String line) {
        AttentionOptions options = AttentionOptions.defaults()
                .withFeatureMap(FeatureMap.named(map))
                .withProjection(Projection.named(projection));
        if (line == null) {
            assertThat(options.objection()).isEmpty();
        } else {
            assertThat(options.objection().orElseThrow()).startsWith(line).endsWith(", projection=" + projection);
        }
        assertThat(options.withKind(Kind.EXACT).objection()).isEmpty();
    }

    @Test
    void otherKindsAreWhatTheySay() {
        assertThat(AUTO.withKind(Kind.LINEAR).kindFor(WIDTH, 1)).isEqualTo(Kind.LINEAR);
        assertThat(AUTO.withKind(Kind.EXACT).kindFor(WIDTH, 1_000_000)).isEqualTo(Kind.EXACT);
    }

    /** As nets were saved before there was a visibility and groups. */
    private static final String FORMER =
            "{\"heads\":4,\"causal\":true,\"kind\":\"LINEAR\",\"featureMap\":{\"@class\":\"io.github.performer4j.core.feature.PositiveFeatures\",\"epsilon\":1.0E-6},"
                    + "\"projection\":\"SIMPLEX\",\"features\":7,\"redrawInterval\":null,\"chunk\":0,\"bias\":true,\"temperature\":false,\"learnedProjection\":false,\"statistics\":\"SEQUENCE\","
                    + "\"rotary\":null,\"decay\":{\"selective\":false,\"shortest\":3.0,\"longest\":9.0,\"free\":0.0},\"convolution\":2,\"keyHeads\":0,\"queryKeyNorm\":\"NONE\",\"scale\":null,"
                    + "\"gate\":false,\"window\":5,\"orthogonal\":\"NONE\",\"localHeads\":1,\"grid\":null}";

    @Test
    void optionsAsTheyWereSavedOnceAreRead() throws IOException {
        ObjectMapper mapper = JsonMappers.getMapper();
        AttentionOptions options = AttentionOptions.defaults()
                .withHeads(4)
                .withCausal(true)
                .withFeatures(7)
                .withProjection(Projection.SIMPLEX)
                .withConvolution(2)
                .withDecay(new Decay(false, 3, 9, 0))
                .withLocalHeads(1, 5);
        assertThat(mapper.readValue(FORMER, AttentionOptions.class)).isEqualTo(options);
        String exact = FORMER.replace("LINEAR", "EXACT")
                .replace("\"localHeads\":1,", "")
                .replaceAll("\"decay\":\\{[^}]*},", "");
        assertThat(mapper.readValue(exact, AttentionOptions.class))
                .isEqualTo(options.withLocalHeads(0, 0)
                        .withDecay(null)
                        .withKind(Kind.EXACT)
                        .withWindow(5));
        String grid = FORMER.replace("true,\"kind", "false,\"kind")
                .replace("\"convolution\":2", "\"convolution\":0")
                .replace("\"window\":5", "\"window\":0")
                .replace("\"localHeads\":1,\"grid\":null", "\"grid\":{\"sizes\":[3,4],\"classToken\":true}")
                .replaceAll("\"decay\":\\{[^}]*},", "");
        assertThat(mapper.readValue(grid, AttentionOptions.class).grid()).isEqualTo(new Grid(List.of(3, 4), true));
        AttentionOptions groups = options.withLocalHeads(0, 0)
                .withGroups(List.of(
                        HeadGroup.linear(2, FeatureMap.named("relu"), 5).seeing(options.sees()),
                        HeadGroup.exact(2).seeing(Visibility.ALL.withCausal(true))))
                .pinned();
        assertThat(mapper.readValue(mapper.writeValueAsString(groups), AttentionOptions.class))
                .isEqualTo(groups);
    }
}
