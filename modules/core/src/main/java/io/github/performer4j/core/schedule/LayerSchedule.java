package io.github.performer4j.core.schedule;

import io.github.performer4j.core.base.ContinuingSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A layer's share of a net's schedule: {@code rate(s) = 0} for s &lt; from, and {@code factor · schedule(s)} afterwards, s the whole net's iterations.
 *
 * @param schedule the net's
 * @param factor positive
 * @param from the first iteration in which the layer learns
 * @param done iterations before this schedule's first
 */
public record LayerSchedule(
        @JsonProperty("schedule") WarmupSchedule schedule,
        @JsonProperty("factor") double factor,
        @JsonProperty("from") long from,
        @JsonProperty("done") long done)
        implements ContinuingSchedule {
    /** Checks every value. */
    public LayerSchedule {
        if (!(factor > 0) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException("a layer's factor must be positive; factor=" + factor);
        }
        if (from < 0) {
            throw new IllegalArgumentException("a layer learns from a step on; from=" + from);
        }
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        long s = iteration + done;
        return s < from ? 0 : factor * schedule.valueAt(Math.toIntExact(s), epoch);
    }

    @Override
    public ISchedule after(long steps) {
        return new LayerSchedule(schedule, factor, from, done + steps);
    }

    /** Returns this schedule: it is immutable. */
    @Override
    public LayerSchedule clone() {
        return this;
    }
}
