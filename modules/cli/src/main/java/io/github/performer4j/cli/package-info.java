/** The {@code performer} command: the only place that prints, and the only one that ends the process. */
package io.github.performer4j.cli;
