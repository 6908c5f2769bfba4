package io.github.performer4j.core.task;

/**
 * What a model predicts: its labels, its head with the loss, and in words its use. Whether attention is causal is no matter of the task but of attention; a task only says what it cannot
 * do without.
 *
 * <p>A task is a value: a record whose components are its settings, as JSON the section {@code task} of a configuration (see {@link Tasks}). What only the training data can say, such as
 * the names of the labels, is a component too: absent in a configuration, present in a trained model.
 *
 * <p>A task of your own is a public class with this interface and a public constructor without arguments, or one with its settings as Jackson reads them; its name is the class's.
 */
public interface Task {
    /** Returns the name in configurations: short for those of performer4j, the class's name for others. */
    default String name() {
        return getClass().getName();
    }

    /** Returns what the model is for, as half a sentence: {@code names the family of a sequence, one of 14}. */
    String purpose();

    /**
     * Returns what is missing before a graph can be built, in words; null if nothing is. The training data has it.
     */
    default String missing() {
        return null;
    }

    /** Returns the direction that attention must have: true = causal, false = both; null where either will do. */
    default Boolean causal() {
        return null;
    }

    /** Returns whether the head predicts tokens of the vocabulary, and so can share the embedding's table. */
    default boolean predictsTokens() {
        return false;
    }

    /** Returns whether the model reads a second text, the source, by an encoder ({@code model.encoder.layers}). */
    default boolean readsSource() {
        return false;
    }

    /**
     * Adds the head to the graph: an output layer named {@value HeadPlace#OUTPUT}, whose loss is a mean over what is predicted and does not depend on {@code miniBatch}.
     *
     * @param place where the body of the graph ends
     */
    void head(HeadPlace place);
}
