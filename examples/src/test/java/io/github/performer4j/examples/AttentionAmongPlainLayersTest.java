package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttentionAmongPlainLayersTest {
    /**
     * Without attention a position before the flagged one (half of them, on average) can do no better than chance, so a recurrent layer
     * alone stays below 0.5 + 0.5 · 0.25 = 0.625.
     */
    @Test
    void attentionFindsWhatARecurrentLayerCannot() {
        assertThat(AttentionAmongPlainLayers.accuracy(13, 300, 1)).isGreaterThan(0.9);
    }
}
