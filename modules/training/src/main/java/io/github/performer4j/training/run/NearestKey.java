package io.github.performer4j.training.run;

import java.util.Collection;

/**
 * The known key nearest to a mistyped one, by the edit distance of Levenshtein (1966): the fewest insertions, deletions and
 * replacements that turn one word into the other.
 */
final class NearestKey {
    private NearestKey() {}

    /**
     * Returns the nearest of the known keys, the first of equals; case does not count.
     *
     * @param key what was typed
     * @param known at least one key
     */
    static String of(String key, Collection<String> known) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance =
                    distance(key.toLowerCase(java.util.Locale.ROOT), candidate.toLowerCase(java.util.Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Returns the edit distance; one row of the table is kept. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
