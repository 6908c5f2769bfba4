package io.github.performer4j.benchmarks.estimates;

import io.github.performer4j.core.feature.FeatureMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Every setting measured on every subject. Figures but times are a pure function of the components.
 *
 * @param settings maps, projections and M, all of one D
 * @param subjects rows whose kernels are estimated
 * @param draws draws of W, at least 2
 * @param seed of the draws, and of the nets that are timed
 */
public record KernelStudy(List<Setting> settings, List<Subject> subjects, int draws, long seed) {

    /**
     * Rows, and what the report says of them.
     *
     * @param norm |x| = |y|, or an average
     * @param angle degrees, or an average
     * @param place where they are from; null for rows on spheres
     */
    public record Subject(Head head, double norm, double angle, KernelRow.Place place) {}

    /** Is told of each step; by several threads, one at a time. */
    public interface Progress {
        /** So many steps are done; called once with 0 at first. */
        void step(int done, int all);

        /** Something that a user should know. */
        void note(String text);
    }

    public KernelStudy {
        EstimateStudy.checkDraws(draws);
        if (settings.isEmpty() || subjects.isEmpty()) {
            throw new IllegalArgumentException("there must be settings and subjects; settings=" + settings.size()
                    + ", subjects=" + subjects.size());
        }
    }

    private record Timed(FeatureMap map, int features, int headSize) {
        static Timed of(Setting setting) {
            return new Timed(setting.map(), setting.features(), setting.headSize());
        }
    }

    /** Measures; times first and alone, errors then on all processors. */
    public List<KernelRow> run(Progress progress) {
        Map<Timed, Double> micros = new LinkedHashMap<>();
        for (Setting setting : settings) {
            micros.put(Timed.of(setting), null);
        }
        int all = micros.size() + settings.size();
        AtomicInteger done = new AtomicInteger();
        progress.step(0, all);
        // The first net of a process is timed twice, because it compiles what all share.
        micros(Timed.of(settings.get(0)), progress);
        for (Timed timed : List.copyOf(micros.keySet())) {
            micros.put(timed, micros(timed, progress));
            progress.step(done.incrementAndGet(), all);
        }
        List<Head> heads = subjects.stream().map(Subject::head).toList();
        List<List<Estimate>> estimates = IntStream.range(0, settings.size())
                .parallel()
                .mapToObj(i -> {
                    List<Estimate> measured = EstimateStudy.measure(settings.get(i), heads, draws, seed);
                    synchronized (progress) {
                        progress.step(done.incrementAndGet(), all);
                    }
                    return measured;
                })
                .toList();
        return rows(estimates, micros);
    }

    private Double micros(Timed timed, Progress progress) {
        try {
            return AttentionTime.microsPerToken(timed.map, timed.features, timed.headSize, seed);
        } catch (RuntimeException e) { // no layer runs such a map; its errors can be measured all the same
            progress.note("not timed: " + timed.map + ", M=" + timed.features + ": " + e.getMessage());
            return null;
        }
    }

    private List<KernelRow> rows(List<List<Estimate>> estimates, Map<Timed, Double> micros) {
        List<KernelRow> rows = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            for (int j = 0; j < subjects.size(); j++) {
                Subject subject = subjects.get(j);
                rows.add(new KernelRow(
                        settings.get(i),
                        subject.norm,
                        subject.angle,
                        subject.place,
                        estimates.get(i).get(j),
                        micros.get(Timed.of(settings.get(i)))));
            }
        }
        return rows;
    }
}
