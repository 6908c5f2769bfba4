/** The engine {@code cuda}: programs of layers, and whole training steps, on an NVIDIA device. */
package io.github.performer4j.gpu;
