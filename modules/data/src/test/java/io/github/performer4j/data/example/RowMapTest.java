package io.github.performer4j.data.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RowMap does what HashMap does. */
class RowMapTest {
    private static String text(CounterRandom draws, int longest) {
        StringBuilder text = new StringBuilder();
        for (int n = draws.nextInt(longest + 1); n > 0; n--) {
            text.appendCodePoint(draws.nextInt(4) == 0 ? 0x1F600 + draws.nextInt(50) : 'a' + draws.nextInt(26));
        }
        return text.toString();
    }

    @Test
    void rowsAreFoundByTheirKeys() {
        CounterRandom draws = CounterRandom.of(3, 1);
        RowMap rows = new RowMap();
        Map<String, List<String>> oracle = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String key = text(draws, 4); // some keys come again
            List<String> row = List.of(text(draws, 3), text(draws, i % 5000 == 0 ? 1 << 20 : 5));
            assertThat(rows.put(key, row)).isEqualTo(oracle.putIfAbsent(key, row));
        }
        assertThat(rows.size()).isEqualTo(oracle.size()).isLessThan(20_000);
        for (int i = 0; i < 20_000; i++) {
            String key = text(draws, 5);
            assertThat(rows.get(key)).isEqualTo(oracle.get(key));
        }
        oracle.forEach((key, row) -> assertThat(rows.get(key)).isEqualTo(row));
        assertThat(rows.unread()).isZero();
    }

    @Test
    void whatWasNotReadIsKnown() {
        RowMap rows = new RowMap();
        for (String key : List.of("a", "b", "c", "d")) {
            rows.put(key, List.of());
        }
        assertThat(rows.get("a")).isEmpty();
        assertThat(rows.get("c")).isEmpty();
        assertThat(rows.get("e")).isNull();
        assertThat(rows.unread()).isEqualTo(2);
        assertThat(rows.firstUnread()).isEqualTo("b");
    }
}
