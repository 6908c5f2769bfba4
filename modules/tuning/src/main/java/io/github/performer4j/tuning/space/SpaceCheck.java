package io.github.performer4j.tuning.space;

import io.github.performer4j.training.Rule;
import io.github.performer4j.training.compare.Variant;
import io.github.performer4j.training.run.RunConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Whether a space goes with a configuration: its keys are there, and may differ between runs that are compared, and each end of a
 * range is possible for its key. Values that are possible only with some values of other keys are right: a trial that draws
 * others fails by itself.
 */
public final class SpaceCheck {
    /** Points at which a value is tried that is not possible alone. */
    private static final int POINTS = 64;

    private SpaceCheck() {}

    /**
     * Refuses a space that does not go with a configuration.
     *
     * @throws IllegalArgumentException in one line that names key and rule
     */
    public static void require(SearchSpace space, RunConfig base) {
        for (Parameter parameter : space.parameters()) {
            base.requireKey(parameter.key());
            Rule.that(
                    Variant.own(parameter.key()),
                    "a space sets keys of the model or its training, not task, data, length, seed or evaluation, which"
                            + " all trials have in common",
                    "key",
                    parameter.key());
        }
        for (Parameter parameter : space.parameters()) {
            for (String end : parameter.range().ends()) {
                requirePossible(space, base, parameter.key(), end);
            }
            if (parameter.range() instanceof Range.Real range) {
                requirePossible(space, base, parameter.key(), range.text(inner(range)));
            }
        }
    }

    /** A number inside that is no whole one, where the range is wide enough to have one. */
    private static Double inner(Range.Real range) {
        return range.min() + (range.max() - range.min()) * 0.3819;
    }

    private static void requirePossible(SearchSpace space, RunConfig base, String key, String value) {
        IllegalArgumentException alone = refusal(base, Map.of(key, value));
        SplittableRandom random = new SplittableRandom(1);
        for (int point = 0; alone != null && point < POINTS; point++) {
            double[] u = random.doubles(space.numParameters()).toArray();
            Map<String, String> values = new LinkedHashMap<>(space.getValue(u));
            values.put(key, value);
            if (refusal(base, values) == null) {
                return;
            }
        }
        if (alone != null) {
            throw new IllegalArgumentException(
                    "a range must be possible for its key; parameter=" + key + ": " + alone.getMessage(), alone);
        }
    }

    private static IllegalArgumentException refusal(RunConfig base, Map<String, String> values) {
        try {
            base.withOverrides(values);
            return null;
        } catch (IllegalArgumentException e) {
            return e;
        }
    }
}
