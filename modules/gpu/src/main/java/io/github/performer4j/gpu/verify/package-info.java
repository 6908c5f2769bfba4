/** What can be checked on a device: kernels beside golden vectors, gradients, training beside the processor's, times. {@link Verify} is its command line; devices need no ND4J backend for it. */
package io.github.performer4j.gpu.verify;
