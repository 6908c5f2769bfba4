package io.github.performer4j.training.step;

import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;

/**
 * When a run decays and when it ends. A run by steps knows both before it starts; a timed one decides while running. Its progress is the
 * larger share of its two limits, time and (if it has that one) steps:
 *
 * <ol>
 *   <li>warm-up and plateau, until the share {@code decayFraction} of the run is left (COSINE only);
 *   <li>then the decay is fixed to start at this step and to last for {@code steps done / time used · time left} steps, or for those left
 *       of the limit if they are fewer.
 * </ol>
 *
 * <p>From that moment on the run goes by steps, so that its figures repeat it exactly, and its length in time is only as good as the
 * measured step rate. Schedules without a decay end at the limit of steps or at the first step after the time is used up. No timed run does
 * more steps than its limit.
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
        if (step >= most()) {
            return new Phases(config, WarmupSchedule.NEVER, step);
        }
        if (config.schedule() != Shape.COSINE) {
            return left > 0 ? this : new Phases(config, WarmupSchedule.NEVER, step);
        }
        boolean timeForPlateau = left > config.decayFraction() * config.minutes() * 60;
        boolean stepsForPlateau = !limited() || most() - step > Math.ceil(config.decayFraction() * most());
        if (timeForPlateau && stepsForPlateau) {
            return this;
        }
        long more = Math.max(1, Math.round(step / elapsed * Math.max(0, left)));
        return new Phases(config, step, Math.min(step + more, most()));
    }

    private boolean limited() {
        return config.steps() > 0;
    }

    /** Returns the most steps of a timed run; Deeplearning4j's own limit where the configuration sets none. */
    private long most() {
        return limited() ? config.steps() : Integer.MAX_VALUE;
    }

    /**
     * Returns the share of the run that is done.
     *
     * @param step parameter updates done
     * @param elapsed seconds of training so far
     */
    double fraction(long step, double elapsed) {
        if (known()) {
            return Math.min(1, step / (double) totalSteps);
        }
        double ofTime = elapsed / (config.minutes() * 60);
        return Math.min(1, limited() ? Math.max(ofTime, step / (double) most()) : ofTime);
    }

    /**
     * Returns the seconds left, by the mean step rate so far.
     *
     * @param step parameter updates done, at least 1
     * @param elapsed seconds of training so far
     */
    double secondsLeft(long step, double elapsed) {
        double left = config.minutes() * 60 - elapsed;
        double bySteps = ((known() ? totalSteps : most()) - step) * elapsed / step;
        return Math.max(0, known() ? bySteps : limited() ? Math.min(left, bySteps) : left);
    }
}
