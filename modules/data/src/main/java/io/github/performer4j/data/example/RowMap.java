package io.github.performer4j.data.example;

import io.github.performer4j.kernels.math.CounterRandom;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * From ids to rows of strings, for millions of them: all text is UTF-8 in blocks of bytes, 16 bytes an entry beside it,
 * and an open table of int.
 *
 * <pre>
 * entry = key, count, value …      each text its length (int), then its bytes
 * </pre>
 */
final class RowMap {
    private static final int BLOCK = 1 << 20;
    private static final int FEWEST_SLOTS = 1 << 10;

    private final List<byte[]> blocks = new ArrayList<>();
    private int used = BLOCK;
    private long[] places = new long[FEWEST_SLOTS / 2];
    private int[] slots = new int[FEWEST_SLOTS]; // 1 + entry; 0 is free
    private int size;
    private final BitSet read = new BitSet();

    /** Adds a row; returns the row that the key has already, which stays, or null. */
    List<String> put(String key, List<String> values) {
        int slot = slot(key);
        if (slots[slot] != 0) {
            return values(places[slots[slot] - 1]);
        }
        if (size == places.length) {
            places = Arrays.copyOf(places, 2 * size);
            slots = new int[2 * slots.length];
            for (int entry = 0; entry < size; entry++) {
                slots[slot(key(places[entry]))] = entry + 1;
            }
            slot = slot(key);
        }
        places[size] = write(key, values);
        slots[slot] = ++size;
        return null;
    }

    /** Returns the row of a key and marks it as read; null if there is none. */
    List<String> get(String key) {
        int entry = slots[slot(key)] - 1;
        if (entry < 0) {
            return null;
        }
        read.set(entry);
        return values(places[entry]);
    }

    /** Returns whether {@link #get} was asked for the key before, and had it. */
    boolean wasRead(String key) {
        int entry = slots[slot(key)] - 1;
        return entry >= 0 && read.get(entry);
    }

    /** Returns the number of rows. */
    int size() {
        return size;
    }

    /** Returns the number of rows that were never read. */
    int unread() {
        return size - read.cardinality();
    }

    /** Returns the key of the first row that was never read; there must be one. */
    String firstUnread() {
        return key(places[read.nextClearBit(0)]);
    }

    /** Returns the slot that holds the key, or the free one where it belongs. */
    private int slot(String key) {
        long hash = 1;
        for (int i = 0; i < key.length(); i++) {
            hash = CounterRandom.mix(hash, key.charAt(i));
        }
        int slot = (int) (hash ^ hash >>> 32) & slots.length - 1;
        while (slots[slot] != 0 && !key(places[slots[slot] - 1]).equals(key)) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private long write(String key, List<String> values) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(key.getBytes(StandardCharsets.UTF_8));
        values.forEach(value -> parts.add(value.getBytes(StandardCharsets.UTF_8)));
        int bytes = Integer.BYTES;
        for (byte[] part : parts) {
            bytes = Math.addExact(bytes, Integer.BYTES + part.length);
        }
        if (bytes > BLOCK - used) {
            blocks.add(new byte[Math.max(BLOCK, bytes)]);
            used = 0;
        }
        ByteBuffer to = ByteBuffer.wrap(blocks.get(blocks.size() - 1), used, bytes);
        long place = (long) (blocks.size() - 1) << 32 | used;
        to.putInt(parts.get(0).length).put(parts.get(0)).putInt(values.size());
        for (byte[] part : parts.subList(1, parts.size())) {
            to.putInt(part.length).put(part);
        }
        used += bytes;
        return place;
    }

    private ByteBuffer at(long place) {
        byte[] block = blocks.get((int) (place >>> 32));
        return ByteBuffer.wrap(block, (int) place, block.length - (int) place);
    }

    private static String text(ByteBuffer from) {
        byte[] bytes = new byte[from.getInt()];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String key(long place) {
        return text(at(place));
    }

    private List<String> values(long place) {
        ByteBuffer from = at(place);
        from.position(from.position() + Integer.BYTES + from.getInt(from.position()));
        List<String> values = new ArrayList<>();
        for (int n = from.getInt(); n > 0; n--) {
            values.add(text(from));
        }
        return values;
    }
}
