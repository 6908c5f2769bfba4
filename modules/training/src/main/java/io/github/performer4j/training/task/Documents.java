package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import java.util.Arrays;
import java.util.List;

/** Rows of documents as columns: what the graph sees, and which document and place each row is of. */
final class Documents {
    /** Name of the extra column: document and place of each row, two halves each, [B,4]. */
    static final String PLACES = "places";

    private static final int HALF = 32;
    private static final long LOW = 0xFFFF_FFFFL;
    private static final int PARTS = 4;

    private Documents() {}

    /** Returns which rows are real, [B]. */
    static boolean[] real(List<Row> rows, int size) {
        boolean[] real = new boolean[size];
        Arrays.fill(real, 0, rows.size(), true);
        return real;
    }

    /** Returns document and place of each row. */
    static Column places(List<Row> rows, int size) {
        int[] places = new int[PARTS * size];
        for (int r = 0; r < rows.size(); r++) {
            long document = rows.get(r).document();
            long place = rows.get(r).place();
            places[PARTS * r] = (int) (document >>> HALF);
            places[PARTS * r + 1] = (int) document;
            places[PARTS * r + 2] = (int) (place >>> HALF);
            places[PARTS * r + 3] = (int) place;
        }
        return Column.ids(places, null, 0, size, PARTS);
    }

    /** Returns the document of row r. */
    static long document(Batch batch, int r) {
        return joined(batch, PARTS * r);
    }

    /** Returns the place of row r in its document. */
    static long place(Batch batch, int r) {
        return joined(batch, PARTS * r + 2);
    }

    private static long joined(Batch batch, int at) {
        int[] places = batch.extras().get(PLACES).ids();
        return ((long) places[at] << HALF) | (places[at + 1] & LOW);
    }

    /** Returns the number of real tokens of row r. */
    static int tokens(Batch batch, int r) {
        int count = 0;
        for (int t = 0; t < batch.length(); t++) {
            count += batch.input().mask()[r * batch.length() + t] ? 1 : 0;
        }
        return count;
    }
}
