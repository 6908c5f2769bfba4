package io.github.performer4j.data.read;

import java.util.Arrays;

/** Token ids in as few bytes each as the vocabulary allows: one (up to 256 ids), two (up to 65,536) or four. Grows at its end. */
public final class TokenArray {
    private byte[] narrow;
    private char[] wide;
    private int[] widest;
    private int length;

    /**
     * Makes an empty array.
     *
     * @param vocabulary number of ids
     * @param capacity tokens that it holds before it grows
     */
    public TokenArray(int vocabulary, int capacity) {
        if (vocabulary <= 1 << Byte.SIZE) {
            narrow = new byte[capacity];
        } else if (vocabulary <= 1 << Character.SIZE) {
            wide = new char[capacity];
        } else {
            widest = new int[capacity];
        }
    }

    private TokenArray(byte[] narrow, char[] wide, int[] widest, int length) {
        this.narrow = narrow;
        this.wide = wide;
        this.widest = widest;
        this.length = length;
    }

    /** Returns the number of tokens. */
    public int length() {
        return length;
    }

    /** Returns token i. */
    public int get(int i) {
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

    /** Returns a copy of a range. */
    public TokenArray slice(int from, int to) {
        return new TokenArray(
                narrow == null ? null : Arrays.copyOfRange(narrow, from, to),
                wide == null ? null : Arrays.copyOfRange(wide, from, to),
                widest == null ? null : Arrays.copyOfRange(widest, from, to),
                to - from);
    }

    /** Returns the bytes of memory that the tokens take. */
    long bytes() {
        return (long) capacity() * (narrow != null ? Byte.BYTES : wide != null ? Character.BYTES : Integer.BYTES);
    }

    int[] toInts() {
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) {
            ids[i] = get(i);
        }
        return ids;
    }
}
