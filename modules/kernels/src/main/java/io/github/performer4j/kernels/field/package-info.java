/**
 * Graph field integrators, {@code i(v) = Σ_w K(w,v) F(w)}: fields over meshes, graphs and clouds of points smoothed and filled in, by brute force and fast. Plain Java objects, no net.
 *
 * <p>Symbols: N vertices, F [N,n] a field of n numbers at each, row-major, W [N,N] weights, λ the rate of diffusion. Source: Efficient Graph Field Integrators Meet Point Clouds
 * (arXiv 2302.00942).
 */
package io.github.performer4j.kernels.field;
