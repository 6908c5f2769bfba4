package io.github.performer4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.data.token.Specials;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often each token, and each pair of neighbours, stands in the training side: the two baselines a model must beat.
 *
 * <p>With n(t) the count of token t, n(l,t) that of t right of l, and K the number of tokens that can be predicted (the symbols, and EOS
 * where ends of documents are predicted), add-one (Laplace) smoothing gives
 *
 * <pre>
 * order 0   P(t)   = (n(t) + 1) / (Σ_t n(t) + K)
 * order 1   P(t|l) = (n(l,t) + 1) / (Σ_t n(l,t) + K)
 * </pre>
 *
 * Both sum to one over the K tokens. Counted are the uncorrupted tokens of whole sequences, the first one right of {@link Specials#start()}. Unknown symbols are
 * never counted as t, but do occur as l. Immutable; obtained from {@link Corpus#counts} or a {@link TokenCounter}.
 */
public final class TokenCounts {
    private final Specials specials;
    private final boolean predictsEos;
    private final long[] unigram;
    private final Map<Integer, Map<Integer, Long>> bigram;
    private final long total;
    private final Map<Integer, Long> leftTotals = new TreeMap<>();

    /**
     * Takes counts as they are.
     *
     * @param specials which ids are no symbols
     * @param predictsEos whether EOS is among the tokens to predict
     * @param unigram [V] count of each token; 0 for tokens that cannot be predicted
     * @param bigram left token → token → count, zeros left out
     * @throws IllegalArgumentException if a count is negative, a token out of range, a special token counted, or EOS to
     *     be predicted where there is none
     */
    public TokenCounts(
            Specials specials, boolean predictsEos, long[] unigram, Map<Integer, Map<Integer, Long>> bigram) {
        if (predictsEos && specials.eos() == Specials.ABSENT) {
            throw new IllegalArgumentException(
                    "EOS must be in the vocabulary to be predicted; vocabulary=" + unigram.length);
        }
        this.specials = specials;
        this.predictsEos = predictsEos;
        this.unigram = unigram.clone();
        Map<Integer, Map<Integer, Long>> copy = new TreeMap<>();
        bigram.forEach((left, row) -> copy.put(left, Collections.unmodifiableMap(new TreeMap<>(row))));
        this.bigram = Collections.unmodifiableMap(copy);
        long sum = 0;
        for (int t = 0; t < unigram.length; t++) {
            if (unigram[t] < 0 || (unigram[t] > 0 && !predictable(t))) {
                throw new IllegalArgumentException(
                        "counts must be positive and of predictable tokens; token=" + t + ", count=" + unigram[t]);
            }
            sum += unigram[t];
        }
        total = sum;
        copy.forEach((left, row) -> {
            long rowSum = 0;
            for (Map.Entry<Integer, Long> e : row.entrySet()) {
                if (e.getValue() < 0 || !predictable(e.getKey()) || left < 0 || left >= unigram.length) {
                    throw new IllegalArgumentException("pair counts must be positive and of predictable tokens; left="
                            + left + ", token=" + e.getKey() + ", count=" + e.getValue());
                }
                rowSum += e.getValue();
            }
            leftTotals.put(left, rowSum);
        });
    }

    /** Returns V, the number of token ids. */
    public int vocabulary() {
        return unigram.length;
    }

    /** Returns which ids are no symbols. */
    public Specials specials() {
        return specials;
    }

    /** Returns whether EOS is among the tokens to predict. */
    public boolean predictsEos() {
        return predictsEos;
    }

    /** Returns [V] the count of each token. */
    public long[] unigram() {
        return unigram.clone();
    }

    /** Returns left token → token → count, unmodifiable. */
    public Map<Integer, Map<Integer, Long>> bigram() {
        return bigram;
    }

    /** Returns the number of tokens counted. */
    public long total() {
        return total;
    }

    /** Returns K, the number of tokens that can be predicted. */
    public int predictable() {
        return unigram.length - specials.all().size() + (predictsEos ? 1 : 0);
    }

    private boolean predictable(int token) {
        return token >= 0
                && token < unigram.length
                && (!specials.contains(token) || (predictsEos && token == specials.eos()));
    }

    /**
     * Returns log P(t).
     *
     * @param token a token that can be predicted
     * @return natural logarithm, negative
     * @throws IllegalArgumentException if the token cannot be predicted
     */
    public double logOrder0(int token) {
        check(token);
        return Math.log((unigram[token] + 1.0) / (total + (double) predictable()));
    }

    /**
     * Returns log P(t|l).
     *
     * @param left the true left neighbour, {@link Specials#start()} at the start of a sequence
     * @param token a token that can be predicted
     * @return natural logarithm, negative; a left neighbour never seen gives the uniform distribution
     * @throws IllegalArgumentException if the token cannot be predicted
     */
    public double logOrder1(int left, int token) {
        check(token);
        long pair = bigram.getOrDefault(left, Map.of()).getOrDefault(token, 0L);
        return Math.log((pair + 1.0) / (leftTotals.getOrDefault(left, 0L) + (double) predictable()));
    }

    private void check(int token) {
        if (!predictable(token)) {
            throw new IllegalArgumentException("token must be predictable; token=" + token + ", vocabulary="
                    + unigram.length + ", predictsEos=" + predictsEos);
        }
    }

    /** Returns −Σ p(t) log p(t) of the unsmoothed frequencies in nats; 0 when nothing is counted. */
    public double entropyOrder0() {
        double sum = 0;
        for (long n : unigram) {
            sum += n == 0 ? 0 : n * Math.log((double) n / total);
        }
        return total == 0 ? 0 : -sum / total;
    }

    /**
     * Returns −Σ p(l,t) log p(t|l) of the unsmoothed frequencies in nats, over true neighbours: first tokens, whose left is {@link
     * Specials#start()}, are left out; 0
     * when nothing is counted.
     */
    public double entropyOrder1() {
        double sum = 0;
        long pairs = 0;
        for (Map.Entry<Integer, Map<Integer, Long>> row : bigram.entrySet()) {
            if (row.getKey() == specials.start()) {
                continue;
            }
            double rowTotal = leftTotals.get(row.getKey());
            for (long n : row.getValue().values()) {
                sum += n * Math.log(n / rowTotal);
                pairs += n;
            }
        }
        return pairs == 0 ? 0 : -sum / pairs;
    }

    /** Returns the counts of symbols alone: the ends of documents are no tokens to predict. */
    public TokenCounts withoutEos() {
        if (!predictsEos) {
            return this;
        }
        long[] symbols = unigram.clone();
        symbols[specials.eos()] = 0;
        Map<Integer, Map<Integer, Long>> pairs = new TreeMap<>();
        bigram.forEach((left, row) -> {
            Map<Integer, Long> kept = new TreeMap<>(row);
            kept.remove(specials.eos());
            if (!kept.isEmpty()) {
                pairs.put(left, kept);
            }
        });
        return new TokenCounts(specials, false, symbols, pairs);
    }

    /**
     * Adds the counts of another part of the data.
     *
     * @param other counts over the same vocabulary and of the same predicted tokens
     * @return the sums
     * @throws IllegalArgumentException if vocabularies differ, or whether ends are predicted
     */
    public TokenCounts merge(TokenCounts other) {
        if (vocabulary() != other.vocabulary()
                || predictsEos != other.predictsEos
                || !specials.equals(other.specials)) {
            throw new IllegalArgumentException(
                    "merged counts must share vocabulary and what is predicted; vocabulary=" + vocabulary() + " and "
                            + other.vocabulary() + ", predictsEos=" + predictsEos + " and " + other.predictsEos
                            + ", specials=" + specials.all() + " and " + other.specials.all());
        }
        long[] sum = unigram.clone();
        for (int t = 0; t < sum.length; t++) {
            sum[t] += other.unigram[t];
        }
        Map<Integer, Map<Integer, Long>> pairs = new TreeMap<>();
        bigram.forEach((left, row) -> pairs.put(left, new TreeMap<>(row)));
        other.bigram.forEach((left, row) -> {
            Map<Integer, Long> target = pairs.computeIfAbsent(left, l -> new TreeMap<>());
            row.forEach((token, n) -> target.merge(token, n, Long::sum));
        });
        return new TokenCounts(specials, predictsEos, sum, pairs);
    }

    /** Returns {@code {"specials", "predictsEos", "unigram": [V], "bigram": {"left": [token, count, token, count, …]}}}. */
    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("specials", specials.toJson());
        node.put("predictsEos", predictsEos);
        ArrayNode counts = node.putArray("unigram");
        for (long n : unigram) {
            counts.add(n);
        }
        ObjectNode pairs = node.putObject("bigram");
        bigram.forEach((left, row) -> {
            ArrayNode list = pairs.putArray(Integer.toString(left));
            row.forEach((token, n) -> list.add(token).add(n));
        });
        return node;
    }

    /**
     * Reads what {@link #toJson} wrote. Models of format 1 do not name the special ids, which were the first five of every vocabulary.
     *
     * @param node the object
     * @return equal counts
     * @throws IllegalArgumentException if a field is missing or the counts are not valid
     */
    public static TokenCounts fromJson(JsonNode node) {
        JsonNode counts = node.get("unigram");
        JsonNode pairs = node.get("bigram");
        if (counts == null || pairs == null || !node.has("predictsEos")) {
            throw new IllegalArgumentException(
                    "token counts must have predictsEos, unigram and bigram; found=" + node.toString());
        }
        long[] unigram = new long[counts.size()];
        for (int t = 0; t < unigram.length; t++) {
            unigram[t] = counts.get(t).asLong();
        }
        Map<Integer, Map<Integer, Long>> bigram = new TreeMap<>();
        for (Map.Entry<String, JsonNode> row : pairs.properties()) {
            Map<Integer, Long> target = new TreeMap<>();
            for (int i = 0; i + 1 < row.getValue().size(); i += 2) {
                target.put(
                        row.getValue().get(i).asInt(), row.getValue().get(i + 1).asLong());
            }
            bigram.put(Integer.valueOf(row.getKey()), target);
        }
        Specials specials = node.has("specials") ? Specials.fromJson(node.get("specials")) : Specials.OWN;
        return new TokenCounts(specials, node.get("predictsEos").asBoolean(), unigram, bigram);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenCounts c
                && specials.equals(c.specials)
                && predictsEos == c.predictsEos
                && Arrays.equals(unigram, c.unigram)
                && bigram.equals(c.bigram);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(unigram);
    }

    @Override
    public String toString() {
        return "TokenCounts[vocabulary=" + unigram.length + ", total=" + total + ", pairs=" + bigram.size() + "]";
    }
}
