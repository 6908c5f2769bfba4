package io.github.performer4j.checkpoint;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.token.Tokenizer;
import java.util.List;
import java.util.Objects;

/**
 * What turns a net into a model of sequences: the content of the entry {@code performer4j.json}.
 *
 * @param formatVersion the entry's format; {@link ModelFile#FORMAT_VERSION} in what this build writes
 * @param performer4jVersion the build that wrote it
 * @param task what the model is for: its labels
 * @param model the configuration the body of the graph was built from
 * @param data how the training data was cut and masked
 * @param tokenizer text to ids and back
 * @param counts token counts of the training side, for the baselines of a language model; null for other tasks
 * @param provenance data, seed, steps and command of the training
 * @param trainedTokens real tokens of the longest row that a step of training has seen; 0 if that is not known, as for models made by hand
 * @param origin what the model was in the program that it came from; null if it came from none
 */
public record ModelInfo(
        int formatVersion,
        String performer4jVersion,
        Task task,
        PerformerConfig model,
        DataConfig data,
        Tokenizer tokenizer,
        TokenCounts counts,
        Provenance provenance,
        int trainedTokens,
        Origin origin) {
    /**
     * Checks that the parts fit together.
     *
     * @throws IllegalArgumentException if tokenizer and model disagree on the vocabulary, or a count is negative
     * @throws NullPointerException if a part is null
     */
    public ModelInfo {
        Objects.requireNonNull(performer4jVersion, "performer4jVersion");
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(tokenizer, "tokenizer");
        Objects.requireNonNull(provenance, "provenance");
        if (tokenizer.size() != model.vocabulary()) {
            throw new IllegalArgumentException("tokenizer and model must have one vocabulary; tokenizer="
                    + tokenizer.size() + ", model=" + model.vocabulary());
        }
        if (data.rowSize() != model.embedding().rowSize()) {
            throw new IllegalArgumentException("data and model must agree on the floats of a row; data.patch="
                    + data.patch() + ", floats=" + data.rowSize() + ", model.embedding.rowSize="
                    + model.embedding().rowSize());
        }
        if (data.graph().channels() != model.embedding().graphLengths()) {
            throw new IllegalArgumentException("data and model must agree on the kernel of graphs; data.graph.kernel="
                    + data.graph().kernel() + ", lengths=" + data.graph().channels()
                    + ", model.embedding.graphLengths=" + model.embedding().graphLengths());
        }
        if (trainedTokens < 0) {
            throw new IllegalArgumentException("trainedTokens must not be negative; trainedTokens=" + trainedTokens);
        }
    }

    /**
     * Returns the info that this build writes: current format and version.
     *
     * @throws IllegalArgumentException if tokenizer and model disagree on the vocabulary
     */
    public static ModelInfo of(
            Task task,
            PerformerConfig model,
            DataConfig data,
            Tokenizer tokenizer,
            TokenCounts counts,
            Provenance provenance) {
        return new ModelInfo(
                ModelFile.FORMAT_VERSION,
                ModelFile.BUILD_VERSION,
                task,
                model,
                data,
                tokenizer,
                counts,
                provenance,
                0,
                null);
    }

    /**
     * Returns the longest window, in tokens, that the model reads at once: {@code maxTokens}, but where positions are learned no more than training has reached, because
     * vectors of later positions are as they were drawn; where there is a source, no more than the longer of sources and targets has. Sinusoidal positions, and none, are defined beyond.
     */
    public int window() {
        if (!List.of("learned", "axial").contains(model.embedding().positions())) {
            return model.maxTokens();
        }
        int possible = Math.min(model.maxTokens(), data.maxTokens());
        return trainedTokens == 0 ? possible : Math.min(possible, trainedTokens);
    }

    /** Returns how many tokens a row may have: {@link Integer#MAX_VALUE} where positions are relative or none, else, and on a grid, {@link #window}. */
    public int reach() {
        return model.embedding().positions().equals("none")
                        && !model.attentionOptions().onGrid()
                ? Integer.MAX_VALUE
                : window();
    }

    /**
     * Returns how data is cut for this model: as in training, but in rows of no more than {@link #window} tokens (or {@link DataConfig#MIN_TOKENS}, the shortest there are). Where there is a source, a row is
     * both texts, each of which has positions of its own, and nothing is cut.
     */
    public DataConfig reading() {
        if (model.encoder().layers() > 0) {
            return data;
        }
        return data.withMaxTokens(Math.max(DataConfig.MIN_TOKENS, Math.min(data.maxTokens(), window())));
    }

    /** Returns a copy for another configuration of the model. */
    public ModelInfo withModel(PerformerConfig value) {
        return new ModelInfo(
                formatVersion,
                performer4jVersion,
                task,
                value,
                data,
                tokenizer,
                counts,
                provenance,
                trainedTokens,
                origin);
    }

    /** Returns a copy that reads data in another way. */
    public ModelInfo withData(DataConfig value) {
        return new ModelInfo(
                formatVersion,
                performer4jVersion,
                task,
                model,
                value,
                tokenizer,
                counts,
                provenance,
                trainedTokens,
                origin);
    }

    /** Returns a copy with another provenance, for a checkpoint at a later step. */
    public ModelInfo withProvenance(Provenance value) {
        return new ModelInfo(
                formatVersion, performer4jVersion, task, model, data, tokenizer, counts, value, trainedTokens, origin);
    }

    /** Returns a copy whose training has seen rows of so many tokens. */
    public ModelInfo withTrainedTokens(int value) {
        return new ModelInfo(
                formatVersion, performer4jVersion, task, model, data, tokenizer, counts, provenance, value, origin);
    }

    /** Returns a copy that came from another program, or with null from none. */
    public ModelInfo withOrigin(Origin value) {
        return new ModelInfo(
                formatVersion,
                performer4jVersion,
                task,
                model,
                data,
                tokenizer,
                counts,
                provenance,
                trainedTokens,
                value);
    }
}
