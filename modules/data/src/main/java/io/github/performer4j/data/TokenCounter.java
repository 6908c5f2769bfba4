package io.github.performer4j.data;

import io.github.performer4j.data.token.Specials;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up {@link TokenCounts} token by token. Pairs of small vocabularies are counted in a dense [V,V] table, those of large ones in a hash
 * map, so memory is bounded by the pairs that occur. Not thread-safe.
 */
public final class TokenCounter {
    private static final int DENSE_LIMIT = 1024;

    private final int vocabulary;
    private final Specials specials;
    private final BitSet special = new BitSet();
    private final boolean predictsEos;
    private final long[] unigram;
    private final long[] dense;
    private final Map<Long, long[]> sparse;

    /**
     * Starts at zero.
     *
     * @param vocabulary V, special tokens included
     * @param specials which ids are no symbols
     * @param predictsEos whether EOS is counted, where the vocabulary has it
     */
    public TokenCounter(int vocabulary, Specials specials, boolean predictsEos) {
        this.vocabulary = vocabulary;
        this.specials = specials;
        specials.all().forEach(special::set);
        this.predictsEos = predictsEos && specials.eos() != Specials.ABSENT;
        unigram = new long[vocabulary];
        dense = vocabulary <= DENSE_LIMIT ? new long[vocabulary * vocabulary] : null;
        sparse = new HashMap<>();
    }

    /**
     * Counts one token; tokens that cannot be predicted are passed over.
     *
     * @param left its left neighbour, {@link Specials#start()} at the start of a sequence
     * @param token the token
     */
    public void add(int left, int token) {
        if (special.get(token) && !(predictsEos && token == specials.eos())) {
            return;
        }
        unigram[token]++;
        if (dense != null) {
            dense[left * vocabulary + token]++;
        } else {
            sparse.computeIfAbsent((long) left * vocabulary + token, key -> new long[1])[0]++;
        }
    }

    /** Returns the counts so far. */
    public TokenCounts counts() {
        Map<Integer, Map<Integer, Long>> bigram = new TreeMap<>();
        if (dense != null) {
            for (int pair = 0; pair < dense.length; pair++) {
                if (dense[pair] > 0) {
                    put(bigram, pair, dense[pair]);
                }
            }
        }
        sparse.forEach((pair, n) -> put(bigram, pair, n[0]));
        return new TokenCounts(specials, predictsEos, unigram, bigram);
    }

    private void put(Map<Integer, Map<Integer, Long>> bigram, long pair, long count) {
        bigram.computeIfAbsent((int) (pair / vocabulary), left -> new TreeMap<>())
                .put((int) (pair % vocabulary), count);
    }
}
