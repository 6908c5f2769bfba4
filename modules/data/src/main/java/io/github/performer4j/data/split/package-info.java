/** Similar sequences by shared k-mers: sketches, clusters, and a measure of what two sides of a split still share. */
package io.github.performer4j.data.split;
