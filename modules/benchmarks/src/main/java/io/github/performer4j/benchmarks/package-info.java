/**
 * performer4j measured beside its peers: each engine in a process of its own, all on the same inputs, in interleaved rounds of one run.
 *
 * <p>{@link io.github.performer4j.benchmarks.Bench} is the way in; {@link io.github.performer4j.benchmarks.EngineLoop} is what an engine's
 * process runs.
 */
package io.github.performer4j.benchmarks;
