package io.github.performer4j.cli.command;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.StartConfig;
import io.github.performer4j.training.step.TrainingConfig;
import java.util.Map;
import java.util.Set;

/**
 * What {@code performer convert} is told by {@code --set}.
 *
 * @param model the new model's configuration
 * @param training how it learns
 */
record ConversionSettings(PerformerConfig model, TrainingConfig training) {
    /** Keys that would make trained weights mean something else, or cut them into groups. */
    private static final Set<String> OTHERS = Set.of(
            "model.attention.heads",
            "model.attention.keyHeads",
            "model.attention.headSize",
            "model.attention.causal",
            "model.attention.groups",
            "model.attention.localHeads");

    private static final String REDRAW = "model.attention.redrawInterval";

    /** Keys that a conversion has options for, or no use. */
    private static final Set<String> IDLE = Set.of(
            "training.steps",
            "training.chunk",
            "training.minutes",
            "training.seed",
            "training.threads",
            "training.weightDecay",
            "training.tokenDropout",
            "training.evalEvery",
            "training.evalTokens",
            "training.patience",
            "training.checkpointEvery",
            "training.keepCheckpoints");

    /**
     * Applies changes.
     *
     * @param old the model
     * @param training how it learns, before changes
     * @param changes key → value, of model.attention, model.exactEvery, model.linearBlocks and training
     * @throws IllegalArgumentException if a key is another's, a value breaks a rule, or the model's attention stays as it was
     */
    ConversionSettings(ModelInfo old, TrainingConfig training, Map<String, String> changes) {
        this(changed(old, training, checked(changes)), old.model());
    }

    private ConversionSettings(RunConfig changed, PerformerConfig old) {
        this(changed.model(), changed.training());
        int groups = model.attention().groups().size();
        if (groups > 0) {
            throw new IllegalArgumentException(
                    "the model's heads must attend alike, for one map to stand for all; groups=" + groups);
        }
        if (model.equals(old)) {
            throw new IllegalArgumentException(
                    "a conversion must change the model's attention: name its map by --attention; kind="
                            + old.attention().kind() + ", featureMap="
                            + old.attention().featureMap());
        }
    }

    /** Weights adapt to the features that they see, so these are not drawn anew unless that is asked for. */
    private static RunConfig changed(ModelInfo old, TrainingConfig training, Map<String, String> changes) {
        RunConfig asked = new RunConfig(old.task(), old.data(), old.model(), training, StartConfig.drawn())
                .withOverrides(changes);
        boolean drawn = !asked.model().equals(old.model())
                && asked.model().attention().kind().equals("linear")
                && !changes.containsKey(REDRAW);
        return drawn ? asked.withOverrides(Map.of(REDRAW, "0")) : asked;
    }

    private static Map<String, String> checked(Map<String, String> changes) {
        for (String key : changes.keySet()) {
            boolean taken = key.startsWith("training.") && !IDLE.contains(key)
                    || key.equals("model.exactEvery")
                    || key.equals("model.linearBlocks")
                    || key.startsWith("model.attention.") && !OTHERS.contains(key);
            if (!taken) {
                throw new IllegalArgumentException(
                        "a conversion changes how heads attend, not how many there are or which way they look, and is"
                                + " not evaluated or saved before its end; --set takes model.attention, model.exactEvery,"
                                + " model.linearBlocks and the rest of training; --set " + key + "="
                                + changes.get(key));
            }
        }
        return changes;
    }
}
