package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BitsTest {
    /** 256 levels, each as likely, are 8 bits; 784 pixels of them 8 bits a dimension. */
    @Test
    void uniformBytesAreEightBits() {
        assertThat(Bits.ofNats(Math.log(256))).isCloseTo(8, within(Expect.TOLERANCE));
        assertThat(Bits.perDimension(784 * Math.log(256), 784)).isCloseTo(8, within(Expect.TOLERANCE));
        assertThat(Bits.perDimension(0, 3)).isZero();
    }

    @Test
    void noDimensionsHaveNoMean() {
        assertThatThrownBy(() -> Bits.perDimension(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dimensions must be positive; dimensions=0");
    }
}
