package io.github.performer4j.tuning.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.training.compare.ComparedFigures;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.junit.jupiter.api.Test;
import org.nd4j.common.function.Supplier;

/** What becomes of what a trial throws. */
class TrialTaskTest {
    private final AtomicInteger stops = new AtomicInteger();

    private TrialTask task(TrialTask.Work work) {
        return new TrialTask(work, stops::incrementAndGet);
    }

    private static Trial.Attempt run(TrialTask task) throws Exception {
        Supplier<SearchPlan.Job> job = () -> new SearchPlan.Job(1, 0);
        OptimizationResult result = task.create(
                        new Candidate<>(job, 0, new double[] {0.5}),
                        null,
                        new Properties(),
                        new Cost(),
                        List.of(),
                        null)
                .call();
        Trial.Attempt attempt = (Trial.Attempt) result.getModelSpecificResults();
        assertThat(result.getScore()).isEqualTo(attempt == null ? Double.POSITIVE_INFINITY : attempt.cost());
        return attempt;
    }

    @Test
    void whatOnlyThisTrialCannotDoIsItsResult() throws Exception {
        assertThat(run(task(job -> {
                            throw new IllegalArgumentException("heads must divide width; width=12, heads=8\nmore");
                        }))
                        .failure())
                .isEqualTo("heads must divide width; width=12, heads=8");
        assertThat(run(task(job -> {
                            throw new OutOfMemoryError("Physical memory usage is too high");
                        }))
                        .failure())
                .isEqualTo("OutOfMemoryError: Physical memory usage is too high");
        assertThat(run(task(job -> {
                            throw new IllegalStateException();
                        }))
                        .failure())
                .isEqualTo("IllegalStateException");
        assertThat(run(task(job -> new ComparedFigures(null, null, 3, 1, "loss is NaN at step 3")))
                        .failure())
                .isEqualTo("diverged: loss is NaN at step 3");
        assertThat(stops).hasValue(0);
    }

    @Test
    void whatNoTrialCouldDoEndsTheSearch() throws Exception {
        TrialTask full = task(job -> {
            throw new IOException("No space left on device");
        });
        assertThat(run(full)).isNull();
        assertThat(stops).hasValue(1);
        assertThatThrownBy(full::rethrow).isInstanceOf(IOException.class).hasMessage("No space left on device");
        TrialTask broken = task(job -> {
            throw new NoClassDefFoundError("org/nd4j/Missing");
        });
        assertThat(run(broken)).isNull();
        assertThatThrownBy(broken::rethrow).isInstanceOf(NoClassDefFoundError.class);
        TrialTask stopped = task(job -> null);
        assertThat(run(stopped)).isNull();
        assertThatCode(stopped::rethrow).doesNotThrowAnyException();
    }

    @Test
    void costsAreLessForBetterTrials() {
        assertThat(attempt("loss", false, 2.5).cost()).isEqualTo(2.5);
        assertThat(attempt("accuracy", true, 0.75).cost()).isEqualTo(-0.75);
        assertThat(attempt("loss", false, Double.NaN).cost()).isEqualTo(Double.POSITIVE_INFINITY);
        Trial worse = new Trial(1, Map.of(), List.of(), List.of(attempt("accuracy", true, 0.5)));
        Trial better = new Trial(2, Map.of(), List.of(), List.of(attempt("accuracy", true, 0.75)));
        Trial higher = new Trial(
                3, Map.of(), List.of(), List.of(attempt("accuracy", true, 0.4), attempt("accuracy", true, 0.4)));
        Trial failed = new Trial(4, Map.of(), List.of(), List.of(Trial.Attempt.failed("diverged")));
        Trial running = new Trial(5, Map.of(), List.of(), List.of());
        assertThat(Trial.ranked(List.of(worse, failed, running, better, higher)))
                .containsExactly(higher, better, worse, failed, running);
    }

    private static Trial.Attempt attempt(String figure, boolean higher, double value) {
        return new Trial.Attempt(1, new Evaluation(figure, higher, Map.of(figure, value), Map.of(), 1), 1L, 1, null);
    }
}
