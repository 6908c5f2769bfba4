/** {@code performer bench}: how fast this machine is, beside its peers. */
package io.github.performer4j.cli.bench;
