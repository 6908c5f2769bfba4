/**
 * Weights of other programs: named tensors in files, mapped and read piece by piece. {@link io.github.performer4j.checkpoint.weights.HuggingFaceFolder} is where to begin. Nothing in
 * a file is believed before it is checked, and no file is a program: pickles are refused.
 */
package io.github.performer4j.checkpoint.weights;
