/**
 * The {@code performer} command: the only place that prints, and the only one that ends the process.
 *
 * <p>Here stand {@link io.github.performer4j.cli.Main} and the list of all commands. A command extends {@link
 * io.github.performer4j.cli.action.Action}, takes its options from {@code options} and shows what came of it by {@code show}; those
 * that need several classes of their own have a package. What is public is so for these packages, and no interface for others.
 */
package io.github.performer4j.cli;
