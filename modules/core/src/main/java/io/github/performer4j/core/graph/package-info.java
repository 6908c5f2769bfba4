/** Graphs as arrays for nets: what {@link io.github.performer4j.core.layer.GraphKernelLayer} reads. */
package io.github.performer4j.core.graph;
