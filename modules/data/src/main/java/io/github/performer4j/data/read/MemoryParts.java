package io.github.performer4j.data.read;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The parts of one file, kept in memory. */
public final class MemoryParts implements PartReader {
    private final Iterator<Part> parts;

    /** Gives out these parts, in their order. */
    public MemoryParts(List<Part> parts) {
        this.parts = parts.iterator();
    }

    @Override
    public Part next() {
        return parts.hasNext() ? parts.next() : null;
    }

    @Override
    public Map<String, Long> unknown() {
        return Map.of();
    }

    @Override
    public void close() {
        // nothing is open
    }
}
