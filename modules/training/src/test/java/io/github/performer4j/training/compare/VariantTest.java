package io.github.performer4j.training.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.training.run.RunConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariantTest {
    private static final RunConfig BASE = RunConfig.defaults();

    @Test
    void aVariantIsTheConfigurationWithItsChangesAndNoOther() {
        Variant plain = Variant.parse("plain:model.attention.positions=rotary, training.learningRate=3e-4");
        assertThat(plain.name()).isEqualTo("plain");
        assertThat(plain.of(BASE))
                .isEqualTo(BASE.withModel(BASE.model().with("attention.positions", "rotary"))
                        .withTraining(BASE.training().withLearningRate(3e-4)));
        assertThat(Variant.base().of(BASE)).isEqualTo(BASE);
        assertThat(Variant.parse(plain.name() + ":" + plain.typed())).isEqualTo(plain);
    }

    /** 12 heads do not divide 256, 240 not 4 · 64: each alone is refused. */
    @Test
    void valuesThatArePossibleOnlyTogetherAreChangedTogether() {
        assertThat(Variant.parse("twelve:model.attention.heads=12,model.width=240")
                        .of(BASE)
                        .model()
                        .width())
                .isEqualTo(240);
        assertThatThrownBy(
                        () -> Variant.parse("twelve:model.attention.heads=12").of(BASE))
                .hasMessageContainingAll("variant=twelve", "model.attention.heads=12");
    }

    @Test
    void colonsAndCommasInsideAValueAreItsOwn() {
        assertThat(Variant.parse("g:model.attention.featureMap=gerf:-0.1,model.layers=2")
                        .changes())
                .isEqualTo(Map.of("model.attention.featureMap", "gerf:-0.1", "model.layers", "2"));
        assertThat(Variant.parse("x:task.labels=[\"a\",\"b\"],model.layers=2").changes())
                .containsEntry("task.labels", "[\"a\",\"b\"]")
                .containsEntry("model.layers", "2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-colon",
                "x:",
                "x:model.layers",
                "x:=3",
                "x:model.layers=1,model.layers=2",
                ":model.layers=1",
                "a/b:model.layers=1",
                ".x:model.layers=1",
                "x :model.layers=1",
                "a|b:model.layers=1",
                "base:model.layers=1",
                "é:model.layers=1"
            })
    void whatIsNoVariantIsRefused(String text) {
        assertThatThrownBy(() -> Variant.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "model.widht=3, nearest=model.width",
        "model.layers=none, model.layers=none",
        "training.steps=7, key=training.steps",
        "training.seed=7, key=training.seed",
        "training.evalTokens=7, key=training.evalTokens",
        "data.maxTokens=64, key=data.maxTokens",
        "task.maskRate=0.3, key=task.maskRate"
    })
    void aChangeThatIsWrongOrOfWhatAllRunsShareIsRefusedByName(String change, String part) {
        assertThatThrownBy(() -> Variant.parse("mine:" + change).of(BASE))
                .hasMessageContainingAll("variant=mine", part);
    }

    @Test
    void runsOfTheFirstSeedComeFirst() {
        List<Variant> two = List.of(Variant.base(), Variant.parse("deep:model.layers=8"));
        List<ComparedRun> runs = new Variants(BASE, two).runs(List.of(7L, 3L));
        assertThat(runs).extracting(ComparedRun::folder).containsExactly("base-7", "deep-7", "base-3", "deep-3");
        assertThat(runs).extracting(run -> run.config().model().layers()).containsExactly(4, 8, 4, 8);
    }

    @ParameterizedTest
    @CsvSource({
        "a b:model.layers=8, a_b:model.layers=2, folders",
        "deep:model.layers=8, Deep:model.layers=2, folders",
        "deep:model.layers=8, deeper:model.layers=8, different configurations",
        "deep:model.layers=8, same:model.layers=4, variant=base",
        "rotary:model.attention.positions=rotary, turned:model.attention.positions=ROTARY, variant=rotary"
    })
    void twoThatAreOneAreRefused(String one, String other, String part) {
        List<Variant> three = List.of(Variant.base(), Variant.parse(one), Variant.parse(other));
        assertThatThrownBy(() -> new Variants(BASE, three))
                .hasMessageContainingAll(part, "variant=" + three.get(2).name());
    }
}
