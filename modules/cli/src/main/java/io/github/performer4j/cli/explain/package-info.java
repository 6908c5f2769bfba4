/** {@code performer explain}: which tokens attention looks at, as a list, a table and a picture. */
package io.github.performer4j.cli.explain;
