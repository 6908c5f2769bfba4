/**
 * Graphs as numbers: a graph as a value, walks over it drawn by a seed, the sparse factors that they make of graph kernels, and attention masked by such a kernel. No Deeplearning4j.
 *
 * <p>Symbols: N nodes, W [N,N] weights of steps, Φ and Φ' [N,N] sparse with E[Φ Φ'ᵀ] the kernel, L lengths of walks (0 … L − 1), f a weight for each length.
 */
package io.github.performer4j.kernels.graph;
