package io.github.performer4j.gpu.program;

import java.util.Arrays;

/**
 * Tokens by their ids: the places of each id that occurs stand together, in the order of the tokens, so that what is added up for an id is added in one order. There are as many groups
 * as ids may occur; those behind the last one are empty, so that the sizes follow from those of the batch.
 *
 * @param places of tokens, [N]
 * @param starts index of each group's first place, and N at the end, [min(V,N) + 1]
 */
public record IdOrder(int[] places, int[] starts) {

    /**
     * Sorts tokens.
     *
     * @param ids below the vocabulary, [N]
     */
    public static IdOrder of(int[] ids, int vocabulary) {
        int[] next = new int[vocabulary + 1];
        for (int id : ids) {
            next[id + 1]++;
        }
        int[] starts = new int[Math.min(ids.length, vocabulary) + 1];
        Arrays.fill(starts, ids.length);
        int found = 0;
        for (int id = 0; id < vocabulary; id++) {
            if (next[id + 1] > 0) {
                starts[found++] = next[id];
            }
            next[id + 1] += next[id];
        }
        int[] places = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            places[next[ids[i]]++] = i;
        }
        return new IdOrder(places, starts);
    }

    /** Returns how many groups there are. */
    public int groups() {
        return starts.length - 1;
    }

    /**
     * The same on a device.
     *
     * @param places address
     * @param starts address
     */
    public record There(long places, long starts, int groups) {}
}
