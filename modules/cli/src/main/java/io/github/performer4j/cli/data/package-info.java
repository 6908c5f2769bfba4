/** {@code performer data}: look at data, split it, make some. */
package io.github.performer4j.cli.data;
