/**
 * Masks of attention with structure, as products: trees, grids, and linear attention masked by any of them. No Deeplearning4j.
 *
 * <p>Symbols: T places, K [T,T] the mask, x [T,n] a field of n numbers at each place, row-major.
 */
package io.github.performer4j.kernels.mask;
