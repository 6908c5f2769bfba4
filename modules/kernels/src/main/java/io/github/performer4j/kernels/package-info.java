/** Numerics with no Deeplearning4j in sight: counter-based random numbers and the worker pool. */
package io.github.performer4j.kernels;
