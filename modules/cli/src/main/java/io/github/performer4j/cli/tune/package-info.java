/** {@code performer tune}: a search of configurations. */
package io.github.performer4j.cli.tune;
