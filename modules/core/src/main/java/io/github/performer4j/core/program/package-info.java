/** What a layer computes, as a value: operations over named rows, which engines run. */
package io.github.performer4j.core.program;
