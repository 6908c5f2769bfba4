package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.model.Presets;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.training.step.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunConfigTest {
    @Test
    void jsonRoundTrips() {
        RunConfig config = RunConfig.defaults()
                .withOverride("training.learningRate", "3e-4")
                .withOverride("model.width", "96")
                .withOverride("task.maskRate", "0.2");
        assertThat(RunConfig.fromJson(config.toJson())).isEqualTo(config).isNotEqualTo(RunConfig.defaults());
    }

    @Test
    void overridesReachTheRecords() {
        RunConfig config = RunConfig.defaults()
                .withOverride("training.schedule", "CONSTANT")
                .withOverride("training.steps", "12")
                .withOverride("data.tokens", "byte")
                .withOverride("model.norm.placement", "post")
                .withOverride("model.attention.groups", "[{\"heads\": 3}, {\"heads\": 1, \"kind\": \"exact\"}]");
        assertThat(config.model().attentionOptions().groups()).containsOnlyKeys("", "group2.");
        assertThat(RunConfig.fromJson(config.toJson())).isEqualTo(config);
        assertThat(config.training().schedule()).isEqualTo(Shape.CONSTANT);
        assertThat(config.training().steps()).isEqualTo(12);
        assertThat(config.data().tokens()).isEqualTo("byte");
        assertThat(config.model().norm().placement()).isEqualTo("post");
    }

    /** However a name is typed, the configuration and its file are the same; so a resumed run does not find another one. */
    @ParameterizedTest
    @CsvSource({
        "data.kind, auto, AUTO Auto",
        "data.tokens, byte, BYTE Byte",
        "data.tokens, character, CHARACTER Character",
        "data.onUnknown, error, ERROR Error",
        "data.framing, packed, PACKED Packed",
        "training.schedule, INVERSE_SQRT, inverse_sqrt inverse-sqrt Inverse_Sqrt INVERSE-SQRT",
        "training.schedule, CONSTANT, constant Constant",
        "model.attention.kind, exact, EXACT Exact",
        "model.attention.projection, simplex-plus, simplex_plus SIMPLEX_PLUS Simplex-Plus",
        "model.attention.featureMap, elu-plus-one, elu_plus_one ELU_PLUS_ONE Elu-Plus-One"
    })
    void everyFormOfANameIsTheSameConfiguration(String key, String written, String typed) {
        RunConfig expected = RunConfig.defaults().withOverride(key, written);
        assertThat(expected.toJson()).contains("\"" + written + "\"");
        for (String form : typed.split(" ")) {
            RunConfig config = RunConfig.defaults().withOverride(key, form);
            assertThat(config).as(form).isEqualTo(expected);
            assertThat(config.toJson()).as(form).isEqualTo(expected.toJson());
            ResumedRun.check(config, expected);
        }
        assertThatThrownBy(() -> RunConfig.defaults().withOverride(key, "nonsense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bad value; " + key + "=nonsense: ")
                .hasMessageNotContaining("\n")
                .hasMessageContaining(written);
    }

    @Test
    void absentKeysHaveTheirDefaults() {
        RunConfig config = RunConfig.fromJson("{\"training\":{\"steps\":17}}");
        assertThat(config)
                .isEqualTo(RunConfig.defaults()
                        .withTraining(TrainingConfig.defaults().withSteps(17)));
    }

    @Test
    void anUnknownKeyNamesTheNearest() {
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("training.learningrat", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown key; key=training.learningrat, nearest=training.learningRate");
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("width", "1"))
                .hasMessageContaining("nearest=model.width");
        assertThatThrownBy(() -> RunConfig.fromJson("{\"data\":{\"maxToken\":9}}"))
                .hasMessage("unknown key; key=data.maxToken, nearest=data.maxTokens");
        assertThatThrownBy(() -> RunConfig.fromJson("{\"modle\":{}}"))
                .hasMessage("unknown key; key=modle, nearest=model");
        assertThatThrownBy(() -> RunConfig.fromJson("{\"model\":{\"attention\":{\"head\":2}}}"))
                .hasMessage("unknown key; key=model.attention.head, nearest=model.attention.heads");
    }

    /** What format 1 had elsewhere is answered with its new place, from a file and from the command line. */
    @Test
    void aFormerKeyNamesItsNewPlace() {
        assertThatThrownBy(() -> RunConfig.fromJson("{\"model\":{\"heads\":2}}"))
                .hasMessage("the key has moved; key=model.heads, now=model.attention.heads");
        assertThatThrownBy(() -> RunConfig.fromJson("{\"model\":{\"attention\":\"exact\"}}"))
                .hasMessage("the key has moved; key=model.attention, now=model.attention.kind");
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("data.maskRate", "0.2"))
                .hasMessage("the key has moved; key=data.maskRate, now=task.maskRate");
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("model.feedForward", "relu"))
                .hasMessage("the key has moved; key=model.feedForward, now=model.feedForward.kind");
        assertThatThrownBy(() -> RunConfig.fromJson("{\"format\":3}"))
                .hasMessage("a configuration must be of the format that this build reads; format=3, reads=2");
    }

    /** Another task brings its own keys, wherever it stands among the changes. */
    @Test
    void anotherTaskHasItsOwnKeys() {
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("task.multiLabel", "true");
        changes.put("task.name", "classify");
        assertThat(RunConfig.defaults().withOverrides(changes).task())
                .isEqualTo(new Classification(null, true, "none", null));
        assertThat(RunConfig.fromJson("{\"task\":{\"classWeights\":\"balanced\",\"name\":\"classify\"}}")
                        .task())
                .isEqualTo(new Classification(null, false, "balanced", null));
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("task.multiLabel", "true"))
                .hasMessageStartingWith("unknown key; key=task.multiLabel");
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("task.name", "translate"))
                .hasMessageContaining("unknown task; name=translate, known=masked-lm, causal-lm, classify");
    }

    @Test
    void aBadValueIsOneLineWithKeyAndRule() {
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("training.steps", "many"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bad value; training.steps=many: ")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("training.beta1", "1"))
                .hasMessage("bad value; training.beta1=1: beta1 must be in [0, 1); beta1=1.0");
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("training.steps", "1.5"))
                .hasMessageStartingWith("bad value; training.steps=1.5: ");
        assertThatThrownBy(() -> RunConfig.defaults().withOverride("model.attention.heads", "7"))
                .hasMessageContaining("heads must divide width");
        assertThatThrownBy(() -> RunConfig.fromJson("{\"training\":3}"))
                .hasMessage("a section must be a JSON object; training=3");
        assertThatThrownBy(() -> RunConfig.fromJson("[1]")).hasMessageContaining("a JSON object is expected");
        assertThatThrownBy(() -> RunConfig.fromJson("{")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyPresetIsAConfiguration() {
        assertThat(Presets.names()).isNotEmpty();
        for (String name : Presets.names()) {
            assertThat(RunConfig.fromJson(RunConfig.preset(name).toJson())).isEqualTo(RunConfig.preset(name));
        }
        assertThatThrownBy(() -> RunConfig.preset("nothing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown preset; preset=nothing, known="
                        + Presets.names().get(0));
    }

    @Test
    void withChangesExactlyOneValue() {
        TrainingConfig config = TrainingConfig.defaults();
        assertThat(config.withSteps(5).withSteps(config.steps())).isEqualTo(config);
        assertThat(config.withEpsilon(1e-6).epsilon()).isEqualTo(1e-6);
        assertThat(config.withMinutes(2.5).timed()).isTrue();
        assertThat(config.withMinutes(2.5).bySteps(40)).isEqualTo(config.withSteps(40));
        assertThatThrownBy(() -> config.withClipNorm(-1)).hasMessage("clipNorm must not be negative; clipNorm=-1.0");
        assertThatThrownBy(() -> config.withDecayStart(1000))
                .hasMessage("decayStart must be below steps; decayStart=1000, steps=1000");
    }

    @Test
    void editDistance() {
        assertThat(NearestKey.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(NearestKey.distance("", "abc")).isEqualTo(3);
        assertThat(NearestKey.distance("abc", "abc")).isZero();
    }

    @Test
    void changesThatArePossibleOnlyTogether() {
        RunConfig causal = RunConfig.preset("text-character");
        Map<String, String> both = new LinkedHashMap<>();
        both.put("model.attention.featureMap", "saderf");
        both.put("model.attention.statistics", "running");
        assertThat(causal.withOverrides(both).model().attention().statistics()).isEqualTo("running");
        assertThatThrownBy(() -> causal.withOverride("model.attention.featureMap", "saderf"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "bad value; model.attention.featureMap=saderf: causal attention needs running or fixed statistics");
        both.put("model.dropout", "7");
        assertThatThrownBy(() -> causal.withOverrides(both))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dropout must be in [0, 1); dropout=7.0");
        assertThatThrownBy(() -> causal.withOverrides(Map.of("model.width", "96", "model.dropout", "7")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bad value; model.dropout=7: dropout must be in [0, 1); dropout=7.0");
    }
}
