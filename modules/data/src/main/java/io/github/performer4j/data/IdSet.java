package io.github.performer4j.data;

import io.github.performer4j.kernels.math.CounterRandom;

/**
 * The ids met so far, as 64-bit hashes in one open table: among n ids a false repetition turns up with a probability of about n²/2⁶⁵. Takes
 * up to 64 MiB and an eighth of the heap (6 million ids); ids that do not fit are still looked for among those that do.
 */
final class IdSet {
    private static final int MOST_SLOTS = 1 << 23;
    private static final int FEWEST_SLOTS = 1 << 10;
    private static final int HEAP_SHARE = 8;

    private final int mostSlots;
    private long[] slots = new long[FEWEST_SLOTS];
    private int size;

    IdSet() {
        this(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    /** Takes at most so many bytes, or those of the smallest table. */
    IdSet(long bytes) {
        long slotsThatFit = Long.highestOneBit(Math.max(1, bytes / Long.BYTES));
        mostSlots = (int) Math.max(FEWEST_SLOTS, Math.min(MOST_SLOTS, slotsThatFit));
    }

    /** Returns whether the id was met before, and keeps it. */
    boolean seen(String id) {
        long hash = 1;
        for (int i = 0; i < id.length(); i++) {
            hash = CounterRandom.mix(hash, id.charAt(i));
        }
        hash = hash == 0 ? 1 : hash; // 0 marks a free slot
        int slot = find(slots, hash);
        if (slots[slot] == hash) {
            return true;
        }
        if (4L * size >= 3L * slots.length) {
            if (slots.length == mostSlots) {
                return false;
            }
            grow();
            slot = find(slots, hash);
        }
        slots[slot] = hash;
        size++;
        return false;
    }

    private void grow() {
        long[] larger = new long[2 * slots.length];
        for (long hash : slots) {
            if (hash != 0) {
                larger[find(larger, hash)] = hash;
            }
        }
        slots = larger;
    }

    /** Returns the slot that holds the hash, or the free one where it belongs. */
    private static int find(long[] slots, long hash) {
        int slot = (int) (hash ^ hash >>> 32) & slots.length - 1;
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }
}
