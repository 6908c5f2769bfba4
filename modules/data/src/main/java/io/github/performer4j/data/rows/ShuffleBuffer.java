package io.github.performer4j.data.rows;

import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Shuffles a stream through a bounded buffer: fill it, then give out a uniformly drawn element and put the next one in its place. Streams
 * that fit in the buffer are shuffled uniformly. The weight bound keeps a buffer of few but huge elements small.
 */
final class ShuffleBuffer<E> {
    /** Where the elements come from; null ends them. */
    @FunctionalInterface
    interface Source<E> {
        E next() throws IOException;
    }

    private final Source<E> source;
    private final int window;
    private final long maxWeight;
    private final ToLongFunction<E> weight;
    private final CounterRandom draws;
    private final List<E> held = new ArrayList<>();
    private long heldWeight;
    private boolean ended;

    ShuffleBuffer(Source<E> source, int window, long maxWeight, ToLongFunction<E> weight, CounterRandom draws) {
        this.source = source;
        this.window = window;
        this.maxWeight = maxWeight;
        this.weight = weight;
        this.draws = draws;
    }

    E next() throws IOException {
        while (!ended && held.size() < window && heldWeight < maxWeight) {
            E element = source.next();
            if (element == null) {
                ended = true;
            } else {
                held.add(element);
                heldWeight += weight.applyAsLong(element);
            }
        }
        if (held.isEmpty()) {
            return null;
        }
        int chosen = draws.nextInt(held.size());
        E result = held.get(chosen);
        E last = held.remove(held.size() - 1);
        if (chosen < held.size()) {
            held.set(chosen, last);
        }
        heldWeight -= weight.applyAsLong(result);
        return result;
    }
}
