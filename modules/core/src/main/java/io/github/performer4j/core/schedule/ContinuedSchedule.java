package io.github.performer4j.core.schedule;

import io.github.performer4j.core.base.ContinuingSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A schedule of which some iterations are done: {@code rate(s) = schedule(s + done)}.
 *
 * @param schedule the whole of it
 * @param done iterations before this one's first
 */
public record ContinuedSchedule(
        @JsonProperty("schedule") WarmupSchedule schedule,
        @JsonProperty("done") long done) implements ContinuingSchedule {

    @Override
    public double valueAt(int iteration, int epoch) {
        return schedule.valueAt(Math.toIntExact(iteration + done), epoch);
    }

    @Override
    public ISchedule after(long steps) {
        return done + steps == 0 ? schedule : new ContinuedSchedule(schedule, done + steps);
    }

    /** Returns this schedule: it is immutable. */
    @Override
    public ContinuedSchedule clone() {
        return this;
    }
}
