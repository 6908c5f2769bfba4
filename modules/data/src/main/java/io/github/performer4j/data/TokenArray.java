package io.github.performer4j.data;

import java.util.Arrays;

/** Token ids in one byte each where the vocabulary allows it (up to 256), in two otherwise. Grows at its end. */
public final class TokenArray {
    private byte[] narrow;
    private char[] wide;
    private int length;

    TokenArray(int vocabulary, int capacity) {
        if (vocabulary <= 256) {
            narrow = new byte[capacity];
        } else {
            wide = new char[capacity];
        }
    }

    private TokenArray(byte[] narrow, char[] wide, int length) {
        this.narrow = narrow;
        this.wide = wide;
        this.length = length;
    }

    /** Returns the number of tokens. */
    public int length() {
        return length;
    }

    /** Returns token i. */
    public int get(int i) {
        return narrow != null ? narrow[i] & 0xFF : wide[i];
    }

    void set(int i, int token) {
        if (narrow != null) {
            narrow[i] = (byte) token;
        } else {
            wide[i] = (char) token;
        }
    }

    void add(int token) {
        int capacity = narrow != null ? narrow.length : wide.length;
        if (length == capacity) {
            if (narrow != null) {
                narrow = Arrays.copyOf(narrow, 2 * capacity + 8);
            } else {
                wide = Arrays.copyOf(wide, 2 * capacity + 8);
            }
        }
        set(length++, token);
    }

    /** Returns a copy of a range. */
    TokenArray slice(int from, int to) {
        return new TokenArray(
                narrow == null ? null : Arrays.copyOfRange(narrow, from, to),
                wide == null ? null : Arrays.copyOfRange(wide, from, to),
                to - from);
    }

    /** Returns the bytes of memory that the tokens take. */
    long bytes() {
        return narrow != null ? narrow.length : 2L * wide.length;
    }

    int[] toInts() {
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) {
            ids[i] = get(i);
        }
        return ids;
    }
}
