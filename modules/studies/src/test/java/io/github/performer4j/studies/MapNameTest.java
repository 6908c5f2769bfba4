package io.github.performer4j.studies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MapNameTest {
    @ParameterizedTest
    @CsvSource({
        "relu, relu",
        "Hybrid_Gaussian, hybrid-gaussian",
        "gerf, gerf",
        "GERF:-0.10, gerf:-0.1",
        "gerf:-.1, gerf:-0.1",
        "gerf:0, gerf:0",
        "gerf:-0.0, gerf:0",
        "gerf:-3, gerf:-3",
        "gerf:1E-5, gerf:1.0e-5"
    })
    void eachMapHasOneNameAndItNamesTheSameMap(String typed, String name) {
        assertThat(MapName.canonical(typed)).isEqualTo(name);
        assertThat(MapName.canonical(name)).isEqualTo(name);
        assertThat(FeatureMap.named(name).withoutEpsilon()).hasToString(named(typed));
    }

    /** As text, because −0 and 0 are the same A. */
    private static String named(String typed) {
        return FeatureMap.named(typed).withoutEpsilon().toString().replace("a=-0.0,", "a=0.0,");
    }

    @Test
    void builtInNamesAreCanonical() {
        assertThat(FeatureMaps.names())
                .allSatisfy(name -> assertThat(MapName.canonical(name)).isEqualTo(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cubic", "", "relu:1", "gerf:", "gerf:0.125", "gerf:NaN", "gerf:-Infinity", "gerf:a"})
    void othersAreRefused(String name) {
        assertThatThrownBy(() -> MapName.canonical(name)).isInstanceOf(IllegalArgumentException.class);
    }
}
