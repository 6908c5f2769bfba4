package io.github.performer4j.data.made;

import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Strings and what a rule makes of them, for models that write a target for a source: letters of {@code a b c …} are drawn uniformly, and so is the length of each string. The same settings and
 * seed give the same table.
 *
 * @param rule what a target is
 * @param seed of every draw
 * @param symbols how many letters there are, from 2 to 26
 * @param minLength least letters of a string, positive
 * @param maxLength most letters, inclusive
 */
public record StringPairs(Rule rule, long seed, int symbols, int minLength, int maxLength) {
    /** Most letters that a string may have. */
    public static final int MOST = 1 << 16;

    private static final int LETTERS = 26;
    private static final int MOST_ATTEMPTS = 10_000;

    /** What a target is. */
    public enum Rule {
        /** The source read backwards. */
        REVERSE,
        /** The letters of the source in their order. */
        SORT;

        /** Returns the target of a source. */
        public String target(String source) {
            if (this == REVERSE) {
                return new StringBuilder(source).reverse().toString();
            }
            return source.chars()
                    .sorted()
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }
    }

    /** Checks every value. */
    public StringPairs {
        if (symbols < 2 || symbols > LETTERS) {
            throw new IllegalArgumentException("symbols must be from 2 to " + LETTERS + "; symbols=" + symbols);
        }
        if (minLength < 1 || minLength > maxLength || maxLength > MOST) {
            throw new IllegalArgumentException("lengths must be from 1 to " + MOST + ", the least first; minLength="
                    + minLength + ", maxLength=" + maxLength);
        }
    }

    /** Draws a source: a function of the settings and its number. Two numbers may have the same. */
    public String source(long number) {
        CounterRandom random = CounterRandom.of(seed, number);
        int length = minLength + random.nextInt(maxLength - minLength + 1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(symbols)));
        }
        return text.toString();
    }

    /**
     * Writes a table with the columns {@code source}, {@code target} and {@code split}: the sources number 0, 1, …, without repetitions, first those for training.
     *
     * @param file a new table
     * @param sides how many of each
     * @return how many strings of each length there are on each side
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if there are not so many different strings
     */
    public MadeSummary write(Path file, Sides sides) throws IOException {
        Set<String> seen = new HashSet<>();
        try (MadeTable table = MadeTable.create(file, "source", "target", "split")) {
            long number = 0;
            for (int i = 0; i < sides.total(); i++) {
                String source = source(number++);
                for (int again = 0; !seen.add(source); again++) {
                    if (again == MOST_ATTEMPTS) {
                        throw new IllegalArgumentException("there must be so many different strings; wanted="
                                + sides.total() + ", found=" + seen.size() + ", symbols=" + symbols + ", maxLength="
                                + maxLength);
                    }
                    source = source(number++);
                }
                table.add(source, rule.target(source), sides.of(i));
                table.count(sides.of(i), "length " + source.length(), 1);
            }
            return table.finish();
        }
    }
}
