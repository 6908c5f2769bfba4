package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.task.Translation;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

/** The keys of attention are the decoder's; what they mean for the blocks of an encoder is said, or refused. */
class SourceBlocksTest {
    private static final PerformerConfig CONFIG = PerformerConfig.defaults()
            .withCausal(true)
            .withVocabulary(11)
            .with(Map.of("layers", 2, "encoder.layers", 2));

    private static void refused(PerformerConfig config, String message) {
        assertThatThrownBy(() -> config.check(new Translation()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static List<AttentionOptions.Kind> kinds(PerformerConfig config) {
        ComputationGraphConfiguration graph = config.graph(new Translation(), new Sgd(0.1), 0, 7);
        return IntStream.range(0, config.encoder().layers())
                .mapToObj(i -> (LayerVertex) graph.getVertices().get(PerformerConfig.encoderVertex(i)))
                .map(vertex -> ((PerformerBlockLayer) vertex.getLayerConf().getLayer())
                        .getAttention()
                        .kind())
                .toList();
    }

    @Test
    void aListOfLinearBlocksCoversTheEncoder() {
        PerformerConfig listed = CONFIG.with(Map.of("linearBlocks", "1", "attention.kind", "linear"));
        assertThat(kinds(listed)).containsExactly(AttentionOptions.Kind.LINEAR, AttentionOptions.Kind.EXACT);
        String rule = "linearBlocks count the blocks of both, so an encoder must not have more than the decoder;"
                + " model.linearBlocks=1,2, model.layers=2, model.encoder.layers=4";
        refused(listed.with(Map.of("linearBlocks", "1-2", "encoder.layers", 4)), rule);
        assertThat(kinds(CONFIG.with("encoder.layers", 4)))
                .containsOnly(AttentionOptions.Kind.LINEAR)
                .hasSize(4);
    }

    @Test
    void whatTwoSidesDoNotGoWithIsTheEncoders() {
        String encoder = "blocks of an encoder attend in both directions with the decoder's settings: ";
        refused(
                CONFIG.with("attention.convolution", 4),
                encoder + "a convolution must have taps, an odd number unless causal; taps=4, causal=false");
        refused(
                CONFIG.with(Map.of("attention.positions", "buckets", "attention.relativeBuckets", 6)),
                encoder + "buckets must be divisible by 4, for two sides; buckets=6, causal=false");
        CONFIG.with("attention.convolution", 3).check(new Translation());
    }
}
