package io.github.performer4j.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeedFiguresTest {
    /** Of 1, 2 and 4: the mean is 7/3, the squares sum to 16/9 + 1/9 + 25/9 = 14/3, so s² = 7/3 and s/√3 = √7 / 3. */
    @Test
    void theErrorOfAMeanIsTheDeviationByTheRootOfTheCount() {
        SeedFigures three = SeedFigures.of(List.of(1.0, Double.NaN, 2.0, 4.0));
        assertThat(three.count()).isEqualTo(3);
        assertThat(three.mean()).isCloseTo(7 / 3.0, within(1e-15));
        assertThat(three.deviation()).isCloseTo(Math.sqrt(7 / 3.0), within(1e-15));
        assertThat(three.error()).isCloseTo(Math.sqrt(7) / 3, within(1e-15));
    }

    @Test
    void oneValueHasNoErrorAndNoneHasNoMean() {
        assertThat(SeedFigures.of(List.of(5.0)).mean()).isEqualTo(5);
        assertThat(SeedFigures.of(List.of(5.0)).error()).isNaN();
        assertThat(SeedFigures.of(List.of(Double.NaN)).mean()).isNaN();
    }
}
