package io.github.performer4j.core.model;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Lists of blocks in a configuration, by their numbers from 1 on, as {@code 1-6,9}; kept in one form, sorted, each once, neighbours as a range. */
final class BlockNumbers {
    private static final String PATTERN =
            " *[1-9]\\d{0,5}( *- *[1-9]\\d{0,5})?( *, *[1-9]\\d{0,5}( *- *[1-9]\\d{0,5})?)* *";

    private BlockNumbers() {}

    /**
     * Returns the one form of a list.
     *
     * @param key of the configuration, for messages
     * @param none the word for where there is no list, which null and blanks are, too
     * @throws IllegalArgumentException if it is neither that word nor a list, or a range goes down
     */
    static String canonical(String key, String list, String none) {
        if (list == null || list.isBlank() || list.trim().equalsIgnoreCase(none)) {
            return none;
        }
        Require.that(
                list.matches(PATTERN),
                key + " must be numbers of blocks from 1 on, as 1-6,9, or " + none + "; " + key + "=" + list);
        int[] sorted = Arrays.stream(list.trim().split(" *, *"))
                .flatMapToInt(part -> {
                    String[] ends = part.split(" *- *");
                    int from = Integer.parseInt(ends[0]);
                    int to = Integer.parseInt(ends[ends.length - 1]);
                    Require.that(from <= to, key + " must have ranges that go up; " + key + "=" + list);
                    return IntStream.rangeClosed(from, to);
                })
                .sorted()
                .distinct()
                .toArray();
        return IntStream.range(0, sorted.length)
                .filter(i -> i == 0 || sorted[i] != sorted[i - 1] + 1)
                .mapToObj(i -> {
                    int last = i;
                    while (last + 1 < sorted.length && sorted[last + 1] == sorted[last] + 1) {
                        last++;
                    }
                    String between = last == i + 1 ? "," : "-";
                    return last == i ? String.valueOf(sorted[i]) : sorted[i] + between + sorted[last];
                })
                .collect(Collectors.joining(","));
    }

    /**
     * Returns whether a block is in a list.
     *
     * @param list of the one form
     * @param block its number, from 0
     */
    static boolean has(String list, int block) {
        return Arrays.stream(list.split(",")).anyMatch(part -> {
            int dash = part.indexOf('-');
            int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            return block + 1 >= from && block + 1 <= Integer.parseInt(part.substring(dash + 1));
        });
    }

    /** Returns the highest number in a list of the one form. */
    static int last(String list) {
        return Integer.parseInt(list.substring(Math.max(list.lastIndexOf(','), list.lastIndexOf('-')) + 1));
    }
}
