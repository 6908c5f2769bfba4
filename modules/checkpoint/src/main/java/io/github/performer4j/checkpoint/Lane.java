package io.github.performer4j.checkpoint;

import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Function;

/**
 * One text that grows: by the state of its net as far as positions reach, and from there on, or where a layer keeps no state, by computing the window of its last tokens again.
 *
 * <p>Token i of sequence s is drawn with the numbers of (seed, s, i), i counting from the first drawn one: whatever else is computed at once, and wherever the text was interrupted.
 */
final class Lane {
    private final ModelInfo info;
    private final Function<int[], double[]> again;
    private final Reading steps; // null where a layer keeps no state
    private final Tokenizer tokenizer;
    private final int reach;
    private final int window;
    private final BitSet there = new BitSet();
    private final double[] next;
    private final SequenceState layers;
    private final Marks marks;
    private int[] ids;
    private int length;
    private int read;
    private int drawn;
    private int unseen;

    /** Reads tokens behind a state, as {@link io.github.performer4j.core.net.TokenSteps#read} does. */
    @FunctionalInterface
    interface Reading {
        void read(SequenceState state, int[] ids, int from, int to, double[] next);
    }

    /**
     * Goes on.
     *
     * @param again computes the probabilities behind the last of some tokens, those of tokens that only frame text being 0
     * @param steps null where a layer keeps no state
     * @param reach most tokens that the state reads
     */
    Lane(ModelInfo info, Function<int[], double[]> again, Reading steps, int reach, GenerationState from) {
        this.info = info;
        this.again = again;
        this.steps = steps;
        this.reach = reach;
        tokenizer = info.tokenizer();
        window = info.window();
        next = new double[tokenizer.size()];
        layers = from.layers();
        marks = from.marks();
        ids = from.ids();
        length = ids.length;
        read = from.read();
        drawn = from.drawn();
        for (int id : ids) {
            if (!tokenizer.special(id)) {
                there.set(id);
            }
        }
    }

    /**
     * Draws the next token and takes it, the end, too: behind it, another text begins.
     *
     * @param place says what may come; null for everything
     */
    int draw(Sampling sampling, long seed, int sequence, Allowed.Place place) {
        double[] p = probabilities(place);
        Sampler.penalise(p, there, sampling.repetitionPenalty());
        int token = Sampler.draw(p, sampling, CounterRandom.of(seed, sequence, drawn));
        take(token);
        return token;
    }

    /** Takes a token. */
    void take(int token) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, Math.max(256, 2 * length));
        }
        ids[length++] = token;
        drawn++;
        if (!tokenizer.special(token)) {
            there.set(token);
        }
    }

    /** Returns a text that begins as this one, and goes its own way. */
    Lane fork() {
        return new Lane(info, again, steps, reach, state());
    }

    /**
     * Returns the probabilities of the next token, [V], 0 for what may not come; good until the next call.
     *
     * @param place says what may come; null for everything
     */
    double[] probabilities(Allowed.Place place) {
        double[] p = probabilities();
        if (place != null) {
            keep(p, place);
        }
        return p;
    }

    /** Leaves the probabilities of what may come; where the model holds all of that for impossible, it is equally probable. */
    private void keep(double[] p, Allowed.Place place) {
        int eos = tokenizer.specials().eos();
        double sum = 0;
        for (int token = 0; token < p.length; token++) {
            boolean may = place.tokens().get(token) || token == eos && place.end();
            p[token] = may ? p[token] : 0;
            sum += p[token];
        }
        for (int token = 0; sum == 0 && token < p.length; token++) {
            p[token] = place.tokens().get(token) || token == eos && place.end() ? 1 : 0;
        }
    }

    /** Returns the probabilities of the next token, [V], those of tokens that only frame text being 0. */
    private double[] probabilities() {
        boolean slides = steps == null || length > reach;
        unseen = slides ? Math.max(0, length - window) : 0;
        if (slides) {
            return again.apply(Arrays.copyOfRange(ids, Math.max(0, length - window), length));
        }
        readAhead();
        steps.read(layers, ids, read, length, next);
        read = length;
        for (int token = 0; token < next.length; token++) {
            if (tokenizer.special(token) && token != tokenizer.specials().eos()) {
                next[token] = 0;
            }
        }
        return next;
    }

    /** Returns where the text stands; all tokens but the last one are read, as far as positions reach. */
    GenerationState state() {
        return state(marks);
    }

    /** Returns where the text stands, with other marks. */
    GenerationState state(Marks value) {
        readAhead();
        return new GenerationState(ids(), read, drawn, value, layers);
    }

    /** Returns how many tokens at the beginning were out of sight when the last one was drawn. */
    int unseen() {
        return unseen;
    }

    /** Returns the tokens so far. */
    int[] ids() {
        return Arrays.copyOf(ids, length);
    }

    /** Returns where what is written began when this lane began. */
    Marks marks() {
        return marks;
    }

    /** Reads all but the last token, always apart from it: so that a text gives the same bits whether or not it was kept in between. */
    private void readAhead() {
        int behind = Math.min(length - 1, reach);
        if (steps != null && read < behind) {
            steps.read(layers, ids, read, behind, next);
            read = behind;
        }
    }
}
