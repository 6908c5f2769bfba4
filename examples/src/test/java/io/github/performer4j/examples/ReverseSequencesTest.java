package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.attention.AttentionOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReverseSequencesTest {
    private static final AttentionOptions ATTENTION =
            AttentionOptions.defaults().withHeads(2).withFeatures(64);

    @ParameterizedTest
    @EnumSource(
            value = AttentionOptions.Kind.class,
            names = {"LINEAR", "EXACT"})
    void theDecoderFindsEachTokenInTheSource(AttentionOptions.Kind kind) {
        assertThat(ReverseSequences.accuracy(ATTENTION.withKind(kind), 400, 1)).isGreaterThan(0.95);
    }
}
