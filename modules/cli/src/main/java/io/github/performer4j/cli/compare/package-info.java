/** {@code performer compare}: one model with several feature maps, trained alike, in one table. */
package io.github.performer4j.cli.compare;
