package io.github.performer4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import org.junit.jupiter.api.Test;

class PhasesTest {
    private static final TrainingConfig TIMED =
            TrainingConfig.defaults().withMinutes(1).withDecayFraction(0.25);

    private static Phases open(TrainingConfig config) {
        TrainerState start = TrainerState.start(config);
        return new Phases(config, start.decayStart(), start.totalSteps());
    }

    @Test
    void theDecayStartsWhenItsShareOfTheTimeIsLeft() {
        Phases phases = open(TIMED);
        assertThat(phases.known()).isFalse();
        assertThat(phases.after(44, 44.9)).isEqualTo(phases);
        // 90 steps in 45 s, 15 s left: 30 more.
        assertThat(phases.after(90, 45)).isEqualTo(new Phases(TIMED, 90, 120));
        assertThat(phases.after(90, 45).after(100, 59)).isEqualTo(new Phases(TIMED, 90, 120));
    }

    @Test
    void aStepLongerThanTheRunIsFollowedByOneOfDecay() {
        Phases phases = open(TIMED).after(1, 300);
        assertThat(phases).isEqualTo(new Phases(TIMED, 1, 2));
        assertThat(phases.done(1)).isFalse();
        assertThat(phases.done(2)).isTrue();
    }

    @Test
    void aConstantTimedRunEndsWithTheTime() {
        TrainingConfig constant = TIMED.withSchedule(Shape.CONSTANT);
        assertThat(open(constant).after(59, 59.5).known()).isFalse();
        assertThat(open(constant).after(60, 60.5)).isEqualTo(new Phases(constant, WarmupSchedule.NEVER, 60));
    }

    @Test
    void aRunByStepsKnowsItsPhases() {
        TrainingConfig steps = TrainingConfig.defaults().withSteps(500).withWarmupSteps(40);
        assertThat(open(steps)).isEqualTo(new Phases(steps, 40, 500));
        assertThat(open(steps.withDecayStart(300))).isEqualTo(new Phases(steps.withDecayStart(300), 300, 500));
        assertThat(open(steps.withSchedule(Shape.CONSTANT)).decayStart()).isEqualTo(WarmupSchedule.NEVER);
        assertThat(open(steps.withWarmupSteps(500)).decayStart()).isEqualTo(WarmupSchedule.NEVER);
    }

    @Test
    void progressGoesByTimeUntilTheStepsAreKnown() {
        Phases phases = open(TIMED);
        assertThat(phases.fraction(7, 30)).isCloseTo(0.5, within(1e-12));
        assertThat(phases.secondsLeft(7, 20)).isCloseTo(40, within(1e-12));
        Phases known = phases.after(90, 45);
        assertThat(known.fraction(96, 50)).isCloseTo(0.8, within(1e-12));
        assertThat(known.secondsLeft(100, 50)).isCloseTo(10, within(1e-12));
    }
}
