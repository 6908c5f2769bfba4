package io.github.performer4j.studies;

import io.github.performer4j.studies.AttentionTime.Layer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Every setting measured on every subject. Figures but times are a pure function of the components.
 *
 * @param settings maps, projections and M, all of one D
 * @param subjects rows whose kernels are estimated
 * @param draws draws of W, at least 2
 * @param seed of the draws, and of the nets that are timed
 * @param timed whether layers are timed, too
 */
public record KernelStudy(List<Setting> settings, List<Subject> subjects, int draws, long seed, boolean timed) {

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

    /** Measures; times first, one step at a time, errors then on all processors. */
    public List<KernelRow> run(Progress progress) {
        Set<Layer> layers = new LinkedHashSet<>();
        if (timed) {
            settings.forEach(setting -> layers.add(Layer.of(setting)));
        }
        int all = layers.size() + settings.size();
        progress.step(0, all);
        Map<Layer, Double> micros = AttentionTime.microsPerToken(layers, seed, new AttentionTime.Listener() {
            @Override
            public void done(double share) {
                progress.step((int) Math.round(share * layers.size()), all);
            }

            @Override
            public void failed(Layer layer, RuntimeException reason) { // its errors can be measured all the same
                progress.note("not timed: " + layer.map() + ", M=" + layer.features() + ": " + reason.getMessage());
            }
        });
        AtomicInteger done = new AtomicInteger(layers.size());
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

    private List<KernelRow> rows(List<List<Estimate>> estimates, Map<Layer, Double> micros) {
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
                        micros.get(Layer.of(settings.get(i)))));
            }
        }
        return rows;
    }
}
