package io.github.performer4j.data.rows;

import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.util.Map;

/** Whole documents in seeded order, for packing short documents one after the other. */
final class ShuffledParts implements PartReader {
    private final PartReader parts;
    private final ShuffleBuffer<Part> buffer;

    ShuffledParts(PartReader parts, int window, CounterRandom draws) {
        this.parts = parts;
        buffer = new ShuffleBuffer<>(
                parts::next,
                window,
                ShuffledRows.MAX_TOKENS,
                part -> part.tokens().length(),
                draws);
    }

    @Override
    public Part next() throws IOException {
        return buffer.next();
    }

    @Override
    public Map<String, Long> unknown() {
        return parts.unknown();
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
