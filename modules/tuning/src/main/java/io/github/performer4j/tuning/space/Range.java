package io.github.performer4j.tuning.space;

import io.github.performer4j.training.Rule;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;

/** The values that one key may take. */
public sealed interface Range {
    /** Digits that a drawn number keeps, so that it can be read and typed. */
    int DIGITS = 4;

    /** Returns Arbiter's space of these values, a new one; null for a value that follows from another key's. */
    ParameterSpace<?> leaf();

    /** Returns a value as a configuration takes it. */
    String text(Object value);

    /** Returns the values at the range's ends, of a choice all. */
    List<String> ends();

    /** True where every value is a number. */
    boolean numeric();

    /** Numbers from one to another, whole or not. */
    sealed interface Real extends Range {
        /** Returns the least. */
        double min();

        /** Returns the greatest. */
        double max();

        @Override
        default String text(Object value) {
            return rounded((Double) value, min(), max());
        }

        @Override
        default List<String> ends() {
            return List.of(text(min()), text(max()));
        }

        @Override
        default boolean numeric() {
            return true;
        }
    }

    /**
     * Any number from min to max, all alike.
     *
     * @param min the least
     * @param max the greatest, above min
     */
    record Continuous(double min, double max) implements Real {
        /** Checks the order. */
        public Continuous {
            Rule.that(
                    Double.isFinite(min) && Double.isFinite(max) && min < max,
                    "min must be below max",
                    "min",
                    min,
                    "max",
                    max);
        }

        @Override
        public ParameterSpace<?> leaf() {
            return new ContinuousParameterSpace(min, max);
        }
    }

    /**
     * Any number from min to max, their logarithms all alike.
     *
     * @param min the least, positive
     * @param max the greatest, above min
     */
    record Log(double min, double max) implements Real {
        /** Checks sign and order. */
        public Log {
            Rule.that(
                    min > 0 && Double.isFinite(max) && min < max,
                    "min must be positive and below max",
                    "min",
                    min,
                    "max",
                    max);
        }

        @Override
        public ParameterSpace<?> leaf() {
            return new ContinuousParameterSpace(new LogUniformDistribution(min, max));
        }
    }

    /**
     * A whole number from min to max, both included, all alike.
     *
     * @param min the least
     * @param max the greatest, above min
     */
    record Whole(int min, int max) implements Range {
        /** Checks the order. */
        public Whole {
            Rule.that(min < max, "min must be below max", "min", min, "max", max);
        }

        @Override
        public ParameterSpace<?> leaf() {
            return new IntegerParameterSpace(min, max);
        }

        @Override
        public String text(Object value) {
            return value.toString();
        }

        @Override
        public List<String> ends() {
            return List.of(Integer.toString(min), Integer.toString(max));
        }

        @Override
        public boolean numeric() {
            return true;
        }
    }

    /**
     * One of several values.
     *
     * @param values as {@code --set} takes them, at least two, all different
     */
    record Choice(List<String> values) implements Range {
        /** Checks the number of values. */
        public Choice {
            values = List.copyOf(values);
            Rule.that(
                    values.size() > 1 && values.stream().distinct().count() == values.size(),
                    "a choice needs at least two values, all different",
                    "values",
                    values);
        }

        @Override
        public ParameterSpace<?> leaf() {
            return new DiscreteParameterSpace<>(values);
        }

        @Override
        public String text(Object value) {
            return value.toString();
        }

        @Override
        public List<String> ends() {
            return values;
        }

        @Override
        public boolean numeric() {
            return values.stream().allMatch(value -> value.matches("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?"));
        }
    }

    /**
     * A multiple of another key's value: {@code by} times it.
     *
     * @param of key of numbers, earlier in the space
     * @param by the factor, not 0
     */
    record Multiple(String of, double by) implements Range {
        /** Checks the factor. */
        public Multiple {
            Rule.that(Double.isFinite(by) && by != 0, "by must be a number other than 0", "by", by);
        }

        @Override
        public ParameterSpace<?> leaf() {
            return null;
        }

        /** Returns the multiple of a value; a whole one without a point. */
        @Override
        public String text(Object value) {
            BigDecimal product = new BigDecimal(value.toString()).multiply(BigDecimal.valueOf(by));
            return plain(product.round(MathContext.DECIMAL64));
        }

        @Override
        public List<String> ends() {
            return List.of();
        }

        @Override
        public boolean numeric() {
            return true;
        }
    }

    private static String rounded(double value, double min, double max) {
        BigDecimal near = new BigDecimal(value).round(new MathContext(DIGITS));
        BigDecimal inside = near.max(BigDecimal.valueOf(min)).min(BigDecimal.valueOf(max));
        return plain(inside);
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
