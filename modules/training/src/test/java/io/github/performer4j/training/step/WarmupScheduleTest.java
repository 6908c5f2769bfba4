package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ISchedule;

class WarmupScheduleTest {
    private static final double PEAK = 2e-3;

    @Test
    void warmUpIsALineThatReachesThePeakAtItsLastStep() {
        WarmupSchedule schedule = new WarmupSchedule(PEAK, 5, Shape.CONSTANT, WarmupSchedule.NEVER, 0, 0.1);
        for (int s = 0; s < 5; s++) {
            assertThat(schedule.valueAt(s, 0)).isCloseTo(PEAK * (s + 1) / 5, within(1e-18));
        }
        assertThat(schedule.valueAt(5, 3)).isEqualTo(PEAK);
        assertThat(schedule.valueAt(1_000_000, 3)).isEqualTo(PEAK);
    }

    @Test
    void cosineFallsFromPeakToTheFinalRate() {
        WarmupSchedule schedule = new WarmupSchedule(PEAK, 10, Shape.COSINE, 10, 110, 0.1);
        assertThat(schedule.valueAt(10, 0)).isEqualTo(PEAK);
        assertThat(schedule.valueAt(35, 0)).isCloseTo(PEAK * (0.1 + 0.9 * (2 + Math.sqrt(2)) / 4), within(1e-15));
        assertThat(schedule.valueAt(60, 0)).isCloseTo(PEAK * 0.55, within(1e-15));
        assertThat(schedule.valueAt(110, 0)).isCloseTo(PEAK * 0.1, within(1e-15));
        assertThat(schedule.valueAt(500, 0)).isCloseTo(PEAK * 0.1, within(1e-15));
    }

    @Test
    void inverseSquareRootHalvesWhenTheStepQuadruples() {
        WarmupSchedule schedule = new WarmupSchedule(PEAK, 25, Shape.INVERSE_SQRT, WarmupSchedule.NEVER, 0, 0.1);
        assertThat(schedule.valueAt(24, 0)).isCloseTo(PEAK, within(1e-18));
        assertThat(schedule.valueAt(99, 0)).isCloseTo(PEAK / 2, within(1e-18));
        assertThat(schedule.valueAt(399, 0)).isCloseTo(PEAK / 4, within(1e-18));
    }

    @Test
    void survivesDeeplearning4jsConfigurationJson() {
        WarmupSchedule schedule = new WarmupSchedule(PEAK, 7, Shape.INVERSE_SQRT, 11, 23, 0.05);
        ComputationGraph net = Toy.net(new Adam(schedule), 0, DataType.FLOAT);
        String json = net.getConfiguration().toJson();
        ComputationGraph read = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
        read.init();
        assertThat(Rates.updaters(read)).isNotEmpty().allSatisfy(updater -> {
            ISchedule found = ((Adam) updater).getLearningRateSchedule();
            assertThat(found).isEqualTo(schedule);
        });
        // Equal schedules keep all layers in one updater block, so the updater state keeps its layout.
        assertThat(read.getUpdater().getUpdaterBlocks()).hasSize(1);
    }

    @Test
    void refusesWhatIsNoSchedule() {
        assertThatThrownBy(() -> new WarmupSchedule(0, 0, Shape.CONSTANT, -1, 0, 0))
                .hasMessageContaining("learning rate must be positive; peak=0.0");
        assertThatThrownBy(() -> new WarmupSchedule(1, 0, Shape.CONSTANT, 5, 5, 0))
                .hasMessageContaining("decayStart=5, end=5");
        assertThatThrownBy(() -> new WarmupSchedule(1, 0, Shape.CONSTANT, -1, 0, 1.5))
                .hasMessageContaining("finalRate=1.5");
    }
}
