package io.github.performer4j.training.compare;

import io.github.performer4j.core.task.Task;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunModel;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether all runs of a {@link Comparison} have models for its data: asked before the first of them is trained for
 * hours.
 */
final class ComparedModels {
    private ComparedModels() {}

    /**
     * Builds the graph of each configuration, without weights.
     *
     * @param runs that are still to be trained
     * @param sides of the comparison
     * @throws IllegalArgumentException naming the first run that has no model
     * @throws IOException if the data cannot be read
     */
    static void require(List<ComparedRun> runs, ComparedSides sides) throws IOException {
        Map<Task, RunModel> models = new LinkedHashMap<>();
        Set<RunConfig> checked = new HashSet<>();
        for (ComparedRun run : runs) {
            RunConfig config = run.config();
            RunModel model = models.get(config.task());
            if (model == null) {
                model = RunModel.of(config, sides.train(), sides.valid());
                models.put(config.task(), model);
            }
            if (checked.add(config)) {
                require(run, model);
            }
        }
    }

    private static void require(ComparedRun run, RunModel model) {
        try {
            model.require(run.config());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a run to compare needs a model for the data; run=" + run.folder() + ": " + e.getMessage(), e);
        }
    }
}
