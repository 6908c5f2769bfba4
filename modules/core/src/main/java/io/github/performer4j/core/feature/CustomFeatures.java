package io.github.performer4j.core.feature;

/**
 * The place for own feature maps: implement this and hand it to a layer.
 *
 * <p>The class needs what Deeplearning4j's JSON needs to save the layer: be a record, or have a constructor without arguments and
 * getters and setters for its fields; and it must be on the class path when the model is loaded.
 */
public non-sealed interface CustomFeatures extends FeatureMap {}
