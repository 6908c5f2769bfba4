package io.github.performer4j.core.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.program.Segments.Segment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentsTest {
    private static Segments of(String... rows) {
        double[] mask = String.join("", rows).chars().mapToDouble(c -> c - '0').toArray();
        return Segments.of(mask, rows.length, rows[0].length(), "block");
    }

    @Test
    void aMaskOfZerosAndOnesIsASequenceARow() {
        assertThat(of("1110", "0101", "0000")).isNull();
    }

    @Test
    void numbersAreSequences() {
        Segments segments = of("1122200", "0100233", "0000000", "1111111");
        assertThat(segments.all())
                .containsExactly(
                        new Segment(0, 2),
                        new Segment(2, 5),
                        new Segment(8, 9),
                        new Segment(11, 12),
                        new Segment(12, 14),
                        new Segment(21, 28));
        assertThat(segments.gaps())
                .containsExactly(
                        new Segment(5, 8), new Segment(9, 11), new Segment(14, 21)); // rows 0 and 1, 1, 1 and 2
        assertThat(segments.longest()).isEqualTo(7);
        assertThat(segments.place(4)).isEqualTo(2);
        assertThat(segments.place(5)).isZero();
        List<String> stretches = new ArrayList<>();
        segments.stretches(1, 23, (from, to, place) -> stretches.add(from + "-" + to + "@" + place));
        assertThat(stretches).containsExactly("1-2@1", "2-5@0", "8-9@0", "11-12@0", "12-14@0", "21-23@0");
    }

    @Test
    void rowsAreSequencesWithTheirPadding() {
        Segments rows = Segments.rows(2, 3);
        assertThat(rows.all()).containsExactly(new Segment(0, 3), new Segment(3, 6));
        assertThat(rows.gaps()).isEmpty();
        assertThat(rows.place(4)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"2211, 2 behind 0", "1133, 3 behind 1", "1221, 1 behind 2", "1201, 1 behind 2", "2202, 2 behind 0"})
    void othersAreRefused(String row, String found) {
        assertThatThrownBy(() -> of(row, "1200"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("side by side; layer=block, found=" + found);
    }
}
