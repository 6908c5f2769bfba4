package io.github.performer4j.cli.kernels;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.studies.Head;
import io.github.performer4j.studies.KernelStudy;
import io.github.performer4j.studies.KernelStudy.Subject;
import io.github.performer4j.studies.MapName;
import io.github.performer4j.studies.Setting;
import io.github.performer4j.studies.SoftmaxMaps;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of {@code performer kernels} that say what is measured. */
final class KernelsOptions {
    /** Squares of estimates stay far inside float64 up to here. */
    private static final double LARGEST_NORM = 10;

    private static final String FIRST = "positive";
    private static final String ALL = "all";

    @Option(
            names = "--maps",
            split = ",",
            paramLabel = "MAP",
            description = "Feature maps, gerf:A is GERF with this A (default: all that estimate exp(x·y)).")
    private List<String> maps;

    @Option(
            names = "--projections",
            split = ",",
            paramLabel = "P",
            description =
                    "How rows of W are drawn, or all (default: orthogonal, a model's own; positive also iid and simplex).")
    private List<String> projections;

    @Option(names = "--head-size", paramLabel = "D", description = "Length of x and y (default: 16, a model's own).")
    private Integer headSize;

    @Option(
            names = "--features",
            split = ",",
            paramLabel = "M",
            description = "Columns M (default: 16,32,64,128, a model's own).")
    private List<Integer> features;

    @Option(names = "--draws", paramLabel = "N", description = "Draws of W (default: 500; 64 for a model).")
    private Integer draws;

    @Option(names = "--norm", paramLabel = "R", description = "|x| = |y|, where x = q/D^¼ (default: 1).")
    private Double norm;

    @Option(
            names = "--angle",
            split = ",",
            paramLabel = "A",
            description = "Degrees between x and y (default: 0,45,90,135,180).")
    private List<Double> angles;

    @Option(names = "--no-times", description = "Leave out the times of layers, which take longer than the errors.")
    private boolean untimed;

    /** Returns what is measured where nobody asks for anything, but for the times. */
    static KernelsOptions untimed() {
        KernelsOptions options = new KernelsOptions();
        options.untimed = true;
        return options;
    }

    /** Returns the study of rows on a sphere. */
    KernelStudy spheres(long seed, PrintWriter err) {
        int size = headSize == null ? 16 : headSize;
        List<Setting> settings = settings(size, List.of(16, 32, 64, 128), Projection.ORTHOGONAL, Map.of(), err);
        double radius = norm == null ? 1 : norm;
        if (!(radius > 0 && radius <= LARGEST_NORM)) {
            throw new IllegalArgumentException(
                    "norm must be above 0 and at most " + (int) LARGEST_NORM + "; norm=" + radius);
        }
        List<Subject> subjects = new ArrayList<>();
        for (double angle : angles == null ? List.of(0.0, 45.0, 90.0, 135.0, 180.0) : distinct(angles)) {
            if (!(angle >= 0 && angle <= 180)) {
                throw new IllegalArgumentException("angle must be from 0 to 180 degrees; angle=" + angle);
            }
            subjects.add(new Subject(Head.onSphere(size, radius, angle, seed), radius, angle, null));
        }
        return new KernelStudy(settings, subjects, draws == null ? 500 : draws, seed, !untimed);
    }

    /**
     * Returns the study of a model's rows.
     *
     * @param size the model's D
     * @param columns the model's M
     * @param projection the model's
     * @param fitted maps in the place of those of a name
     */
    KernelStudy rows(
            List<Subject> subjects,
            int size,
            int columns,
            Projection projection,
            Map<String, FeatureMap> fitted,
            long seed,
            PrintWriter err) {
        List<Setting> settings = settings(size, List.of(columns), projection, fitted, err);
        return new KernelStudy(settings, subjects, draws == null ? 64 : draws, seed, !untimed);
    }

    /** Refuses what a model decides. */
    void checkForModel() {
        if (headSize != null || norm != null || angles != null) {
            throw new IllegalArgumentException(
                    "head size, norm and angle are those of the model's rows; leave out --head-size, --norm and --angle");
        }
    }

    private List<Setting> settings(
            int size, List<Integer> columns, Projection usual, Map<String, FeatureMap> fitted, PrintWriter err) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : maps == null ? SoftmaxMaps.names() : maps) {
            names.add(MapName.canonical(name));
        }
        List<Setting> settings = new ArrayList<>();
        for (String name : names) {
            FeatureMap map = fitted.getOrDefault(name, SoftmaxMaps.named(name));
            for (Projection projection : projections(name, usual)) {
                for (int m : features == null ? columns : distinct(features)) {
                    try {
                        settings.add(new Setting(name, map, projection, size, m));
                    } catch (IllegalArgumentException e) {
                        boolean everyProjection = projections != null && projections.equals(List.of(ALL));
                        if (!everyProjection && (maps != null || name.equals(FIRST))) {
                            throw e;
                        }
                        // nobody asked for it by name
                        err.println("left out: " + name + ": " + e.getMessage());
                    }
                }
            }
        }
        return settings;
    }

    private Set<Projection> projections(String name, Projection usual) {
        Set<Projection> chosen = new LinkedHashSet<>();
        if (projections != null && projections.equals(List.of(ALL))) {
            chosen.addAll(List.of(Projection.values()));
            return chosen;
        }
        if (projections != null) {
            projections.forEach(p -> chosen.add(Projection.named(p)));
            return chosen;
        }
        chosen.add(usual);
        if (maps == null && name.equals(FIRST)) {
            chosen.addAll(List.of(Projection.IID, Projection.SIMPLEX));
        }
        return chosen;
    }

    private static <T> Set<T> distinct(List<T> values) {
        return new LinkedHashSet<>(values);
    }
}
