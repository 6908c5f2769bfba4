package io.github.performer4j.checkpoint;

import java.util.ArrayList;
import java.util.List;

/** How a sequence that is longer than a model sees at once is cut: into the fewest windows, of near-equal length. */
final class Windows {
    private Windows() {}

    /** Tokens from (inclusive) and to (exclusive) of a framed sequence. */
    record Window(int from, int to) {}

    /** Returns the number of windows of at most {@code window} tokens. */
    static int count(int tokens, int window) {
        return (int) ((tokens - 1L + window) / window); // a window may be endless
    }

    /** Returns the windows: w goes from ⌊n·w/W⌋ to ⌊n·(w+1)/W⌋ for n tokens and W windows. */
    static List<Window> of(int tokens, int window) {
        int windows = count(tokens, window);
        List<Window> all = new ArrayList<>(windows);
        for (int w = 0; w < windows; w++) {
            all.add(new Window((int) ((long) tokens * w / windows), (int) ((long) tokens * (w + 1) / windows)));
        }
        return all;
    }
}
