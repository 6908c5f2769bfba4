package io.github.performer4j.data.made;

import java.util.Arrays;
import java.util.List;

/** A nested expression of ListOps, such as {@code [MAX 2 9 [MIN 4 7 ] 0 ]}, with a value from 0 to 9. */
public sealed interface ListOpsExpression {
    /** Returns the value, 0 to 9. */
    int value();

    /** Returns the number of symbols: digits, operators with their bracket, and closing brackets. */
    int length();

    /** Returns the levels of the tree, 1 for a digit. */
    int depth();

    /** Returns the most arguments of an operation, 0 for a digit. */
    int arguments();

    /** Writes the symbols, a blank behind each. */
    void write(StringBuilder text);

    /** Returns the symbols with a blank between them. */
    default String text() {
        StringBuilder text = new StringBuilder();
        write(text);
        return text.substring(0, text.length() - 1);
    }

    /** What is done with a list of digits. */
    enum Operator {
        /** The least. */
        MIN {
            @Override
            int apply(int[] sorted) {
                return sorted[0];
            }
        },
        /** The greatest. */
        MAX {
            @Override
            int apply(int[] sorted) {
                return sorted[sorted.length - 1];
            }
        },
        /** The median; of an even number of digits the mean of the middle two, rounded down. */
        MED {
            @Override
            int apply(int[] sorted) {
                return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
            }
        },
        /** The sum modulo 10. */
        SM {
            @Override
            int apply(int[] sorted) {
                return Arrays.stream(sorted).sum() % 10;
            }
        };

        abstract int apply(int[] sorted);
    }

    /**
     * A digit.
     *
     * @param value 0 to 9
     */
    record Digit(int value) implements ListOpsExpression {
        @Override
        public int length() {
            return 1;
        }

        @Override
        public int depth() {
            return 1;
        }

        @Override
        public int arguments() {
            return 0;
        }

        @Override
        public void write(StringBuilder text) {
            text.append(value).append(' ');
        }
    }

    /**
     * An operator and what it is applied to.
     *
     * @param operator what is done
     * @param operands at least one
     */
    record Operation(Operator operator, List<ListOpsExpression> operands) implements ListOpsExpression {
        @Override
        public int value() {
            return operator.apply(operands.stream()
                    .mapToInt(ListOpsExpression::value)
                    .sorted()
                    .toArray());
        }

        @Override
        public int length() {
            return 2 + operands.stream().mapToInt(ListOpsExpression::length).sum();
        }

        @Override
        public int depth() {
            return 1
                    + operands.stream().mapToInt(ListOpsExpression::depth).max().orElse(0);
        }

        @Override
        public int arguments() {
            return operands.stream().mapToInt(ListOpsExpression::arguments).reduce(operands.size(), Math::max);
        }

        @Override
        public void write(StringBuilder text) {
            text.append('[').append(operator).append(' ');
            operands.forEach(operand -> operand.write(text));
            text.append("] ");
        }
    }
}
