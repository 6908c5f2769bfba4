package io.github.performer4j.tuning.search;

import io.github.performer4j.training.compare.ComparedFigures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;

/**
 * A trial as Arbiter's runner calls it. Arbiter's own tasks only log what is thrown, and the generator never hears of it; here a
 * trial that cannot be trained has its cause for a result, and what no other trial would survive either, a full disk, ends the search.
 */
final class TrialTask implements TaskCreator {
    /** Trains a job. */
    @FunctionalInterface
    interface Work {
        /**
         * Does it.
         *
         * @return null if the search was stopped
         */
        ComparedFigures figures(SearchPlan.Job job) throws IOException;
    }

    private final Work work;
    private final Runnable requestStop;
    private final AtomicReference<Throwable> error = new AtomicReference<>();

    /**
     * Makes the tasks.
     *
     * @param work trains
     * @param requestStop ends the search
     */
    TrialTask(Work work, Runnable requestStop) {
        this.work = work;
        this.requestStop = requestStop;
    }

    /** Throws what has ended the search, if something has. */
    void rethrow() throws IOException {
        Throwable thrown = error.get();
        if (thrown instanceof IOException e) {
            throw e;
        } else if (thrown instanceof Error e) {
            throw e;
        } else if (thrown != null) {
            throw new IllegalStateException("a trial has ended the search", thrown);
        }
    }

    private OptimizationResult run(Candidate<?> candidate) {
        Trial.Attempt attempt = null;
        try {
            attempt = attempt((SearchPlan.Job) candidate.getValue());
        } catch (Throwable e) { // the runner would drop it
            error.compareAndSet(null, e);
            requestStop.run();
        }
        double cost = attempt == null ? Double.POSITIVE_INFINITY : attempt.cost();
        CandidateInfo info = new CandidateInfo(
                candidate.getIndex(), CandidateStatus.Complete, cost, 0, 0L, 0L, candidate.getFlatParameters(), null);
        return new OptimizationResult(candidate, cost, candidate.getIndex(), attempt, info, null);
    }

    private Trial.Attempt attempt(SearchPlan.Job job) throws IOException {
        try {
            ComparedFigures figures = work.figures(job);
            if (figures == null) {
                return null;
            }
            return figures.diverged() != null
                    ? Trial.Attempt.failed("diverged: " + figures.diverged())
                    : new Trial.Attempt(
                            figures.steps(),
                            figures.evaluation(),
                            figures.parameters(),
                            figures.secondsPerStep(),
                            null);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException | OutOfMemoryError e) {
            return Trial.Attempt.failed(line(e));
        }
    }

    /** A rule's refusal says all itself; of anything else the kind is told, too. */
    private static String line(Throwable e) {
        String message = e.getMessage() == null
                ? ""
                : e.getMessage().strip().lines().findFirst().orElse("");
        return e instanceof IllegalArgumentException && !message.isEmpty()
                ? message
                : e.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }

    @Override
    @SuppressWarnings({"rawtypes", "deprecation"}) // Arbiter's
    public Callable<OptimizationResult> create(
            Candidate candidate,
            DataProvider data,
            ScoreFunction score,
            List<StatusListener> listeners,
            IOptimizationRunner runner) {
        return () -> run(candidate);
    }

    @Override
    @SuppressWarnings("rawtypes") // Arbiter's
    public Callable<OptimizationResult> create(
            Candidate candidate,
            Class<? extends DataSource> data,
            Properties properties,
            ScoreFunction score,
            List<StatusListener> listeners,
            IOptimizationRunner runner) {
        return () -> run(candidate);
    }
}
