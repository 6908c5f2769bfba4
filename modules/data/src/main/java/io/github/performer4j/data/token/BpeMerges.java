package io.github.performer4j.data.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Byte pair encoding (Sennrich, Haddow and Birch, 2016, algorithm 1): the pair of neighbours that is most frequent in the words becomes a
 * token, again and again. Of equally frequent pairs the one with the smallest ids comes first, left before right, as in HuggingFace's
 * trainer, so that the result depends on the words' counts alone.
 */
final class BpeMerges {
    /** Two neighbours. */
    record Pair(int left, int right) {}

    /** A word as its tokens, and how often it occurs. */
    private static final class Word {
        private int[] tokens;
        private final long count;

        Word(int[] tokens, long count) {
            this.tokens = tokens;
            this.count = count;
        }
    }

    /** A pair with the count it had when it was queued. */
    private record Candidate(Pair pair, long count) {}

    private static final Comparator<Candidate> MOST_FREQUENT = Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparingInt(c -> c.pair().left())
            .thenComparingInt(c -> c.pair().right());

    private final List<String> symbols;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Pair, Long> counts = new HashMap<>();
    private final Map<Pair, Set<Word>> words = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>(MOST_FREQUENT);
    private final Set<Pair> merges = new LinkedHashSet<>();

    /**
     * Starts from an alphabet.
     *
     * @param symbols id → name; grows
     * @param counts word, written in characters of the alphabet → how often it occurs
     */
    BpeMerges(List<String> symbols, Map<String, Long> counts) {
        this.symbols = symbols;
        for (int id = 0; id < symbols.size(); id++) {
            ids.put(symbols.get(id), id);
        }
        counts.forEach((word, count) -> {
            int[] tokens =
                    word.chars().map(c -> ids.get(String.valueOf((char) c))).toArray();
            count(new Word(tokens, count), 1);
        });
    }

    /**
     * Merges until the vocabulary is full, or no pair is left that occurs often enough.
     *
     * @param vocabulary ids in all
     * @param least occurrences of a pair to be merged
     * @return the merges in their order
     */
    List<Pair> run(int vocabulary, long least) {
        counts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
        while (symbols.size() < vocabulary && !queue.isEmpty()) {
            Candidate best = queue.poll();
            // What changed since it was queued was queued again with its new count.
            if (counts.getOrDefault(best.pair(), 0L) == best.count()) {
                if (best.count() < least) {
                    break;
                }
                merge(best.pair());
            }
        }
        return List.copyOf(merges);
    }

    private void merge(Pair pair) {
        String name = symbols.get(pair.left()) + symbols.get(pair.right());
        int id = ids.computeIfAbsent(name, n -> {
            symbols.add(n);
            return symbols.size() - 1;
        });
        merges.add(pair);
        Set<Pair> changed = new HashSet<>();
        for (Word word : List.copyOf(words.get(pair))) {
            changed.addAll(count(word, -1));
            word.tokens = merged(word.tokens, pair, id);
            changed.addAll(count(word, 1));
        }
        for (Pair other : changed) {
            long count = counts.getOrDefault(other, 0L);
            if (count > 0) {
                queue.add(new Candidate(other, count));
            }
        }
    }

    /** Replaces a pair by its token, from the left. */
    private static int[] merged(int[] tokens, Pair pair, int id) {
        int[] result = new int[tokens.length];
        int n = 0;
        for (int i = 0; i < tokens.length; i++) {
            boolean here = i + 1 < tokens.length && tokens[i] == pair.left() && tokens[i + 1] == pair.right();
            result[n++] = here ? id : tokens[i];
            i += here ? 1 : 0;
        }
        return Arrays.copyOf(result, n);
    }

    /** Adds a word's pairs to the counts, or takes them away; returns them. */
    private List<Pair> count(Word word, int sign) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < word.tokens.length; i++) {
            Pair pair = new Pair(word.tokens[i], word.tokens[i + 1]);
            pairs.add(pair);
            counts.merge(pair, sign * word.count, Long::sum);
            if (sign > 0) {
                words.computeIfAbsent(pair, p -> new HashSet<>()).add(word);
            } else {
                words.get(pair).remove(word);
            }
        }
        return pairs;
    }
}
