package io.github.performer4j.core.feature;

/**
 * When a projection is drawn anew: index = ⌊iteration / interval⌋, so a restored model continues with the same draws.
 *
 * <p>With fixed positive features language models plateau; redrawn ones match the Transformer (arXiv 2009.14794, §4.2).
 *
 * @param interval iterations between two draws; 0 keeps the first draw for ever
 */
public record RedrawSchedule(int interval) {
    /** Iterations between two draws of maps that estimate the softmax kernel, unless others are asked for. */
    public static final int SOFTMAX = 1000;

    public RedrawSchedule {
        if (interval < 0) {
            throw new IllegalArgumentException("redraw interval must not be negative; interval=" + interval);
        }
    }

    /** Returns the index of the draw in force at an iteration (parameter updates done so far). */
    public long index(long iteration) {
        return interval == 0 ? 0 : iteration / interval;
    }
}
