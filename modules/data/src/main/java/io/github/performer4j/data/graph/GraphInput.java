package io.github.performer4j.data.graph;

/**
 * A graph as a model reads it; {@link GraphEncoder} makes it. The arrays are shared, not copied: treat them as read-only.
 *
 * @param nodes N
 * @param features of the nodes, [N·F], row by row
 * @param entries of the factors of the graph's kernel, [S·(2+2L)], row by row
 * @param width F
 * @param entryWidth 2 + 2L
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is handed on, never compared
public record GraphInput(int nodes, float[] features, float[] entries, int width, int entryWidth) {

    /** Returns S. */
    public int entryCount() {
        return entries.length / entryWidth;
    }

    /** Returns the bytes of heap that it takes. */
    public long bytes() {
        return 96 + 4L * (features.length + entries.length);
    }
}
