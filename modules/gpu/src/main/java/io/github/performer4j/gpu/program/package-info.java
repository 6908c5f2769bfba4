/** Programs of layers on a device: operations forward and backward as kernels and products, and what they need of a pass. */
package io.github.performer4j.gpu.program;
