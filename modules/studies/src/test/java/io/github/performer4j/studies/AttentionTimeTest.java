package io.github.performer4j.studies;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.studies.AttentionTime.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttentionTimeTest {
    /** How fast is no matter of tests. */
    @Test
    void mapsAreTimedAndOneThatNoLayerTakesIsTold() {
        Layer oprf = new Layer(SoftmaxMaps.named("oprf"), 4, 2);
        Layer odd = new Layer(FeatureMap.named("hyperbolic"), 5, 2);
        Layer positive = new Layer(SoftmaxMaps.named("positive"), 6, 2);
        List<Double> shares = new ArrayList<>();
        List<Layer> failed = new ArrayList<>();
        Map<Layer, Double> micros =
                AttentionTime.microsPerToken(List.of(oprf, odd, positive), 1, new AttentionTime.Listener() {
                    @Override
                    public void done(double share) {
                        shares.add(share);
                    }

                    @Override
                    public void failed(Layer layer, RuntimeException reason) {
                        assertThat(reason).hasMessageContaining("features must be even; features=5");
                        failed.add(layer);
                    }
                });
        assertThat(micros).containsOnlyKeys(oprf, odd, positive);
        assertThat(micros.get(oprf)).isPositive();
        assertThat(micros.get(odd)).isNull();
        assertThat(micros.get(positive)).isPositive();
        assertThat(failed).containsExactly(odd);
        assertThat(shares).isSorted().endsWith(1.0);
    }
}
