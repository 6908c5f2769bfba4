package io.github.performer4j.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColumnTest {
    @Test
    void shorterRowsAreFilledUp() {
        Column a = Column.ids(new int[] {1, 2, 3, 4}, new boolean[] {true, true, true, false}, 9, 2, 2);
        Column b = Column.ids(new int[] {5, 6, 7}, new boolean[] {true, true, true}, 9, 1, 3);
        assertThat(Column.join(List.of(a, b)))
                .isEqualTo(Column.ids(
                        new int[] {1, 2, 9, 3, 4, 9, 5, 6, 7},
                        new boolean[] {true, true, false, true, false, false, true, true, true},
                        9,
                        3,
                        3));
    }

    @Test
    void masksOfRowsAndDepthsAreKept() {
        Column a = Column.floats(new float[] {1, 2, 3, 4}, new boolean[] {true, false}, 2, 2);
        Column b = Column.floats(new float[] {5, 6}, new boolean[] {true}, 1, 2);
        Column joined = Column.join(List.of(a, b));
        assertThat(joined.floats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(joined.mask()).containsExactly(true, false, true);
        assertThat(joined.maskedByToken()).isFalse();
        Column deep = Column.floats(new float[] {1, 2, 3, 4}, null, 1, 2, 2);
        Column deeper = Column.floats(new float[] {5, 6, 7, 8, 9, 10}, null, 1, 3, 2);
        assertThat(Column.join(List.of(deep, deeper)))
                .isEqualTo(Column.floats(new float[] {1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 9, 10}, null, 2, 3, 2));
    }

    @Test
    void sizesAreChecked() {
        assertThatThrownBy(() -> Column.ids(new int[3], null, 0, 2, 2))
                .hasMessage("a column must hold as many entries as its shape [B,…] says; shape=[2, 2], entries=3");
        assertThatThrownBy(() -> Column.ids(new int[4], new boolean[3], 0, 2, 2))
                .hasMessage("a mask must have an entry for each row or each token; shape=[2, 2], entries=3");
        Column two = Column.ids(new int[4], null, 0, 2, 2);
        Column one = Column.ids(new int[2], null, 0, 1, 2);
        assertThatThrownBy(() -> new Batch(2, Map.of("tokens", two), Map.of("head", one), Map.of(), 1))
                .hasMessage("all columns must have the batch's rows; batch=2, column=head, rows=1");
        assertThatThrownBy(() -> new Batch(2, Map.of(), Map.of(), Map.of(), 1))
                .hasMessageStartingWith("a batch must have an input");
    }

    @Test
    void aBatchKnowsItsTokens() {
        Column ids = Column.ids(new int[6], new boolean[] {true, true, false, true, false, false}, 0, 2, 3);
        Batch batch = Batch.of(ids, Column.ids(new int[2], new boolean[] {true, true}, 0, 2, 1), 2);
        assertThat(batch.tokens()).isEqualTo(3);
        assertThat(batch.longest()).isEqualTo(2);
        assertThat(batch.length()).isEqualTo(3);
        assertThat(Batch.join(List.of(batch, batch)).weight()).isEqualTo(4);
    }
}
