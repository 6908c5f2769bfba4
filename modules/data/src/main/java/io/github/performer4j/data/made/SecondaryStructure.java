package io.github.performer4j.data.made;

import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Made-up proteins with a made-up secondary structure whose rule is known: helix H, strand E or coil C for each residue. With Chou's and Fasman's propensities P,
 *
 * <pre>tag of residue t = argmax_s Σ P_s(x_u) over u from t − 4 to t + 4 within the sequence;  of equal ones the first of C, E, H</pre>
 *
 * <p>The tag is a function of nine residues, so the best possible accuracy is 1, and who looks at one residue only cannot reach it. Residues come from a hidden chain of segments: coil (3 to 10
 * residues), then helix (6 to 18) or strand (4 to 10) alike often, then coil again; each residue is drawn with a probability proportional to P_s². The segments are not written: tags follow the residues.
 *
 * @param seed of every draw
 * @param minLength least residues, at least 1
 * @param maxLength most residues, inclusive
 */
public record SecondaryStructure(long seed, int minLength, int maxLength) {
    /** Residues on either side that a tag depends on. */
    public static final int REACH = 4;

    /** The tags; of equally good ones the first is taken. */
    public static final String TAGS = "CEH";

    private static final int[] SHORTEST = {3, 4, 6};
    private static final int[] LONGEST = {10, 10, 18};

    /** Checks every value. */
    public SecondaryStructure {
        if (minLength < 1 || minLength > maxLength || maxLength > ListOps.MOST) {
            throw new IllegalArgumentException("lengths must be from 1 to " + ListOps.MOST
                    + ", the least first; minLength=" + minLength + ", maxLength=" + maxLength);
        }
    }

    /** Returns sequences of 40 to 160 residues. */
    public static SecondaryStructure defaults(long seed) {
        return new SecondaryStructure(seed, 40, 160);
    }

    /**
     * Returns a sequence: a function of the settings and its number.
     *
     * @param number not negative
     */
    public String sequence(long number) {
        CounterRandom random = CounterRandom.of(seed, number);
        int length = minLength + random.nextInt(maxLength - minLength + 1);
        StringBuilder residues = new StringBuilder(length);
        int state = 0;
        while (residues.length() < length) {
            int run = SHORTEST[state] + random.nextInt(LONGEST[state] - SHORTEST[state] + 1);
            for (int i = 0; i < run && residues.length() < length; i++) {
                residues.append(Propensities.draw(state, random));
            }
            state = state == 0 ? 1 + random.nextInt(2) : 0;
        }
        return residues.toString();
    }

    /**
     * Returns the tags of a sequence by the rule.
     *
     * @param sequence of the twenty standard residues
     * @return as many tags
     * @throws IllegalArgumentException if there is another residue
     */
    public static String tags(String sequence) {
        int length = sequence.length();
        int[][] sums = new int[TAGS.length()][length + 1]; // of all residues in front
        for (int t = 0; t < length; t++) {
            if (Propensities.RESIDUES.indexOf(sequence.charAt(t)) < 0) {
                throw new IllegalArgumentException("a residue must be one of " + Propensities.RESIDUES + "; place=" + t
                        + ", residue=" + sequence.charAt(t));
            }
            for (int s = 0; s < sums.length; s++) {
                sums[s][t + 1] = sums[s][t] + Propensities.of(s, sequence.charAt(t));
            }
        }
        StringBuilder tags = new StringBuilder(length);
        for (int t = 0; t < length; t++) {
            int from = Math.max(0, t - REACH);
            int to = Math.min(length, t + REACH + 1);
            int best = 0;
            for (int s = 1; s < sums.length; s++) {
                best = sums[s][to] - sums[s][from] > sums[best][to] - sums[best][from] ? s : best;
            }
            tags.append(TAGS.charAt(best));
        }
        return tags.toString();
    }

    /**
     * Writes a table with the columns {@code id}, {@code text}, {@code label} (a tag for each residue) and {@code split}: sequences number 0, 1, …, first those for training.
     *
     * @param file a new table
     * @param sides how many of each
     * @return the tags of each side
     * @throws IOException if it cannot be written
     */
    public MadeSummary write(Path file, Sides sides) throws IOException {
        try (MadeTable table = MadeTable.create(file, "id", "text", "label", "split")) {
            for (int i = 0; i < sides.total(); i++) {
                String sequence = sequence(i);
                String tags = tags(sequence);
                table.add(String.format(Locale.ROOT, "made-%06d", i), sequence, tags, sides.of(i));
                tags.chars().forEach(count(table, sides.of(i)));
            }
            return table.finish();
        }
    }

    private static java.util.function.IntConsumer count(MadeTable table, String side) {
        return tag -> table.count(side, Character.toString(tag), 1);
    }
}
