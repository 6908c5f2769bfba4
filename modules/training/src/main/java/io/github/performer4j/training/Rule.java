package io.github.performer4j.training;

/** Refusals that name the rule, then the values: {@code steps must not be negative; steps=-1}. */
public final class Rule {
    private Rule() {}

    /**
     * Refuses a broken rule.
     *
     * @param holds whether the rule holds
     * @param rule the rule, in words
     * @param namesAndValues names and values in turn
     * @throws IllegalArgumentException if the rule does not hold
     */
    public static void that(boolean holds, String rule, Object... namesAndValues) {
        if (holds) {
            return;
        }
        StringBuilder message = new StringBuilder(rule);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            message.append(i == 0 ? "; " : ", ")
                    .append(namesAndValues[i])
                    .append('=')
                    .append(namesAndValues[i + 1]);
        }
        throw new IllegalArgumentException(message.toString());
    }
}
