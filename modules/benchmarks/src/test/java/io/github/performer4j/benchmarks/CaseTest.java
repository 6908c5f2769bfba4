package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CaseTest {
    private static final double GIB = 1L << 30;

    @Test
    void casesRoundTripOnOneLine() {
        for (Work work : Work.values()) {
            Case c = Cases.of(work).with(7, AttentionKind.EXACT, true);
            assertThat(Case.fromJson(c.toJson())).isEqualTo(c);
            assertThat(c.toJson()).doesNotContain("\n");
        }
        assertThatThrownBy(() -> Case.fromJson("{\"work\":\"BLOCK\"}")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        assertThatThrownBy(() -> new Case(Work.BLOCK, AttentionKind.EXACT, true, 1, 7, 14, 4, 5, 6, 1, 2, 1))
                .hasMessage("heads must divide width; width=14, heads=4");
        assertThatThrownBy(() -> Cases.of(Work.TRAIN).with(0, AttentionKind.FAVOR, false))
                .hasMessage("tokens must be positive; tokens=0");
        assertThatThrownBy(() -> new Case(Work.TRAIN, AttentionKind.FAVOR, false, 1, 7, 14, 2, 5, 6, 1, 1, 1))
                .hasMessage("vocabulary must be at least 2; vocabulary=1");
        assertThatThrownBy(() -> AttentionKind.named("cubic"))
                .hasMessage("unknown attention; attention=cubic, known=favor+, exact");
    }

    /** 4 and 12 units of 2·B·H·T·D·M = 1.0737 GFLOP, whatever the direction. */
    @Test
    void attentionCountsFourAndTwelveUnits() {
        Case c = Case.of(Work.ATTENTION);
        double unit = 2.0 * 32 * 1024 * 64 * 256 / 1e9;
        assertThat(Operations.forward(c)).isCloseTo(4 * unit, within(1e-9));
        assertThat(Operations.forwardBackward(c)).isCloseTo(12 * unit, within(1e-9));
        Case causal = c.with(1024, AttentionKind.FAVOR, true);
        assertThat(Operations.forwardBackward(causal)).isCloseTo(12 * unit, within(1e-9));
        Case exact = c.with(2048, AttentionKind.EXACT, false);
        assertThat(Operations.forward(exact)).isCloseTo(4.0 * 32 * 2048 * 2048 * 64 / 1e9, within(1e-9));
        assertThat(Operations.forwardBackward(exact)).isCloseTo(3.5 * Operations.forward(exact), within(1e-9));
    }

    /** Dense products by hand: a block 2·N·(4E² + 2EF), a head 2·N·E·V; with backward three times that. */
    @Test
    void blocksAndModelsCountTheirProducts() {
        Case block = Case.of(Work.BLOCK);
        double attention = Operations.forward(Case.of(Work.ATTENTION));
        double dense = 2 * 4096.0 * (4 * 512 * 512 + 2 * 512 * 2048) / 1e9;
        assertThat(Operations.forward(block)).isCloseTo(attention + dense, within(1e-9));
        assertThat(Operations.forwardBackward(block)).isCloseTo(3 * attention + 3 * dense, within(1e-9));
        Case model = Case.of(Work.TRAIN);
        double heads = 4 * 2.0 * 8 * 4 * 512 * 64 * 128;
        double products = 2 * 4096.0 * (4 * 256 * 256 + 2 * 256 * 1024);
        double all = (6 * (heads + products) + 2 * 4096.0 * 256 * 32) / 1e9;
        assertThat(Operations.forward(model)).isCloseTo(all, within(1e-9));
    }

    @Test
    void exactAttentionDoesNotFitAtLengthsWhereFusedDoes() {
        Case c = Case.of(Work.ATTENTION).with(32768, AttentionKind.EXACT, false);
        Map<Engine, String> refused = MemoryEstimate.refused(c, List.of(Engine.values()), 16 * GIB);
        assertThat(refused)
                .containsOnlyKeys(Engine.GRAPH, Engine.DJL, Engine.LIBTORCH, Engine.LIBTORCH_BF16, Engine.TORCH);
        assertThat(refused.get(Engine.DJL)).matches("needs about \\d{3,}\\.\\d GiB, \\d+\\.\\d GiB are free");
    }

    /** Peers give their memory back after each pass, so two of them need no more than one; the graph keeps its own. */
    @Test
    void enginesShareTheMemory() {
        Case c = Case.of(Work.ATTENTION);
        double djl = MemoryEstimate.bytes(Engine.DJL, c);
        double graph = MemoryEstimate.bytes(Engine.GRAPH, c);
        assertThat(MemoryEstimate.refused(c, List.of(Engine.DJL, Engine.TORCH), 1.01 * djl))
                .isEmpty();
        Map<Engine, String> both = MemoryEstimate.refused(c, List.of(Engine.GRAPH, Engine.DJL), 1.01 * graph);
        assertThat(both).containsOnlyKeys(Engine.DJL);
        assertThat(both.get(Engine.DJL)).endsWith("beside the other engines");
        assertThat(MemoryEstimate.refused(c, List.of(Engine.GRAPH, Engine.DJL), 1.01 * (graph + djl)))
                .isEmpty();
    }
}
