package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.benchmarks.AttentionBench.Causal;
import io.github.performer4j.benchmarks.AttentionBench.Engine;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionBenchTest {
    private static final List<Engine> ALL = List.of(Engine.EXACT, Engine.LINEAR);

    static AttentionCell cell(Variant variant, int tokens) {
        return new AttentionCell(variant, 1, tokens, 14, 2, 5, "positive", 3, 1.5, 1, 11);
    }

    @Test
    void variantsFollowKindAndDirection() {
        assertThat(AttentionBench.variants(ALL, Causal.BOTH))
                .containsExactly(Variant.LINEAR, Variant.LINEAR_CAUSAL, Variant.EXACT);
        assertThat(AttentionBench.variants(ALL, Causal.YES))
                .containsExactly(Variant.LINEAR_CAUSAL, Variant.EXACT_CAUSAL);
        assertThat(AttentionBench.variants(ALL, Causal.NO)).containsExactly(Variant.LINEAR, Variant.EXACT);
        assertThat(AttentionBench.variants(List.of(Engine.EXACT), Causal.BOTH)).containsExactly(Variant.EXACT);
        assertThat(AttentionBench.variants(List.of(Engine.LINEAR, Engine.LINEAR), Causal.NO))
                .containsExactly(Variant.LINEAR);
    }

    @Test
    void everyLengthOfEveryVariantOnce() {
        AttentionCell like = cell(Variant.LINEAR, 7);
        AttentionBench bench = new AttentionBench(List.of(7, 13), List.of(Variant.EXACT, Variant.LINEAR), like);
        assertThat(bench.cells())
                .containsExactly(
                        cell(Variant.EXACT, 7),
                        cell(Variant.EXACT, 13),
                        cell(Variant.LINEAR, 7),
                        cell(Variant.LINEAR, 13));
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        AttentionCell like = cell(Variant.LINEAR, 7);
        List<Variant> linear = List.of(Variant.LINEAR);
        assertThatThrownBy(() -> new AttentionBench(List.of(), linear, like)).hasMessageContaining("tokens=[]");
        assertThatThrownBy(() -> new AttentionBench(List.of(13, 13), linear, like))
                .hasMessage("lengths must rise; tokens=[13, 13]");
        assertThatThrownBy(() -> new AttentionBench(List.of(-1), linear, like))
                .hasMessage("tokens must be positive; tokens=-1");
        assertThatThrownBy(() -> new AttentionBench(List.of(7), List.of(), like))
                .hasMessageContaining("kind of attention");
        assertThatThrownBy(() -> new AttentionCell(Variant.EXACT, 1, 7, 14, 4, 5, "positive", 3, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("heads must divide width; width=14, heads=4");
        assertThatThrownBy(() -> new AttentionCell(Variant.LINEAR, 1, 7, 14, 2, 5, "nil", 3, 1, 1, 1))
                .hasMessageContaining("unknown feature map; name=nil");
        assertThatThrownBy(() -> new AttentionCell(Variant.LINEAR, 1, 7, 14, 2, 5, "relu", 3, 0, 1, 1))
                .hasMessage("seconds must be positive; seconds=0.0");
    }

    @Test
    void cellsAndMeasurementsRoundTrip() {
        AttentionCell cell = cell(Variant.LINEAR_CAUSAL, 13);
        assertThat(AttentionCell.fromJson(cell.toJson())).isEqualTo(cell);
        assertThat(cell.toJson()).doesNotContain("\n");
        Measurement full = new Measurement(1.5, 2.5, 3, 4, 5L, 6L, 7L, null);
        assertThat(Measurement.fromJson(full.toJson() + "\n")).isEqualTo(full);
        Measurement none = Measurement.none("because");
        assertThat(Measurement.fromJson(none.toJson())).isEqualTo(none);
        assertThatThrownBy(() -> AttentionCell.fromJson("{\"variant\":\"LINEAR\"}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Measurement.fromJson("oops")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void attentionIsNamedByItsFeatures() {
        assertThat(cell(Variant.LINEAR, 7).attention()).isEqualTo("favor+");
        assertThat(cell(Variant.EXACT, 7).attention()).isEqualTo("exact");
        assertThat(new AttentionCell(Variant.LINEAR, 1, 7, 14, 2, 5, "relu", 3, 1, 1, 1).attention())
                .isEqualTo("relu");
    }
}
