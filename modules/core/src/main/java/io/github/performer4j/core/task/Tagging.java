package io.github.performer4j.core.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.performer4j.core.layer.LanguageModelHeadLayer;
import java.util.List;

/**
 * A label for each token: secondary structure, named entities. With p the softmax of a token's C logits and n labelled
 * tokens, loss = −(1/n) Σ log p_y; tokens without a label do not count.
 *
 * @param labels names of the tags in the order of their ids; null until the training data gives them
 * @param ignored what stands in the data for a token without a label; null if every token has one
 * @param unit what has a tag: {@code token}, every token; {@code word}, what stands between blanks, by its first token
 *     alone; null until the training data tells
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Tagging(List<String> labels, String ignored, String unit) implements Task {
    /** Name in configurations. */
    public static final String NAME = "tag";

    private static final String WORD = "word";

    /** Checks the names. */
    public Tagging {
        labels = Labels.checked(labels, 2);
        unit = unit == null ? null : Labels.oneOf("unit", unit, "token", WORD);
        if (ignored != null && labels != null && labels.contains(ignored)) {
            throw new IllegalArgumentException(
                    "what is ignored must be no label; ignored=" + ignored + ", labels=" + labels);
        }
    }

    /** Tags every token; the data gives the names. */
    public Tagging() {
        this(null, null, null);
    }

    /** Returns a copy that knows its labels. */
    public Tagging with(List<String> names) {
        return new Tagging(names, ignored, unit);
    }

    /** Returns a copy that knows what has a tag: words, or else tokens. */
    public Tagging tagging(boolean words) {
        return new Tagging(labels, ignored, words ? WORD : "token");
    }

    /** Returns whether words have tags, by their first tokens; where nothing is known every token has one. */
    public boolean ofWords() {
        return WORD.equals(unit);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String purpose() {
        return "gives each residue or word a tag, one of " + Labels.count(labels);
    }

    @Override
    public String missing() {
        return labels == null ? "task.labels" : null;
    }

    @Override
    public void head(HeadPlace place) {
        place.perToken(new LanguageModelHeadLayer.Builder()
                .vocabulary(labels.size())
                .width(place.width())
                .build());
    }
}
