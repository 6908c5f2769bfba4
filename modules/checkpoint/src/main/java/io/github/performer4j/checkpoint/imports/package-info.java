/**
 * Models of other programs as models of this one: {@link io.github.performer4j.checkpoint.imports.ModelImport} is where to begin. One more family is an {@link
 * io.github.performer4j.checkpoint.imports.Architecture} and its line in {@code Architectures}, or a jar with a {@code ServiceLoader} entry.
 */
package io.github.performer4j.checkpoint.imports;
