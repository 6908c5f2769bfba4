package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.GraphLayer;

/**
 * Base of layers with a table over the vocabulary: V tokens, width E. The table begins as {@link TableInit} says, unless the builder
 * has another {@code weightInit}.
 */
public abstract class VocabularyLayer extends GraphLayer {
    private int vocabulary;
    private int width;

    protected VocabularyLayer() {
        weightInitFn = TableInit.DEFAULT;
    }

    protected VocabularyLayer(int vocabulary, int width) {
        this();
        this.vocabulary = Checks.positive("vocabulary", vocabulary);
        this.width = width;
    }

    protected VocabularyLayer(Builder<?> builder) {
        super(builder);
        weightInitFn = weightInitFn == null ? TableInit.DEFAULT : weightInitFn;
        vocabulary = Checks.positive("vocabulary", builder.vocabulary);
        width = builder.width;
    }

    /** Returns V. */
    public int getVocabulary() {
        return vocabulary;
    }

    public void setVocabulary(int vocabulary) {
        this.vocabulary = vocabulary;
        setLayerParams(null);
    }

    /** Returns E. */
    public int getWidth() {
        return width;
    }

    public void setWidth(int width) {
        this.width = width;
        setLayerParams(null);
    }

    /**
     * Settings that all of them share.
     *
     * @param <T> the concrete builder
     */
    @SuppressWarnings("unchecked")
    public abstract static class Builder<T extends Builder<T>> extends GraphLayer.Builder<T> {
        private int vocabulary;
        private int width;

        /** Sets V, the number of ids. */
        public T vocabulary(int value) {
            vocabulary = value;
            return (T) this;
        }

        /** Sets E; where the input is a sequence it is taken from there by default. */
        public T width(int value) {
            width = value;
            return (T) this;
        }
    }
}
