package io.github.performer4j.cli.command;

import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.step.TrainingConfig;
import java.util.Map;

/**
 * What {@code performer convert} is told by {@code --set}.
 *
 * @param model the new model's configuration
 * @param training how it learns
 */
record ConversionSettings(PerformerConfig model, TrainingConfig training) {
    /**
     * Applies changes.
     *
     * @param old the model
     * @param training how it learns, before changes
     * @param changes key → value, of model.attention, model.exactEvery and training
     * @throws IllegalArgumentException if a key is another's, a value breaks a rule, or the model's attention stays as it was
     */
    ConversionSettings(ModelInfo old, TrainingConfig training, Map<String, String> changes) {
        this(new RunConfig(old.task(), old.data(), old.model(), training).withOverrides(checked(changes)), old.model());
    }

    private ConversionSettings(RunConfig changed, PerformerConfig old) {
        this(changed.model(), changed.training());
        if (model.equals(old)) {
            throw new IllegalArgumentException(
                    "a conversion must change the model's attention: --set model.attention.kind=linear; kind="
                            + old.attention().kind() + ", featureMap="
                            + old.attention().featureMap());
        }
    }

    private static Map<String, String> checked(Map<String, String> changes) {
        for (String key : changes.keySet()) {
            if (!key.startsWith("model.attention.")
                    && !key.equals("model.exactEvery")
                    && !key.startsWith("training.")) {
                throw new IllegalArgumentException(
                        "a conversion changes model.attention, model.exactEvery and training; --set " + key + "="
                                + changes.get(key));
            }
        }
        return changes;
    }
}
