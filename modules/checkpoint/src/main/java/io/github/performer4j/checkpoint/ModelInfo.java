package io.github.performer4j.checkpoint;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.data.DataConfig;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.Tokenizer;
import java.util.Objects;

/**
 * What turns a net into a model of sequences: the content of the entry {@code performer4j.json}.
 *
 * @param formatVersion the entry's format; {@link ModelFile#FORMAT_VERSION} in what this build writes
 * @param performer4jVersion the build that wrote it
 * @param model the configuration the graph was built from; its {@code task} says what the model is for
 * @param data how the training data was cut and masked
 * @param tokenizer text to ids and back
 * @param counts token counts of the training side, for the baselines of an evaluation
 * @param provenance data, seed, steps and command of the training
 */
public record ModelInfo(
        int formatVersion,
        String performer4jVersion,
        PerformerConfig model,
        DataConfig data,
        Tokenizer tokenizer,
        TokenCounts counts,
        Provenance provenance) {
    /**
     * Checks that the parts fit together.
     *
     * @throws IllegalArgumentException if tokenizer and model disagree on the vocabulary
     * @throws NullPointerException if a part is null
     */
    public ModelInfo {
        Objects.requireNonNull(performer4jVersion, "performer4jVersion");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(tokenizer, "tokenizer");
        Objects.requireNonNull(counts, "counts");
        Objects.requireNonNull(provenance, "provenance");
        if (tokenizer.size() != model.vocabulary()) {
            throw new IllegalArgumentException("tokenizer and model must have one vocabulary; tokenizer="
                    + tokenizer.size() + ", model=" + model.vocabulary());
        }
    }

    /**
     * Returns the info that this build writes: current format and version.
     *
     * @throws IllegalArgumentException if tokenizer and model disagree on the vocabulary
     */
    public static ModelInfo of(
            PerformerConfig model, DataConfig data, Tokenizer tokenizer, TokenCounts counts, Provenance provenance) {
        return new ModelInfo(
                ModelFile.FORMAT_VERSION, ModelFile.BUILD_VERSION, model, data, tokenizer, counts, provenance);
    }

    /** Returns a copy for another configuration of the model. */
    public ModelInfo withModel(PerformerConfig value) {
        return new ModelInfo(formatVersion, performer4jVersion, value, data, tokenizer, counts, provenance);
    }

    /** Returns a copy with another provenance, for a checkpoint at a later step. */
    public ModelInfo withProvenance(Provenance value) {
        return new ModelInfo(formatVersion, performer4jVersion, model, data, tokenizer, counts, value);
    }
}
