package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.Statistics;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;

class PerformerConfigTest {

    @Test
    void jsonRoundTripKeepsEveryComponent() {
        PerformerConfig c = new PerformerConfig(
                Task.CAUSAL_LM,
                31,
                2,
                63,
                30,
                5,
                3,
                37,
                "exact",
                "relu",
                "iid",
                12,
                7,
                16,
                "geglu",
                false,
                1e-12,
                0.25,
                "sinusoidal",
                false,
                true,
                true,
                "sequence",
                true,
                "first");
        assertThat(PerformerConfig.fromJson(c.toJson())).isEqualTo(c);
        PerformerConfig kept =
                c.with("learnedProjection", false).with("featureMap", "oprf").with("statistics", "running");
        assertThat(PerformerConfig.fromJson(kept.toJson())).isEqualTo(kept);
        assertThat(kept.attentionOptions().statistics()).isEqualTo(Statistics.RUNNING);
        assertThat(PerformerConfig.fromJson("{}")).isEqualTo(PerformerConfig.defaults());
        assertThat(PerformerConfig.fromJson("{\"width\": 12}").width()).isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"task\": null} | task must be given; task=null",
                "{\"vocabulary\": -1} | vocabulary must not be negative; vocabulary=-1",
                "{\"classes\": 0} | classes must be positive; classes=0",
                "{\"maxTokens\": 0} | maxTokens must be positive; maxTokens=0",
                "{\"layers\": 0} | layers must be positive; layers=0",
                "{\"hidden\": 0} | hidden must be positive; hidden=0",
                "{\"width\": 0} | width must be positive; width=0",
                "{\"width\": 510, \"heads\": 8} | heads must divide width; width=510, heads=8",
                "{\"heads\": 0} | heads must be positive; heads=0",
                "{\"dropout\": 1} | dropout must be in [0, 1); dropout=1.0",
                "{\"dropout\": -0.1} | dropout must be in [0, 1); dropout=-0.1",
                "{\"normEpsilon\": 0} | normEpsilon must be positive; normEpsilon=0.0",
                "{\"features\": 0} | features must be positive; features=0",
                "{\"redrawInterval\": -1} | redraw interval must not be negative; interval=-1",
                "{\"chunk\": -1} | chunk must not be negative; chunk=-1",
                "{\"feedForward\": \"swish\"} | unknown feed-forward; name=swish, known=gelu, relu, geglu",
                "{\"feedForward\": null} | feedForward must be given; feedForward=null",
                "{\"featureMap\": null} | featureMap must be given; featureMap=null",
                "{\"positions\": \"rotary\"} | unknown positions; positions=rotary, known=learned, sinusoidal, none",
                "{\"statistics\": \"none\"} | unknown statistics; statistics=none, known=sequence, running, fixed",
                "{\"pooling\": \"max\"} | unknown pooling; pooling=max, known=mean, first",
                "[] | model configuration must be a JSON object; found=ARRAY",
                "3 | model configuration must be a JSON object; found=NUMBER"
            })
    void brokenRulesAreNamed(String json, String message) {
        assertThatThrownBy(() -> PerformerConfig.fromJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    /** Nothing is guessed: fractions, texts and nulls for numbers, ordinals for names, twice the same key, and no JSON at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"width\": 128.5}",
                "{\"width\": \"128\"}",
                "{\"layers\": null}",
                "{\"preNorm\": \"yes\"}",
                "{\"task\": 0}",
                "{\"task\": \"TRANSLATION\"}",
                "{\"width\": 128, \"width\": 256}",
                "{\"width\": 128} {}",
                "{",
                "",
                "{\"projection\": \"dense\"}",
                "{\"attention\": \"quadratic\"}",
                "{\"featureMap\": \"performer\"}",
                "{\"featureMap\": \"trigonometric\", \"features\": 7}"
            })
    void valuesOfAnotherTypeAreRefusedInOneLine(String json) {
        assertThatThrownBy(() -> PerformerConfig.fromJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void unknownKeysAreNamedWithTheKnownOnes() {
        assertThatThrownBy(() -> PerformerConfig.fromJson("{\"widht\": 12}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "unknown key of the model configuration; key=widht, known=task, vocabulary, classes, maxTokens, width");
        assertThatThrownBy(() -> PerformerConfig.defaults().with("depth", 3)).hasMessageContaining("key=depth");
        assertThatThrownBy(() -> PerformerConfig.defaults().graph(new Adam(), 0, 1))
                .hasMessage("vocabulary must be known before the graph is built; vocabulary=0");
    }

    /** Who names no projection gets the map's; presets train as they did when they named orthogonal rows. */
    @Test
    void anAutomaticProjectionIsTheMaps() {
        PerformerConfig config = PerformerConfig.defaults();
        assertThat(config.projection()).isEqualTo("auto");
        assertThat(config.attentionOptions().projection()).isEqualTo(Projection.SIMPLEX);
        assertThat(config.with("featureMap", "trigonometric").attentionOptions().projection())
                .isEqualTo(Projection.ORTHOGONAL);
        assertThat(config.with("projection", "Givens").attentionOptions().projection())
                .isEqualTo(Projection.GIVENS);
        for (String preset : Presets.names()) {
            PerformerConfig model = PerformerConfig.fromJson(
                    Presets.json(preset).replaceFirst("(?s).*?\"model\": *(\\{.*?\\}).*", "$1"));
            assertThat(model.attentionOptions().projection()).as(preset).isEqualTo(Projection.ORTHOGONAL);
        }
    }

    @Test
    void attentionFollowsTheConfiguration() {
        AttentionOptions options = PerformerConfig.defaults()
                .withTask(Task.CAUSAL_LM)
                .with("featureMap", "relu")
                .with("projection", "iid")
                .with("chunk", 5)
                .with("bias", false)
                .attentionOptions();
        assertThat(options)
                .isEqualTo(new AttentionOptions(
                        4,
                        true,
                        AttentionOptions.Kind.LINEAR,
                        FeatureMap.named("relu"),
                        Projection.IID,
                        128,
                        null,
                        5,
                        false,
                        false,
                        false,
                        Statistics.SEQUENCE));
        assertThat(PerformerConfig.defaults().attentionOptions().causal()).isFalse();
    }

    @Test
    void presetsLoadAndBuild() throws IOException {
        assertThat(Presets.names()).isNotEmpty();
        for (String name : Presets.names()) {
            JsonNode model = new ObjectMapper().readTree(Presets.json(name)).path("model");
            PerformerConfig config =
                    model.isMissingNode() ? PerformerConfig.defaults() : PerformerConfig.fromJson(model);
            config = config.vocabulary() == 0 ? config.withVocabulary(29) : config;
            assertThat(config.graph(new Adam(1e-3), 0.1, 1).getNetworkOutputs()).containsExactly("head");
        }
        assertThatThrownBy(() -> Presets.json("none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("unknown preset; name=none, known=");
    }

    @Test
    void verticesHaveTheirNames() {
        PerformerConfig c = PerformerConfig.defaults()
                .withVocabulary(7)
                .with("heads", 1)
                .with("width", 4)
                .with("layers", 2);
        assertThat(c.graph(new Adam(), 0, 1).getVertices())
                .containsOnlyKeys("embedding", "positions", "block-0", "block-1", "final-norm", "head");
        assertThat(c.hiddenVertex()).isEqualTo("final-norm");
        PerformerConfig tied = c.with("tieWeights", true).with("preNorm", false);
        assertThat(tied.graph(new Adam(), 0, 1).getVertices())
                .containsOnlyKeys("table", "embedding", "positions", "block-0", "block-1", "logits", "head");
        assertThat(tied.hiddenVertex()).isEqualTo("block-1");
        assertThat(new ComputationGraph(c.graph(new Adam(), 0, 1)).getNumInputArrays())
                .isEqualTo(1);
    }
}
