package io.github.performer4j.training.run;

import io.github.performer4j.training.step.Resume;
import java.util.ArrayList;
import java.util.List;

/** What a run that goes on must have in common with its folder: all settings but those that {@link Resume} lets change, and its data. */
public final class ResumedRun {
    private ResumedRun() {}

    /**
     * Compares whole configurations.
     *
     * @throws IllegalArgumentException naming all differences at once
     */
    public static void check(RunConfig wanted, RunConfig saved) {
        Resume.refuse(differences(wanted, saved), List.of());
    }

    /**
     * Compares configurations and data.
     *
     * @throws IllegalArgumentException naming all differences of both at once
     */
    static void check(RunConfig wanted, RunConfig saved, RunData data, RunData savedData) {
        Resume.refuse(differences(wanted, saved), data.differences(savedData));
    }

    private static List<String> differences(RunConfig wanted, RunConfig saved) {
        List<String> differences = new ArrayList<>();
        for (String section : List.of("task", "model", "data", "start")) {
            differences.addAll(Resume.differences(
                    section, wanted.tree().get(section), saved.tree().get(section)));
        }
        differences.removeIf(line -> line.startsWith("start.model ") // its content counts
                || line.startsWith("start.sha256 ") && line.endsWith(" run=null")); // not looked at yet
        differences.addAll(Resume.differences(wanted.training(), saved.training()));
        return differences;
    }
}
