/** {@code performer predict}: what a model of each task writes for an input, and the file it goes to. */
package io.github.performer4j.cli.predict;
