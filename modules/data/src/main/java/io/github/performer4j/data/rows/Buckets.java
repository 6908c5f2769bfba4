package io.github.performer4j.data.rows;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import java.util.ArrayList;
import java.util.List;

/**
 * The few shapes [B,T] of batches. T is one of (of graphs 16, 24, 32, 48,) 64, 96, 128, 192, 256, 384, … (powers of two and the points half way) below maxTokens, or
 * maxTokens; B = max(1, ⌊tokensPerBatch / T⌋). A runtime that builds a graph per shape meets at most 2·log₂(maxTokens/64) + 2 of them:
 * 7 at 512 tokens, 9 at 1,024. Packed rows have one shape, that of maxTokens.
 */
final class Buckets {
    private static final int SHORTEST = 64;

    /** Of graphs, which are small. */
    private static final int SHORTEST_GRAPH = 16;

    private final int[] lengths;
    private final int tokensPerBatch;

    Buckets(DataConfig config) {
        List<Integer> all = new ArrayList<>();
        if (config.framing() != Framing.PACKED) {
            int shortest = config.graph().given() ? SHORTEST_GRAPH : SHORTEST;
            for (int power = shortest; power < config.maxTokens() && power > 0; power *= 2) {
                all.add(power);
                if (power + power / 2 < config.maxTokens()) {
                    all.add(power + power / 2);
                }
            }
        }
        all.add(config.maxTokens());
        lengths = all.stream().mapToInt(Integer::intValue).toArray();
        tokensPerBatch = config.tokensPerBatch();
    }

    int count() {
        return lengths.length;
    }

    /** Returns the bucket of a row of so many positions. */
    int of(int positions) {
        int bucket = 0;
        while (lengths[bucket] < positions) {
            bucket++;
        }
        return bucket;
    }

    /** Returns T. */
    int length(int bucket) {
        return lengths[bucket];
    }

    /** Returns B. */
    int batch(int bucket) {
        return Math.max(1, tokensPerBatch / lengths[bucket]);
    }
}
