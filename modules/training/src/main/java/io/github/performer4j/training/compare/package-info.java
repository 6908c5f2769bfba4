/** Several models trained alike on the same sides, each with several seeds, and measured on the same held-out positions. */
package io.github.performer4j.training.compare;
