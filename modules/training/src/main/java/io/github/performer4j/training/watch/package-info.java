/** What other programs read of a run while it goes on: TensorBoard's event files and Prometheus' metrics. */
package io.github.performer4j.training.watch;
