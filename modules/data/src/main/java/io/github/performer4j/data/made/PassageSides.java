package io.github.performer4j.data.made;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;

/** The sides of a text's passages: blocks are drawn without replacement, then the borders between sides are cleared. */
final class PassageSides {
    /** Side of passages that are left out. */
    static final String NONE = "none";

    /** Passages that a block must have, so that something is left of one that loses both ends. */
    static final int LEAST_BLOCK = 3;

    private static final String TRAIN = "train";

    private PassageSides() {}

    /**
     * Draws sides.
     *
     * @param settings shares, size of blocks, seed
     * @param text its number: another draw for each
     * @param passages how many it has; those behind the last whole block belong to that block
     * @return [passages] train, valid, test or {@value #NONE}
     */
    static String[] of(Passages settings, int text, int passages) {
        int blocks = Math.max(1, passages / settings.block());
        int valid = held(settings.valid(), blocks);
        int test = held(settings.test(), blocks);
        if (valid + test >= blocks) {
            throw new IllegalArgumentException("a text must have a block for each side; text=" + (text + 1)
                    + ", passages=" + passages + ", block=" + settings.block());
        }
        String[] chosen = new String[blocks];
        for (int i = 0; i < blocks; i++) {
            chosen[i] = i < valid ? "valid" : i < valid + test ? "test" : TRAIN;
        }
        CounterRandom random = CounterRandom.of(settings.seed(), text);
        for (int i = blocks - 1; i > 0; i--) { // Fisher and Yates
            int j = random.nextInt(i + 1);
            String other = chosen[i];
            chosen[i] = chosen[j];
            chosen[j] = other;
        }
        String[] sides = new String[passages];
        for (int p = 0; p < passages; p++) {
            sides[p] = chosen[Math.min(blocks - 1, p / settings.block())];
        }
        return cleared(sides);
    }

    /** Returns the number of blocks of a share: at least one if it is more than nothing. */
    private static int held(double share, int blocks) {
        return share == 0 ? 0 : Math.max(1, (int) Math.round(share * blocks));
    }

    /** Takes one passage out at every border: of the training side where it is one of the two, else in front of the border. */
    private static String[] cleared(String... sides) {
        String[] cleared = Arrays.copyOf(sides, sides.length);
        for (int p = 1; p < sides.length; p++) {
            if (!sides[p].equals(sides[p - 1])) {
                cleared[sides[p].equals(TRAIN) ? p : p - 1] = NONE;
            }
        }
        return cleared;
    }
}
