package io.github.performer4j.tuning.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.tuning.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plans driven as Arbiter's runner drives them, with a closed form for a trial's loss. */
class SearchPlanTest {
    private static final SearchSpace SPACE = SearchSpace.fromJson("""
            {"formatVersion": 1, "parameters": {
              "training.learningRate": {"kind": "log", "min": 1e-5, "max": 1e-1},
              "model.layers": {"kind": "integer", "min": 1, "max": 6},
              "model.attention.kind": {"kind": "choice", "values": ["linear", "exact"]}}}
            """);

    private static final SearchSpace SMALL = SearchSpace.fromJson("""
            {"formatVersion": 1, "parameters": {
              "model.layers": {"kind": "integer", "min": 1, "max": 3},
              "model.attention.kind": {"kind": "choice", "values": ["linear", "exact"]}}}
            """);

    @TempDir
    Path folder;

    private boolean stopped;

    private SearchPlan plan(SearchSettings settings, int parallel) throws IOException {
        return new SearchPlan(settings, new SearchLog(folder), parallel, () -> stopped);
    }

    private static SearchSettings settings(SearchSpace space, Generator generator, int trials, int halving) {
        RunConfig base = RunConfig.preset("protein-small")
                .withOverrides(
                        Map.of("training.steps", "270", "training.minutes", "0", "model.attention.decay", "none"));
        return new SearchSettings(base, space, generator, 11, trials, halving);
    }

    /** Better with a rate near 1e-3 and with more layers; six layers cannot be trained. */
    private static Trial.Attempt attempt(Trial trial, long steps) {
        double rate = Math.log10(Double.parseDouble(trial.values().getOrDefault("training.learningRate", "0.001"))) + 3;
        int layers = Integer.parseInt(trial.values().get("model.layers"));
        double loss = 3 + rate * rate - 0.1 * layers - 0.001 * steps;
        return layers == 6
                ? Trial.Attempt.failed("too deep; layers=6")
                : new Trial.Attempt(
                        steps, new Evaluation("loss", false, Map.of("loss", loss), Map.of(), 10), 5L, 0.5, null);
    }

    /** Does so many jobs, at most so many at a time, the oldest ends first. */
    private List<SearchPlan.Job> work(SearchPlan plan, SearchSettings settings, int parallel, int jobs) {
        List<SearchPlan.Job> done = new ArrayList<>();
        Deque<Candidate<?>> running = new ArrayDeque<>();
        stopped = false;
        while (!plan.idle() && done.size() < jobs) {
            while (plan.hasMoreCandidates()) {
                running.add(plan.getCandidate());
            }
            assertThat(running).hasSizeLessThanOrEqualTo(parallel).isNotEmpty();
            Candidate<?> first = running.poll();
            SearchPlan.Job job = (SearchPlan.Job) first.getValue();
            done.add(job);
            Trial.Attempt attempt = attempt(plan.trial(job), settings.rungs().steps(job.rung()));
            plan.reportResults(new OptimizationResult(first, attempt.cost(), first.getIndex(), attempt, null, null));
        }
        return done;
    }

    /** Stopped after every job, with others under way that are lost: the log and the trials are those of one sitting. */
    @ParameterizedTest
    @EnumSource(Generator.class)
    void aSearchThatIsKilledAgainAndAgainIsTheSame(Generator generator) throws IOException {
        SearchSettings settings = settings(SPACE, generator, 20, 0);
        SearchPlan whole = plan(settings, 1);
        work(whole, settings, 1, Integer.MAX_VALUE);
        String log = Files.readString(folder.resolve(SearchLog.FILE));
        assertThat(whole.complete()).isTrue();
        assertThat(whole.trials()).hasSize(20);
        Files.delete(folder.resolve(SearchLog.FILE));
        SearchPlan part = null;
        for (int start = 0; start < 20; start++) {
            part = plan(settings, 1);
            work(part, settings, 1, 1);
            if (part.hasMoreCandidates()) {
                part.getCandidate(); // begun, and killed
            }
        }
        assertThat(part.trials()).isEqualTo(whole.trials());
        assertThat(Files.readString(folder.resolve(SearchLog.FILE))).isEqualTo(log);
        assertThat(plan(settings, 1).ranked()).isEqualTo(whole.ranked());
    }

    @Test
    void aSearchOfSeveralAtATimeGoesOnWhereItWas() throws IOException {
        SearchSettings settings = settings(SPACE, Generator.TPE, 15, 0);
        work(plan(settings, 3), settings, 3, 7);
        List<Trial> before = plan(settings, 3).trials();
        SearchPlan rest = plan(settings, 3);
        List<SearchPlan.Job> done = work(rest, settings, 3, 100);
        assertThat(done.subList(0, 2)).extracting(SearchPlan.Job::trial).containsExactly(8, 9);
        assertThat(rest.trials()).hasSize(15);
        assertThat(rest.trials().subList(0, 7)).isEqualTo(before.subList(0, 7));
    }

