package io.github.performer4j.data.rows;

import java.io.Closeable;
import java.io.IOException;

/** Rows of one epoch, in order. */
interface RowSource extends Closeable {
    /** Returns the next row, or null at the end. */
    Row next() throws IOException;

    /** Returns how many documents held nothing to predict so far. */
    long dropped();
}
