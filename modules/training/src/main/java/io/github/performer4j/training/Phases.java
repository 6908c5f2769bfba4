package io.github.performer4j.training;

import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;

/**
 * When a run decays and when it ends. A run by steps knows both before it starts; a timed one decides while running:
 *
 * <ol>
 *   <li>warm-up and plateau, until the time left is the share {@code decayFraction} of the whole (COSINE only);
 *   <li>then the decay is fixed to start at this step and to last for {@code steps done / time used · time left} steps.
 * </ol>
 *
 * <p>From that moment on the run goes by steps, so that its figures repeat it exactly, and its length in time is only as good as the
 * measured step rate. Schedules without a decay end at the first step after the time is used up.
 */
record Phases(TrainingConfig config, long decayStart, long totalSteps) {
    /** True once the number of steps is known. */
    boolean known() {
        return totalSteps > 0;
    }

    /** True if no step is left. */
    boolean done(long step) {
        return known() && step >= totalSteps;
    }

    /**
     * Decides after a step.
     *
     * @param step parameter updates done, at least 1
     * @param elapsed seconds of training so far
     * @return these phases, or the phases that the time decides
     */
    Phases after(long step, double elapsed) {
        if (known()) {
            return this;
        }
        double left = config.minutes() * 60 - elapsed;
        boolean decays = config.schedule() == Shape.COSINE;
        if (!decays) {
            return left > 0 ? this : new Phases(config, WarmupSchedule.NEVER, step);
        }
        if (left > config.decayFraction() * config.minutes() * 60) {
            return this;
        }
        long more = Math.max(1, Math.round(step / elapsed * Math.max(0, left)));
        return new Phases(config, step, Math.min(step + more, Integer.MAX_VALUE));
    }

    /**
     * Returns the share of the run that is done.
     *
     * @param step parameter updates done
     * @param elapsed seconds of training so far
     */
    double fraction(long step, double elapsed) {
        return Math.min(1, known() ? step / (double) totalSteps : elapsed / (config.minutes() * 60));
    }

    /**
     * Returns the seconds left, by the mean step rate so far.
     *
     * @param step parameter updates done, at least 1
     * @param elapsed seconds of training so far
     */
    double secondsLeft(long step, double elapsed) {
        return Math.max(0, known() ? (totalSteps - step) * elapsed / step : config.minutes() * 60 - elapsed);
    }
}
