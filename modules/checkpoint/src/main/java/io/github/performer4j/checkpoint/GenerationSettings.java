package io.github.performer4j.checkpoint;

import java.util.List;
import java.util.Objects;

/**
 * What a {@link Generator} is told.
 *
 * @param sampling how tokens are drawn
 * @param seed of the draws
 * @param maxNew most tokens of a text
 * @param count texts of a prompt
 * @param stops strings at which a text ends
 * @param listener takes text as it comes
 * @param allowed what may come; null for everything
 */
record GenerationSettings(
        Sampling sampling,
        long seed,
        int maxNew,
        int count,
        List<String> stops,
        Generator.Listener listener,
        Allowed allowed) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is out of its range
     */
    GenerationSettings {
        Objects.requireNonNull(sampling, "sampling");
        Objects.requireNonNull(listener, "listener");
        stops = List.copyOf(stops);
        if (maxNew < 0 || maxNew > PerformerModel.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "length must be from 0 to " + PerformerModel.MAX_LENGTH + "; length=" + maxNew);
        }
        if (count < 1 || count > Generator.MAX_COUNT) {
            throw new IllegalArgumentException("count must be from 1 to " + Generator.MAX_COUNT + "; count=" + count);
        }
    }

    static GenerationSettings defaults() {
        return new GenerationSettings(Sampling.defaults(), 1, 256, 1, List.of(), (sequence, more) -> {}, null);
    }

    GenerationSettings withSampling(Sampling value) {
        return new GenerationSettings(value, seed, maxNew, count, stops, listener, allowed);
    }

    GenerationSettings withSeed(long value) {
        return new GenerationSettings(sampling, value, maxNew, count, stops, listener, allowed);
    }

    GenerationSettings withMaxNew(int value) {
        return new GenerationSettings(sampling, seed, value, count, stops, listener, allowed);
    }

    GenerationSettings withCount(int value) {
        return new GenerationSettings(sampling, seed, maxNew, value, stops, listener, allowed);
    }

    GenerationSettings withStops(List<String> value) {
        return new GenerationSettings(sampling, seed, maxNew, count, value, listener, allowed);
    }

    GenerationSettings withListener(Generator.Listener value) {
        return new GenerationSettings(sampling, seed, maxNew, count, stops, value, allowed);
    }

    GenerationSettings withAllowed(Allowed value) {
        return new GenerationSettings(sampling, seed, maxNew, count, stops, listener, value);
    }
}