    /** 17 trials, η = 3: 9 at 30 steps, 5 at 90, 3 at 270, each bracket halved by itself; killed after every job, the same. */
    @Test
    void hyperbandBeginsWithDifferentShares() throws IOException {
        SearchSettings settings = hyperband(Generator.RANDOM, 17);
        assertThat(List.of(0, 1, 2)).extracting(settings.rungs()::steps).containsExactly(30L, 90L, 270L);
        SearchPlan whole = plan(settings, 1);
        List<SearchPlan.Job> done = work(whole, settings, 1, Integer.MAX_VALUE);
        assertThat(whole.complete()).isTrue();
        assertThat(done)
                .filteredOn(job -> job.trial() <= 9)
                .extracting(SearchPlan.Job::rung)
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2);
        assertThat(done)
                .filteredOn(job -> job.trial() > 9 && job.trial() <= 14)
                .extracting(SearchPlan.Job::rung)
                .containsExactly(1, 1, 1, 1, 1, 2);
        assertThat(done)
                .filteredOn(job -> job.trial() > 14)
                .extracting(SearchPlan.Job::rung)
                .containsExactly(2, 2, 2);
        assertThat(whole.ranked().subList(0, 3)).allMatch(trial -> trial.last().steps() == 270);
        assertThat(settings.comparable(whole.trials())).hasSize(9);
        String log = Files.readString(folder.resolve(SearchLog.FILE));
        Files.delete(folder.resolve(SearchLog.FILE));
        SearchPlan part = null;
        for (int start = 0; start < done.size(); start++) {
            part = plan(settings, 1);
            work(part, settings, 1, 1);
            if (part.hasMoreCandidates()) {
                part.getCandidate(); // begun, and killed
            }
        }
        assertThat(part.complete()).isTrue();
        assertThat(part.trials()).isEqualTo(whole.trials());
        assertThat(Files.readString(folder.resolve(SearchLog.FILE))).isEqualTo(log);
    }

    @Test
    void hyperbandOfSeveralAtATimeEndsEveryBracket() throws IOException {
        SearchSettings settings = hyperband(Generator.RANDOM, 22);
        SearchPlan plan = plan(settings, 4);
        work(plan, settings, 4, Integer.MAX_VALUE);
        assertThat(plan.complete()).isTrue();
        assertThat(plan.trials()).hasSize(22).allMatch(trial -> trial.last() != null);
    }

    @Test
    void hyperbandRefusesWhatItCannotDo() {
        assertThatThrownBy(() -> hyperband(Generator.TPE, 17))
                .hasMessage("Hyperband takes candidates as they come, random or grid; generator=tpe");
        assertThatThrownBy(() -> hyperband(Generator.RANDOM, 4))
                .hasMessage("Hyperband needs trials for two brackets; hyperband=3, trials=4, fewest=5");
    }

    private static SearchSettings hyperband(Generator generator, int trials) {
        SearchSettings plain = settings(SPACE, Generator.RANDOM, trials, 0);
        return new SearchSettings(plain.base(), SPACE, generator, 11, trials, 3, true);
    }

    /** A trial needs 2 for each layer, and there are 8: never more than there is, but one alone, of six layers say, always begins. */
    @Test
    void trialsShareMemory() throws IOException {
        SearchSettings settings = settings(SPACE, Generator.RANDOM, 25, 0);
        SearchPlan plan = new SearchPlan(
                settings,
                new SearchLog(folder),
                10,
                new SearchPlan.Room(8, trial -> Long.parseLong(trial.values().get("model.layers")) * 2),
                () -> stopped);
        Deque<Candidate<?>> running = new ArrayDeque<>();
        int most = 0;
        while (!plan.idle()) {
            while (plan.hasMoreCandidates()) {
                running.add(plan.getCandidate());
            }
            long needed = running.stream()
                    .mapToLong(candidate -> 2
                            * Long.parseLong(plan.trial((SearchPlan.Job) candidate.getValue())
                                    .values()
                                    .get("model.layers")))
                    .sum();
            assertThat(needed <= 8 || running.size() == 1)
                    .as("needed %d by %d", needed, running.size())
                    .isTrue();
            most = Math.max(most, running.size());
            Candidate<?> first = running.poll();
            Trial.Attempt attempt = attempt(plan.trial((SearchPlan.Job) first.getValue()), 270);
            plan.reportResults(new OptimizationResult(first, attempt.cost(), first.getIndex(), attempt, null, null));
        }
        assertThat(most).isBetween(2, 4);
        assertThat(plan.trials()).hasSize(25);
    }

    /** 20 trials at 270/9 steps, ⌊20/3⌋ = 6 of them at 90, 2 at 270; the best of each rung are those that go on. */
    @Test
    void halvingKeepsTheBestThird() throws IOException {
        SearchSettings settings = settings(SPACE, Generator.RANDOM, 20, 3);
        assertThat(settings.rungs().last()).isEqualTo(2);
        assertThat(List.of(0, 1, 2)).extracting(settings.rungs()::steps).containsExactly(30L, 90L, 270L);
        SearchPlan plan = plan(settings, 2);
        List<SearchPlan.Job> done = work(plan, settings, 2, Integer.MAX_VALUE);
        assertThat(done).filteredOn(job -> job.rung() == 0).hasSize(20);
        assertThat(done).filteredOn(job -> job.rung() == 1).hasSize(6);
        assertThat(done).filteredOn(job -> job.rung() == 2).hasSize(2);
        // A trial's loss falls with steps for all alike, so the order of the first rung is that of the last one.
        List<Integer> first = plan.trials().stream()
                .filter(trial -> trial.failure() == null)
                .sorted((a, b) -> Double.compare(
                        a.attempts().get(0).cost(), b.attempts().get(0).cost()))
                .map(Trial::number)
                .toList();
        assertThat(plan.ranked().subList(0, first.size()))
                .extracting(Trial::number)
                .containsExactlyElementsOf(first);
        assertThat(plan.ranked().get(0).last().steps()).isEqualTo(270);
        assertThat(plan.complete()).isTrue();
    }

    @Test
    void halvingThatIsKilledGoesOn() throws IOException {
        SearchSettings settings = settings(SPACE, Generator.TPE, 12, 2);
        SearchPlan whole = plan(settings, 1);
        int jobs = work(whole, settings, 1, Integer.MAX_VALUE).size();
        assertThat(jobs).isEqualTo(12 + 6 + 3 + 1);
        Files.delete(folder.resolve(SearchLog.FILE));
        List<SearchPlan.Job> done = new ArrayList<>();
        for (int start = 0; start < jobs; start++) {
            done.addAll(work(plan(settings, 1), settings, 1, 1));
        }
        assertThat(plan(settings, 1).ranked()).isEqualTo(whole.ranked());
        assertThat(plan(settings, 1).complete()).isTrue();
    }

    /** Three layers, two kinds: six trials, however many are asked for; and then, with halving, the best of them. */
    @ParameterizedTest
    @EnumSource(Generator.class)
    void aSpaceThatIsUsedUpEndsTheSearch(Generator generator) throws IOException {
        SearchSettings settings = settings(SMALL, generator, 30, 0);
        SearchPlan plan = plan(settings, 1);
        work(plan, settings, 1, 100);
        assertThat(plan.trials()).hasSizeLessThanOrEqualTo(6);
        assertThat(plan.trials()).extracting(Trial::values).doesNotHaveDuplicates();
        assertThat(plan.complete()).isTrue();
        if (generator != Generator.GENETIC) { // gives up after ten draws in a row that it has seen
            assertThat(plan.trials()).hasSize(6);
        }
        Files.delete(folder.resolve(SearchLog.FILE));
        SearchSettings halved = settings(SMALL, generator, 30, 6);
        for (int start = 0; start < 10; start++) {
            work(plan(halved, 1), halved, 1, 1);
        }
        assertThat(plan(halved, 1).ranked().get(0).attempts()).hasSize(2);
        assertThat(plan(halved, 1).complete()).isTrue();
    }

    @Test
    void failuresComeLastAndGoOnToNoRung() throws IOException {
        SearchSettings settings = settings(SPACE, Generator.GRID, 60, 2);
        SearchPlan plan = plan(settings, 1);
        work(plan, settings, 1, Integer.MAX_VALUE);
        List<Trial> failed =
                plan.ranked().stream().filter(trial -> trial.failure() != null).toList();
        assertThat(failed).isNotEmpty().allSatisfy(trial -> {
            assertThat(trial.failure()).isEqualTo("too deep; layers=6");
            assertThat(trial.attempts()).hasSize(1);
        });
        int all = plan.ranked().size();
        assertThat(plan.ranked().subList(all - failed.size(), all)).isEqualTo(failed);
    }

    @Test
    void aLogIsReadUpToTheLineThatAKillCutOff() throws IOException {
        SearchSettings settings = settings(SPACE, Generator.RANDOM, 4, 0);
        work(plan(settings, 1), settings, 1, 2);
        Path log = folder.resolve(SearchLog.FILE);
        String whole = Files.readString(log);
        Files.writeString(log, whole + "{\"event\":\"begin\",\"tri");
        assertThat(plan(settings, 1).trials()).hasSize(2);
        assertThat(Files.readString(log)).isEqualTo(whole);
        Files.writeString(log, "{\"event\":\"begin\",\"tri\n" + whole);
        assertThatThrownBy(() -> plan(settings, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trials.jsonl:1: a line must be an event of a search");
        Files.writeString(log, whole.replace("\"model.layers\":\"", "\"model.layers\":\"1"));
        assertThatThrownBy(() -> plan(settings, 1))
                .hasMessage("the log of a search must follow from its settings; file=trials.jsonl, trial=1, rung=0");
    }

    @Test
    void settingsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> settings(SPACE, Generator.TPE, -1, 0))
                .hasMessage("trials must not be negative; trials=-1");
        assertThatThrownBy(() -> settings(SPACE, Generator.TPE, 5, 1))
                .hasMessage("halving must keep one of 2 or more trials; halving=1");
        assertThatThrownBy(() -> settings(SPACE, Generator.TPE, 2, 3))
                .hasMessage("halving needs as many trials; halving=3, trials=2");
    }
}
