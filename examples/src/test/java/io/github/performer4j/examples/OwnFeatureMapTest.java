package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFeatureMapTest {
    @TempDir
    private Path folder;

    @Test
    void trainsAndSurvivesSavingAndLoading() throws IOException {
        double[] result = OwnFeatureMap.trainAndReload(30, folder.resolve("own-map.zip"));
        assertThat(result[1]).isLessThan(0.9 * result[0]);
        assertThat(result[2]).isZero();
    }

    @Test
    void theMapIsPartOfTheJson() {
        OwnFeatureMap.Tempered map = new OwnFeatureMap.Tempered(0.5, 1e-6);
        String json = OwnFeatureMap.net(map, 1).getLayerWiseConfigurations().toJson();
        PerformerBlockLayer layer = (PerformerBlockLayer)
                MultiLayerConfiguration.fromJson(json).getConf(0).getLayer();
        assertThat(layer.getAttention().featureMap()).isEqualTo(map);
    }

    /** At τ = 1 the map is FAVOR+ itself. */
    @Test
    void temperatureOneIsTheBuiltInMap() {
        OwnFeatureMap.Tempered map = new OwnFeatureMap.Tempered(1, 1e-6);
        double[] x = {0.3, -0.7, 1.1};
        double[][] w = {{0.2, 0.5, -1.3}, {1.7, -0.4, 0.1}};
        assertThat(map.apply(x, w)).containsExactly(PositiveFeatures.defaults().apply(x, w), within(1e-15));
        assertThat(map.inputScale(3, 2)).isEqualTo(PositiveFeatures.defaults().inputScale(3, 2));
        assertThat(new OwnFeatureMap.Tempered(4, 0).inputScale(3, 2))
                .isCloseTo(map.inputScale(3, 2) / 2, within(1e-15));
    }

    @Test
    void refusesATemperatureOfZero() {
        assertThatThrownBy(() -> new OwnFeatureMap.Tempered(0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("temperature=0.0");
    }
}
