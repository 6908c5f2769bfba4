/** Random features of the softmax kernel and its relatives: feature maps, projections, and when projections are drawn anew. */
package io.github.performer4j.core.feature;
