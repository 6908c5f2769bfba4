/**
 * Options that several commands have, the rules for their values, and what they name: data, a model, a
 * configuration.
 */
package io.github.performer4j.cli.options;
