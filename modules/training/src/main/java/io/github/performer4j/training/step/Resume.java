package io.github.performer4j.training.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.training.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which settings a resumed run may change: those that do not enter the arithmetic of a step, and chunks, which change its rounding and what dropout leaves out. The length counts where the schedule
 * depends on it.
 */
public final class Resume {
    private static final Set<String> FREE = Set.of(
            "chunk",
            "evalEvery",
            "evalTokens",
            "patience",
            "checkpointEvery",
            "keepCheckpoints",
            "threads",
            "recompute");
    private static final Set<String> LENGTH = Set.of("steps", "minutes");

    private Resume() {}

    /**
     * Compares configurations.
     *
     * @param wanted that of the trainer
     * @param saved that of the checkpoint
     * @throws IllegalArgumentException naming all differences at once
     */
    static void check(TrainingConfig wanted, TrainingConfig saved) {
        refuse(differences(wanted, saved), List.of());
    }

    /** Lists the settings that differ and matter, as {@code training.key checkpoint=…, run=…}. */
    public static List<String> differences(TrainingConfig wanted, TrainingConfig saved) {
        boolean lengthFree = wanted.schedule() != Shape.COSINE && wanted.decayStart() < 0;
        List<String> differences =
                differences("training", Json.MAPPER.valueToTree(wanted), Json.MAPPER.valueToTree(saved));
        differences.removeIf(line -> {
            String key = line.substring("training.".length(), line.indexOf(' '));
            return FREE.contains(key) || (lengthFree && LENGTH.contains(key));
        });
        return differences;
    }

    /** Returns the saved position under the wanted configuration; its length is the new one where it may change. */
    static TrainerState merge(TrainerState saved, TrainingConfig wanted) {
        boolean sameLength =
                saved.training().steps() == wanted.steps() && saved.training().minutes() == wanted.minutes();
        TrainerState fresh = TrainerState.start(wanted);
        return new TrainerState(
                saved.step(),
                saved.epoch(),
                saved.batches(),
                saved.tokens(),
                saved.longest(),
                saved.elapsed(),
                sameLength ? saved.decayStart() : fresh.decayStart(),
                sameLength ? saved.totalSteps() : fresh.totalSteps(),
                saved.bestFigure(),
                saved.bestStep(),
                saved.misses(),
                saved.evaluated(),
                wanted);
    }

    /**
     * Lists the leaves in which two trees differ, as {@code path checkpoint=…, run=…}.
     *
     * @param path name of the trees' root
     */
    public static List<String> differences(String path, JsonNode wanted, JsonNode saved) {
        List<String> lines = new ArrayList<>();
        if (wanted instanceof ObjectNode object && saved instanceof ObjectNode other) {
            object.fieldNames()
                    .forEachRemaining(
                            key -> lines.addAll(differences(path + "." + key, object.get(key), other.get(key))));
            other.fieldNames().forEachRemaining(key -> {
                if (!object.has(key)) {
                    lines.addAll(differences(path + "." + key, null, other.get(key)));
                }
            });
        } else if (wanted == null || !wanted.equals(saved)) {
            lines.add(path + " checkpoint=" + saved + ", run=" + wanted);
        }
        return lines;
    }

    /**
     * Refuses a checkpoint that differs.
     *
     * @param settings that differ
     * @param data what differs in the data
     * @throws IllegalArgumentException naming all differences, if there is one
     */
    public static void refuse(List<String> settings, List<String> data) {
        List<String> what = new ArrayList<>();
        if (!settings.isEmpty()) {
            what.add("of another configuration");
        }
        if (!data.isEmpty()) {
            what.add("of other data");
        }
        if (!what.isEmpty()) {
            throw new IllegalArgumentException("the checkpoint is " + String.join(" and ", what) + "; "
                    + Stream.concat(settings.stream(), data.stream()).collect(Collectors.joining("; ")));
        }
    }
}
