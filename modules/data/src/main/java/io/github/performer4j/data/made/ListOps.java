package io.github.performer4j.data.made;

import io.github.performer4j.data.made.ListOpsExpression.Digit;
import io.github.performer4j.data.made.ListOpsExpression.Operation;
import io.github.performer4j.data.made.ListOpsExpression.Operator;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * ListOps: what is the value of {@code [MAX 2 9 [MIN 4 7 ] 0 ]}? Ten classes; who does not see the nesting of the brackets does not know
 * (N. Nangia, S. R. Bowman, <em>ListOps: a diagnostic dataset for latent tree learning</em>, 2018).
 *
 * <p>The distribution is that of the Long Range Arena (Y. Tay and others, 2021, {@code lra_benchmarks/data/listops.py}). A tree grows from its root, at level 1: below level d of {@code
 * maxDepth} a node is an operation with probability 1/4, else a digit; at that level always a digit. An operation has 2 to {@code maxArguments} arguments, uniformly, and one of MIN, MAX,
 * MED, SM, uniformly; digits are uniform in 0 … 9. Trees whose number of symbols is out of bounds are drawn again, and no expression occurs twice. The arena's files put each application in
 * parentheses, which its loader takes out again; here they are not written.
 *
 * @param seed of every draw
 * @param minLength least symbols
 * @param maxLength most symbols, inclusive
 * @param maxDepth levels of the tree, at least 2
 * @param maxArguments most arguments of an operation, at least 2
 */
public record ListOps(long seed, int minLength, int maxLength, int maxDepth, int maxArguments) {
    /** Most symbols that an expression may have. */
    public static final int MOST = 1 << 20;

    /** Most levels, and most arguments. */
    public static final int DEEPEST = 1000;

    /** Probability that a node above the last level is an operation. */
    public static final double OPERATION = 0.25;

    private static final int MOST_ATTEMPTS = 1_000_000;
    private static final int DIGITS = 10;
    private static final Operator[] OPERATORS = Operator.values();

    /** Checks every value. */
    public ListOps {
        if (minLength < 1 || minLength > maxLength || maxLength > MOST) {
            throw new IllegalArgumentException("lengths must be from 1 to " + MOST + ", the least first; minLength="
                    + minLength + ", maxLength=" + maxLength);
        }
        if (maxDepth < 2 || maxArguments < 2 || maxDepth > DEEPEST || maxArguments > DEEPEST) {
            throw new IllegalArgumentException("levels and arguments must be from 2 to " + DEEPEST + "; maxDepth="
                    + maxDepth + ", maxArguments=" + maxArguments);
        }
    }

    /** Returns the arena's task: 501 to 1,999 symbols (more than 500 and fewer than 2,000), depth and arguments up to 10. */
    public static ListOps longRangeArena(long seed) {
        return new ListOps(seed, 501, 1_999, 10, 10);
    }

    /**
     * Draws an expression: a function of the settings and its number. Two numbers may have the same.
     *
     * @param number not negative
     * @throws IllegalArgumentException if a million trees are all too short or too long
     */
    public ListOpsExpression expression(long number) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            int[] room = {maxLength};
            ListOpsExpression tree = draw(CounterRandom.of(seed, number, attempt), 1, room);
            if (tree != null && maxLength - room[0] >= minLength) {
                return tree;
            }
        }
        throw new IllegalArgumentException("there must be trees of such lengths among " + MOST_ATTEMPTS
                + "; minLength=" + minLength + ", maxLength=" + maxLength + ", maxDepth=" + maxDepth + ", maxArguments="
                + maxArguments);
    }

    /** Returns a tree; null as soon as it has no room left. */
    private ListOpsExpression draw(CounterRandom random, int level, int[] room) {
        boolean operation = level < maxDepth && random.nextDouble() < OPERATION;
        room[0] -= operation ? 2 : 1;
        if (room[0] < 0) {
            return null;
        }
        if (!operation) {
            return new Digit(random.nextInt(DIGITS));
        }
        int count = 2 + random.nextInt(maxArguments - 1);
        List<ListOpsExpression> operands = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ListOpsExpression operand = draw(random, level + 1, room);
            if (operand == null) {
                return null;
            }
            operands.add(operand);
        }
        return new Operation(OPERATORS[random.nextInt(OPERATORS.length)], operands);
    }

    /**
     * Writes a table with the columns {@code text}, {@code label} and {@code split}: the expressions number 0, 1, …, without repetitions, first those for training.
     *
     * @param file a new table
     * @param sides how many of each
     * @return the classes of each side
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if there are not so many different expressions
     */
    public MadeSummary write(Path file, Sides sides) throws IOException {
        Set<String> seen = new HashSet<>();
        try (MadeTable table = MadeTable.create(file, "text", "label", "split")) {
            long number = 0;
            for (int i = 0; i < sides.total(); i++) {
                ListOpsExpression expression = expression(number);
                String text = expression.text();
                for (int again = 0; !seen.add(text); again++) {
                    if (again == MOST_ATTEMPTS) {
                        throw new IllegalArgumentException("there must be so many different expressions; wanted="
                                + sides.total() + ", found=" + seen.size());
                    }
                    expression = expression(++number);
                    text = expression.text();
                }
                number++;
                String label = String.valueOf(expression.value());
                table.add(text, label, sides.of(i));
                table.count(sides.of(i), label, 1);
            }
            return table.finish();
        }
    }
}
