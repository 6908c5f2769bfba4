/** Commands that train a model, say what it is worth, and use it. */
package io.github.performer4j.cli.command;
