package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.training.run.RunConfig;
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

    /** Of 100 steps the last quarter decays if they are expected to end before the time. */
    @Test
    void whicheverLimitComesFirstEndsATimedRun() {
        TrainingConfig both = TIMED.withSteps(100);
        Phases phases = open(both);
        assertThat(phases.known()).isFalse();
        assertThat(phases.after(74, 20)).as("before both").isEqualTo(phases);
        assertThat(phases.after(75, 20)).as("steps first").isEqualTo(new Phases(both, 75, 100));
        assertThat(phases.after(50, 45)).as("time first: 17 in the 15 s left").isEqualTo(new Phases(both, 50, 67));
        assertThat(phases.after(70, 45))
                .as("time first, but not beyond the limit")
                .isEqualTo(new Phases(both, 70, 93));
        assertThat(phases.after(80, 45.5))
                .as("20 steps left, 25 in the time left")
                .isEqualTo(new Phases(both, 80, 100));
        assertThat(open(both.withSteps(3)).after(1, 1)).isEqualTo(open(both.withSteps(3)));
        assertThat(open(both.withSteps(3)).after(2, 2)).isEqualTo(new Phases(both.withSteps(3), 2, 3));
        assertThat(open(both.withSteps(1)).after(1, 1))
                .isEqualTo(new Phases(both.withSteps(1), WarmupSchedule.NEVER, 1));
    }

    @Test
    void aConstantTimedRunEndsWithItsStepsToo() {
        TrainingConfig both = TIMED.withSchedule(Shape.CONSTANT).withSteps(10);
        assertThat(open(both).after(9, 30).known()).isFalse();
        assertThat(open(both).after(10, 30)).isEqualTo(new Phases(both, WarmupSchedule.NEVER, 10));
        assertThat(open(both).after(4, 61)).isEqualTo(new Phases(both, WarmupSchedule.NEVER, 4));
    }

    @Test
    void progressGoesByTheNearerLimit() {
        Phases phases = open(TIMED.withSteps(100));
        assertThat(phases.fraction(50, 15)).isCloseTo(0.5, within(1e-12));
        assertThat(phases.fraction(10, 15)).isCloseTo(0.25, within(1e-12));
        assertThat(phases.secondsLeft(50, 15)).isCloseTo(15, within(1e-12));
        assertThat(phases.secondsLeft(10, 15)).isCloseTo(45, within(1e-12));
    }

    @Test
    void minutesAloneSetNoLimitOfSteps() {
        assertThat(TrainingConfig.defaults().withSteps(9).withMinutes(1).steps())
                .isZero();
        assertThat(TrainingConfig.defaults().withMinutes(1).withSteps(9).minutes())
                .isEqualTo(1);
        assertThat(RunConfig.fromJson("{\"training\": {\"minutes\": 2}}")
                        .training()
                        .steps())
                .isZero();
        assertThat(RunConfig.fromJson("{\"training\": {\"minutes\": 2, \"steps\": 7}}")
                        .training()
                        .steps())
                .isEqualTo(7);
    }
}
