package io.github.performer4j.data.read;

import io.github.performer4j.data.graph.GraphInput;
import java.util.Arrays;

/**
 * Token ids in as few bytes each as the vocabulary allows: one (up to 256 ids), two (up to 65,536) or four. Grows at its end. Or rows of bytes, as patches of images are, which are a
 * model's rows of floats later. Or a whole graph, whose nodes are rows of floats.
 */
public final class TokenArray {
    private byte[] narrow;
    private char[] wide;
    private int[] widest;
    private int length;
    private GraphInput graph;
    private final int width; // bytes of a row; 0 for ids

    /**
     * Makes an empty array.
     *
     * @param vocabulary number of ids
     * @param capacity tokens that it holds before it grows
     */
    public TokenArray(int vocabulary, int capacity) {
        width = 0;
        if (vocabulary <= 1 << Byte.SIZE) {
            narrow = new byte[capacity];
        } else if (vocabulary <= 1 << Character.SIZE) {
            wide = new char[capacity];
        } else {
            widest = new int[capacity];
        }
    }

    private TokenArray(byte[] narrow, char[] wide, int[] widest, int length, int width) {
        this.narrow = narrow;
        this.wide = wide;
        this.widest = widest;
        this.length = length;
        this.width = width;
    }

    /**
     * Makes rows of bytes.
     *
     * @param width P, values of a row, positive
     * @param values [n·P] 0 to 255, row by row
     */
    static TokenArray ofRows(int width, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new TokenArray(bytes, null, null, values.length / width, width);
    }

    /** Makes the nodes of a graph. */
    static TokenArray ofGraph(GraphInput graph) {
        TokenArray nodes = new TokenArray(null, null, null, graph.nodes(), graph.width());
        nodes.graph = graph;
        return nodes;
    }

    /** Returns the graph whose nodes these are; null where there is none. */
    public GraphInput graph() {
        return graph;
    }

    /** Returns P, the values of a row; 0 where there are ids. */
    public int width() {
        return width;
    }

    /** Returns value k of row i, 0 to 255. */
    public int value(int i, int k) {
        return narrow[i * width + k] & 0xFF;
    }

    /** Returns the number of tokens, or of rows. */
    public int length() {
        return length;
    }

    /**
     * Returns token i.
     *
     * @throws IllegalStateException if there are rows, which are no ids
     */
    public int get(int i) {
        if (width > 0) {
            throw new IllegalStateException("rows are no token ids; row=" + i + ", width=" + width);
        }
        return narrow != null ? narrow[i] & 0xFF : wide != null ? wide[i] : widest[i];
    }

    /** Replaces token i. */
    public void set(int i, int token) {
        if (narrow != null) {
            narrow[i] = (byte) token;
        } else if (wide != null) {
            wide[i] = (char) token;
        } else {
            widest[i] = token;
        }
    }

    /** Adds a token at the end. */
    public void add(int token) {
        if (length == capacity()) {
            resize(2 * length + 8);
        }
        set(length++, token);
    }

    private int capacity() {
        return narrow != null ? narrow.length : wide != null ? wide.length : widest.length;
    }

    private void resize(int capacity) {
        if (narrow != null) {
            narrow = Arrays.copyOf(narrow, capacity);
        } else if (wide != null) {
            wide = Arrays.copyOf(wide, capacity);
        } else {
            widest = Arrays.copyOf(widest, capacity);
        }
    }

    /** Returns a copy of a range; a graph is only taken whole. */
    public TokenArray slice(int from, int to) {
        if (graph != null) {
            if (from != 0 || to != length) {
                throw new IllegalStateException(
                        "a graph is not cut; from=" + from + ", to=" + to + ", nodes=" + length);
            }
            return this;
        }
        int each = Math.max(1, width);
        return new TokenArray(
                narrow == null ? null : Arrays.copyOfRange(narrow, from * each, to * each),
                wide == null ? null : Arrays.copyOfRange(wide, from, to),
                widest == null ? null : Arrays.copyOfRange(widest, from, to),
                to - from,
                width);
    }

    /** Returns the bytes of memory that the tokens take. */
    long bytes() {
        if (graph != null) {
            return graph.bytes();
        }
        return (long) capacity() * (narrow != null ? Byte.BYTES : wide != null ? Character.BYTES : Integer.BYTES);
    }

    /** Returns the ids, or the values of all rows; nothing of a graph. */
    int[] toInts() {
        if (graph != null) {
            return new int[0];
        }
        if (width > 0) {
            int[] values = new int[length * width];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(i / width, i % width);
            }
            return values;
        }
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) {
            ids[i] = get(i);
        }
        return ids;
    }
}
