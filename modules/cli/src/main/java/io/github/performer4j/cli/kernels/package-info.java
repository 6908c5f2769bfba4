/** {@code performer kernels}: how well random features estimate the softmax kernel, in tables and a picture. */
package io.github.performer4j.cli.kernels;
