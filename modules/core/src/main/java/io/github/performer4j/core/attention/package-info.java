/** Attention as SameDiff functions: exact, quadratic on features (the oracle), linear, and causal linear in chunks. */
package io.github.performer4j.core.attention;
