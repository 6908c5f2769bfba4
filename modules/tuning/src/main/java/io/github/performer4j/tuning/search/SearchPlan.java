package io.github.performer4j.tuning.search;

import io.github.performer4j.training.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.nd4j.common.function.Supplier;

/**
 * The order of a search's work, a {@link CandidateGenerator} around another: what was begun earlier comes first, then the
 * trials that go on to a higher rung, then new ones, none twice. Everything is logged; the plan of a search that goes on
 * lives through the log, so the generator inside has the same draws and results behind it as if there had been no end.
 *
 * <p>Arbiter's runner calls it from one thread.
 */
final class SearchPlan implements CandidateGenerator {
    /** Draws in a row that were all tried before, after which a space counts as used up. */
    private static final int REPEATED = 1000;

    private final SearchSettings settings;
    private final Rungs rungs;
    private final List<Bracket> brackets;
    private final CandidateGenerator inside;
    private final SearchLog log;
    private final int parallel;
    private final Room room;
    private final Map<Job, Long> atWork = new HashMap<>();
    private final BooleanSupplier stopped;

    /** Trials at work read their own here. */
    private final List<Trial> trials = new CopyOnWriteArrayList<>();

    private final List<Candidate<?>> candidates = new ArrayList<>();
    private final Set<Map<String, String>> tried = new HashSet<>();
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Set<Job> open = new LinkedHashSet<>();
    private Job next;
    private int bracket;
    private int rung;
    private int running;
    private int handedOut;
    private boolean usedUp;
    private Watcher watcher = trial -> {};

    /**
     * Memory that trials share.
     *
     * @param bytes in all
     * @param need of a trial, estimated
     */
    record Room(long bytes, ToLongFunction<Trial> need) {
        static final Room ENDLESS = new Room(Long.MAX_VALUE, trial -> 0);

        boolean fits(long wanted) {
            return wanted <= bytes;
        }
    }

    /** Hears of results. */
    @FunctionalInterface
    interface Watcher {
        /** A trial has ended a rung. */
        void end(Trial trial) throws IOException;
    }

    /**
     * A trial at a rung.
     *
     * @param trial its number, from 1
     * @param rung from 0
     */
    record Job(int trial, int rung) {}

    /**
     * Lives through the log.
     *
     * @param parallel how many jobs may run at a time
     * @param stopped true once nothing more is to be begun
     * @throws IllegalArgumentException if the log is not of these settings
     */
    SearchPlan(SearchSettings settings, SearchLog log, int parallel, BooleanSupplier stopped) throws IOException {
        this(settings, log, parallel, Room.ENDLESS, stopped);
    }

    /** Lives through the log, for trials that share memory. */
    SearchPlan(SearchSettings settings, SearchLog log, int parallel, Room room, BooleanSupplier stopped)
            throws IOException {
        this.settings = settings;
        this.rungs = settings.rungs();
        this.brackets = settings.brackets();
        this.rung = bracket().rung();
        this.inside = settings.generator().over(settings.space(), settings.seed());
        this.log = log;
        this.parallel = parallel;
        this.room = room;
        this.stopped = stopped;
        for (SearchLog.Event event : log.read()) {
            Job job = new Job(event.trial(), event.rung());
            if (event.attempt() == null) {
                // The number of trials may be less now; what was begun was begun.
                Job planned = job.rung() == bracket().rung() ? draw() : next();
                next = null;
                Rule.that(
                        job.equals(planned) && event.values().equals(trial(job).values()),
                        "the log of a search must follow from its settings",
                        "file",
                        SearchLog.FILE,
                        "trial",
                        job.trial(),
                        "rung",
                        job.rung());
                open.add(job);
            } else {
                Rule.that(
                        open.contains(job),
                        "what ends must have begun",
                        "file",
                        SearchLog.FILE,
                        "trial",
                        job.trial(),
                        "rung",
                        job.rung());
                end(job, event.attempt());
            }
        }
        List<Job> begun = new ArrayList<>(open);
        for (int i = begun.size() - 1; i >= 0; i--) {
            waiting.addFirst(begun.get(i));
        }
    }

    /** Tells this watcher of results to come. */
    void watcher(Watcher value) {
        watcher = value;
    }

    /** Returns the trials so far, by number. */
    List<Trial> trials() {
        return List.copyOf(trials);
    }

    Trial trial(Job job) {
        return trials.get(job.trial() - 1);
    }

    /** True when every trial has ended. */
    boolean complete() {
        return running == 0 && next() == null;
    }

    @Override
    public boolean hasMoreCandidates() {
        return running < parallel && !stopped.getAsBoolean() && next() != null && fits();
    }

