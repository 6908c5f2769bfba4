/** Trained models that attend in another way: the new model learns to compute what the old one computes, from texts without labels. */
package io.github.performer4j.training.convert;
