package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fills the masked tokens of texts, some at a time, each pass of the masked model seeing what was filled before:
 *
 * <pre>
 * while a token is masked:  choose places by the {@link FillOrder};  x_i ~ p(x_i | x, others masked) at each;  put them in
 * </pre>
 *
 * <p>{@link FillMask} gives what the model holds for each masked token by itself; two of them that depend on each other need more than one pass. A mask is written as there, and a text longer than the
 * window is seen in windows, each on its own. A pass runs the windows that changed or are asked for; there are as many passes as masked tokens, or a share of them with {@link #withPerStep}.
 *
 * <p>The draw at place i of sample s is a function of (seed, s, i): sample s is the same however many there are, and on any thread. Immutable.
 */
public final class Infilling {
    private static final long ORDER = -1; // apart from the draws at places, which are not negative

    private final Tokenizer tokenizer;
    private final InputReader reader;
    private final WindowBatches batches;
    private final FillOrder order;
    private final int perStep;
    private final Sampling sampling;
    private final long seed;
    private final List<BitSet> allowed; // of each masked token; null for all

    /** What the model says of a place. */
    private record Candidate(int place, int token, double probability, double largest) {}

    Infilling(ModelInfo info, PaddedNet net, int window) {
        Requests.task(info, MaskedLanguageModel.class, "fill", MaskedLanguageModel.NAME);
        tokenizer = info.tokenizer();
        reader = new InputReader(info);
        batches = new WindowBatches(net, info, window);
        order = FillOrder.LEFT;
        perStep = 1;
        sampling = Sampling.defaults().withTemperature(0);
        seed = 1;
        allowed = null;
    }

    private Infilling(
            Infilling other, FillOrder order, int perStep, Sampling sampling, long seed, List<BitSet> allowed) {
        tokenizer = other.tokenizer;
        reader = other.reader;
        batches = other.batches;
        this.order = order;
        this.perStep = perStep;
        this.sampling = sampling;
        this.seed = seed;
        this.allowed = allowed;
    }

    /**
     * Loads a model for this use.
     *
     * @throws IllegalArgumentException if the model is of another task
     * @throws IOException as {@link ModelFile#load}
     */
    public static Infilling load(Path zip) throws IOException {
        return ModelFile.load(zip).infilling();
    }

    /** Returns a copy that fills in another order; from left to right by default. */
    public Infilling withOrder(FillOrder value) {
        return new Infilling(this, value, perStep, sampling, seed, allowed);
    }

    /**
     * Returns a copy that fills so many tokens at once, each as if the others of its pass stayed masked; 1 by default.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public Infilling withPerStep(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("tokens per step must be positive; per-step=" + value);
        }
        return new Infilling(this, order, value, sampling, seed, allowed);
    }

    /**
     * Returns a copy that draws from {@code p^(1/temperature)}; 0, the default, takes the most probable token.
     *
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public Infilling withTemperature(double value) {
        return new Infilling(this, order, perStep, sampling.withTemperature(value), seed, allowed);
    }

    /** Returns a copy with another seed of draws and random orders; 1 by default. */
    public Infilling withSeed(long value) {
        return new Infilling(this, order, perStep, sampling, value, allowed);
    }

    /**
     * Returns a copy that fills each masked token, from left to right in the text, with one of a set; with any by default. Probabilities stay the model's own.
     *
     * @param sets symbols of each masked token, as {@code ACD}; {@code *} for all
     * @throws IllegalArgumentException if there is no set, or one is empty or has what the vocabulary does not know
     */
    public Infilling withAllowed(List<String> sets) {
        return new Infilling(this, order, perStep, sampling, seed, TokenSets.of(tokenizer, sets));
    }

    /**
     * Fills a text, read as {@link FillMask#read} does.
     *
     * @throws IllegalArgumentException if nothing is masked, or the text is no single sequence of this model's kind
     */
    public Infilled fill(String text) {
        return fill(text, 1).get(0);
    }

    /**
     * Fills a text several times.
     *
     * @param count how often; sample s of a seed is the same whatever it is
     * @throws IllegalArgumentException as {@link #fill(String)}, or if the count is not positive
     */
    public List<Infilled> fill(String text, int count) {
        return fill(MaskedText.read(text, tokenizer).ids(), count);
    }

    /**
     * Fills a sequence several times.
     *
     * @param ids [T] token ids without start or end tokens, {@link Tokenizer#mask()} where they are to be filled; not changed
     * @throws IllegalArgumentException if nothing is masked, there are not as many sets of {@link #withAllowed} as masked tokens, or the count is not positive
     */
    public List<Infilled> fill(int[] ids, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("samples must be positive; count=" + count);
        }
        FillMask.requireMasked(tokenizer, "", ids);
        long masked = IntStream.of(ids).filter(id -> id == tokenizer.mask()).count();
        if (allowed != null && allowed.size() != masked) {
            throw new IllegalArgumentException(
                    "there must be a set for each masked token; sets=" + allowed.size() + ", masked=" + masked);
        }
        return IntStream.range(0, count).mapToObj(s -> sample(ids.clone(), s)).toList();
    }

    private Infilled sample(int[] ids, long sample) {
        ModelInput input = reader.tokens(ids); // holds the array itself
        int[] windows = batches.windowOf(input);
        Set<Integer> open = IntStream.range(0, ids.length)
                .filter(place -> ids[place] == tokenizer.mask())
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
        Map<Integer, BitSet> sets = new HashMap<>();
        open.forEach(place -> sets.put(place, allowed == null ? null : allowed.get(sets.size())));
        Map<Integer, Candidate> seen = new HashMap<>();
        Set<Integer> changed = new HashSet<>();
        List<Infilled.Step> steps = new ArrayList<>();
        double log = 0;
        while (!open.isEmpty()) {
            if (order.looks()) {
                seen.keySet().removeIf(place -> changed.contains(windows[place]));
                look(input, open, sample, sets, seen);
            }
            List<Integer> chosen = chosen(open, sample, seen);
            look(input, chosen, sample, sets, seen);
            changed.clear();
            for (int place : chosen) {
                Candidate candidate = seen.remove(place);
                ids[place] = candidate.token();
                open.remove(place);
                changed.add(windows[place]);
                steps.add(new Infilled.Step(place, tokenizer.symbol(candidate.token()), candidate.probability()));
                log += Math.log(candidate.probability());
            }
        }
        return new Infilled(tokenizer.decode(ids), steps, log);
    }

    /** Returns the next places. */
    private List<Integer> chosen(Set<Integer> open, long sample, Map<Integer, Candidate> seen) {
        int n = order == FillOrder.TOGETHER ? open.size() : perStep;
        return open.stream() // ascending, so that of equal ranks the left one comes first
                .sorted(Comparator.comparingDouble(place -> order.rank(
                        place,
                        order.looks() ? seen.get(place).largest() : 0,
                        CounterRandom.of(seed, sample, ORDER, place).nextDouble())))
                .limit(n)
                .toList();
    }

    /** Asks the model for places that are not seen yet. */
    private void look(
            ModelInput input,
            Iterable<Integer> places,
            long sample,
            Map<Integer, BitSet> sets,
            Map<Integer, Candidate> seen) {
        Set<Integer> wanted = new HashSet<>();
        places.forEach(place -> {
            if (!seen.containsKey(place)) {
                wanted.add(place);
            }
        });
        if (!wanted.isEmpty()) {
            batches.rows(
                    List.of(input),
                    (number, token) -> wanted.contains(token),
                    (number, token, row) -> seen.put(token, candidate(token, sample, sets.get(token), row)));
        }
    }

    private Candidate candidate(int place, long sample, BitSet set, float... row) {
        double[] probabilities = new double[row.length];
        for (int token = 0; token < row.length; token++) {
            boolean may = set == null ? !tokenizer.special(token) : set.get(token);
            // a softmax may come to 0 in float32, and one of the set must be taken
            probabilities[token] = may ? Math.max(row[token], Float.MIN_VALUE) : 0;
        }
        int token = Sampler.draw(probabilities, sampling, CounterRandom.of(seed, sample, place));
        double largest = Arrays.stream(probabilities).max().orElseThrow();
        return new Candidate(place, token, probabilities[token], largest);
    }
}