    /** True if the next job finds room beside those at work; alone it always begins, and fails if it needs more than there is. */
    private boolean fits() {
        return atWork.isEmpty()
                || room.fits(atWork.values().stream().mapToLong(Long::longValue).sum()
                        + room.need().applyAsLong(trial(next)));
    }

    /** True when nothing runs and nothing more will. */
    boolean idle() {
        return running == 0 && (stopped.getAsBoolean() || next() == null);
    }

    @Override
    public Candidate<?> getCandidate() {
        Job job = next();
        next = null;
        if (open.add(job)) {
            try {
                log.begin(trial(job), job.rung());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        running++;
        atWork.put(job, room.need().applyAsLong(trial(job)));
        Supplier<Job> value = () -> job; // a value itself would be serialized
        return new Candidate<>(value, handedOut++, trial(job).coordinates());
    }

    /** Returns the job to do next, which is not begun by that; null if there is none now. */
    private Job next() {
        do {
            if (next == null) {
                next = waiting.poll();
            }
            if (next == null && rung == bracket().rung() && !full()) {
                next = draw();
            }
        } while (next == null && rise());
        return next;
    }

    private Bracket bracket() {
        return brackets.get(bracket);
    }

    /** True once the bracket has all of its trials. */
    private boolean full() {
        return usedUp || trials.size() >= bracket().end();
    }

    private Job draw() {
        boolean ends = settings.generator() == Generator.GRID; // by itself
        for (int draw = 0; (ends || draw < REPEATED) && inside.hasMoreCandidates(); draw++) {
            Candidate<?> candidate = inside.getCandidate();
            if (candidate.getException() != null) {
                break; // the genetic generator found nothing new
            }
            Map<String, String> values = settings.space().getValue(candidate.getFlatParameters());
            if (tried.add(values)) {
                List<Double> point =
                        Arrays.stream(candidate.getFlatParameters()).boxed().toList();
                trials.add(new Trial(trials.size() + 1, values, point, List.of()));
                candidates.add(candidate);
                return new Job(trials.size(), rung);
            }
        }
        usedUp = true;
        return null;
    }

    /** Goes on to the next rung with the best of this one, once all of this one have ended, or to the next bracket; returns false if there is nothing to go on to now. */
    private boolean rise() {
        Bracket here = bracket();
        if (!open.isEmpty() || !waiting.isEmpty() || rung == here.rung() && !full()) {
            return false;
        }
        if (rung == rungs.last()) {
            boolean more = bracket + 1 < brackets.size() && !usedUp;
            if (more) {
                bracket++;
                rung = bracket().rung();
            }
            return more;
        }
        List<Trial> begun = trials.stream()
                .skip(here.first())
                .filter(trial -> trial.attempts().size() > rung - here.rung())
                .toList();
        rung++;
        begun.stream()
                .filter(trial -> trial.failure() == null)
                .sorted(Comparator.comparingDouble(trial -> trial.last().cost())) // stable: the earlier of two equals
                .limit(rungs.kept(begun.size()))
                .forEach(trial -> waiting.add(new Job(trial.number(), rung)));
        return true;
    }

    @Override
    public void reportResults(OptimizationResult result) {
        running--;
        atWork.remove(result.getCandidate().getValue());
        if (result.getModelSpecificResults() instanceof Trial.Attempt attempt) {
            Job job = (Job) result.getCandidate().getValue();
            try {
                log.end(job.trial(), job.rung(), attempt);
                end(job, attempt);
                watcher.end(trial(job));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void end(Job job, Trial.Attempt attempt) {
        open.remove(job);
        Trial trial = trial(job).with(attempt);
        trials.set(job.trial() - 1, trial);
        if (trial.attempts().size() == 1) { // after the first rung
            Candidate<?> candidate = candidates.get(job.trial() - 1);
            double[] point = trial.coordinates();
            inside.reportResults(new OptimizationResult(
                    candidate,
                    attempt.cost(),
                    candidate.getIndex(),
                    null,
                    new CandidateInfo(
                            candidate.getIndex(), CandidateStatus.Complete, attempt.cost(), 0, 0L, 0L, point, null),
                    null));
        }
        if (rung > bracket().rung() || full()) {
            rise();
        }
    }

    /** Returns the trials from the best: the highest rung first, then the least cost; failures and what runs at the end. */
    List<Trial> ranked() {
        return settings.hyperband() ? Trial.rankedBySteps(trials) : Trial.ranked(trials);
    }

    @Override
    public ParameterSpace<?> getParameterSpace() {
        return settings.space();
    }

    @Override
    public void setRngSeed(long seed) {
        throw new UnsupportedOperationException("the seed is one of the settings");
    }

    @Override
    public Class<?> getCandidateType() {
        return Job.class;
    }
}
