package io.github.performer4j.tuning.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BracketTest {
    /** Hyperband, table 1: R = 81, η = 3. */
    @Test
    void sizesAreThoseOfThePaper() {
        List<Bracket> brackets = Bracket.of(3, 81 + 34 + 15 + 8 + 5);
        assertThat(brackets).extracting(Bracket::size).containsExactly(81, 34, 15, 8, 5);
        assertThat(brackets).extracting(Bracket::rung).containsExactly(0, 1, 2, 3, 4);
        assertThat(brackets).extracting(Bracket::first).containsExactly(0, 81, 115, 130, 138);
    }

    @Test
    void whatIsLeftBeginsAgain() {
        assertThat(Bracket.fewest(3)).isEqualTo(5);
        assertThat(Bracket.of(3, 5)).containsExactly(new Bracket(0, 3, 0), new Bracket(3, 2, 1));
        assertThat(Bracket.of(3, 16)) // of 17 there would be three kinds
                .extracting(Bracket::size)
                .containsExactly(3, 2, 3, 2, 3, 2, 1);
        assertThat(Bracket.of(3, 20))
                .containsExactly(
                        new Bracket(0, 9, 0), new Bracket(9, 5, 1), new Bracket(14, 3, 2), new Bracket(17, 3, 0));
        assertThat(Bracket.of(2, 4)).extracting(Bracket::size).containsExactly(2, 2);
    }
}
