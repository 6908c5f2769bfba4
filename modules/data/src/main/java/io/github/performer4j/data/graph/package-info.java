/** Graphs with what is known of them, read from files: edge lists with tables of nodes, and folders in the TU text format. */
package io.github.performer4j.data.graph;
