package io.github.performer4j.kernels.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Buckets are those of T5's released code, with its 32 buckets up to 128 tokens; single offsets are in their order. */
class OffsetsTest {
    private static final Offsets BOTH = new Offsets(32, 128, false);
    private static final Offsets CAUSAL = new Offsets(32, 128, true);

    /** The first distance of each bucket by hand: 8·16^{i/8} of both sides, 16·8^{i/16} of one. */
    @Test
    void bucketsBeginWhereTheRuleSays() {
        int[] both = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91};
        for (int b = 0; b < both.length; b++) {
            assertThat(BOTH.of(-both[b])).isEqualTo(b);
            assertThat(BOTH.of(1 - both[b])).isEqualTo(b == 0 ? 17 : b - 1);
            assertThat(BOTH.of(both[b])).isEqualTo(b == 0 ? 0 : 16 + b);
        }
        int[] causal = {0, 1, 15, 16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113};
        int[] buckets = {0, 1, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
        for (int i = 0; i < causal.length; i++) {
            assertThat(CAUSAL.of(-causal[i])).as("%s", causal[i]).isEqualTo(buckets[i]);
        }
        assertThat(CAUSAL.of(7)).isZero();
        assertThat(BOTH.of(100_000)).isEqualTo(31);
        assertThat(BOTH.of(-100_000)).isEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource({"32,128,false,91", "32,128,true,113", "0,7,false,6", "0,1,true,1", "4,2,false,1"})
    void farIsTheFirstDistanceFromWhichAllAreAlike(int buckets, int reach, boolean causal, int far) {
        Offsets offsets = new Offsets(buckets, reach, causal);
        assertThat(offsets.far()).isEqualTo(far);
        for (int d = far; d < far + 300; d++) {
            assertThat(offsets.of(-d)).isEqualTo(offsets.of(-far));
            assertThat(offsets.of(d)).isEqualTo(offsets.of(far));
        }
    }

    @Test
    void singleOffsetsStandInTheirOrder() {
        Offsets offsets = new Offsets(0, 3, false);
        assertThat(offsets.parameters()).isEqualTo(5);
        assertThat(offsets.table(2, 4)).containsExactly(0, 0, 1, 2, 3);
        assertThat(new Offsets(0, 3, true).table(3, 3)).containsExactly(0, 1, 2, 2, 2);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Offsets(6, 128, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("buckets must be divisible by 4, for two sides; buckets=6, causal=false");
        assertThatThrownBy(() -> new Offsets(32, 8, false))
                .hasMessage(
                        "reach must be greater than the distances that have a bucket each; reach=8, distances=8, buckets=32, causal=false");
        assertThatThrownBy(() -> new Offsets(0, 0, true))
                .hasMessageStartingWith("buckets must not be negative, and reach must be from 1 to 16777216");
        assertThatThrownBy(() -> new BandMask(new Offsets(0, 1, true), 3, new double[] {800}, 0))
                .hasMessage("weights of offsets must be positive and finite; parameter=0, log=800.0");
    }
}
