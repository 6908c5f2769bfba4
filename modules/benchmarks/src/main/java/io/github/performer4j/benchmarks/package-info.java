/** Measurements of performer4j; each is taken in a process of its own, which the command line starts. */
package io.github.performer4j.benchmarks;
