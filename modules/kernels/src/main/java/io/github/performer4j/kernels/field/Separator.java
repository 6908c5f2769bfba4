package io.github.performer4j.kernels.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A cut of a part of a graph: some vertices, without which the others fall into parts between which no path leads.
 *
 * @param vertices of the separator; none where the part is not connected
 * @param parts the others, each connected, in the order in which they are found
 */
@SuppressWarnings("ArrayRecordComponent") // read only by what asked for it
record Separator(int[] vertices, List<int[]> parts) {

    /**
     * Cuts a part at a level of a search by breadth from its edge (the first phase of Lipton and Tarjan): the level is taken that leaves least to do, {@code 2|S|n + below² + above²}.
     *
     * @param part its vertices, all of one region of {@code paths}
     */
    static Separator of(ShortestPaths paths, int... part) {
        ShortestPaths.Levels first = paths.levels(part[0], part.length);
        if (first.reached().length < part.length) {
            return new Separator(new int[0], parts(paths, part, new int[0]));
        }
        ShortestPaths.Levels levels = paths.levels(first.last(), part.length);
        int[] reached = levels.reached();
        int begin = 0;
        long least = Long.MAX_VALUE;
        int[] separator = reached;
        while (begin < reached.length) {
            int end = begin;
            while (end < reached.length && levels.level()[end] == levels.level()[begin]) {
                end++;
            }
            long above = (long) reached.length - end;
            long cost = 2L * (end - begin) * reached.length + (long) begin * begin + above * above;
            if (cost < least) {
                least = cost;
                separator = Arrays.copyOfRange(reached, begin, end);
            }
            begin = end;
        }
        return new Separator(separator, parts(paths, part, separator));
    }

    private static List<int[]> parts(ShortestPaths paths, int[] part, int... separator) {
        boolean[] taken = new boolean[paths.vertices()];
        int own = paths.region(part[0]);
        paths.mark(-1, separator); // nobody enters it
        for (int s : separator) {
            taken[s] = true;
        }
        List<int[]> parts = new ArrayList<>();
        int left = part.length - separator.length;
        for (int v : part) {
            if (!taken[v]) {
                int[] found = paths.levels(v, left).reached();
                left -= found.length;
                for (int w : found) {
                    taken[w] = true;
                }
                parts.add(found);
            }
        }
        paths.mark(own, separator);
        return parts;
    }
}
