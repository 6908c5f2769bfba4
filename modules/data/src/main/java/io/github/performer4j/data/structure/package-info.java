/** What has nodes and edges without being written as a graph, or is written as one by other programs: molecules, meshes, point clouds, protein structures, GraphML and JSON. Kinds of data, found by their services. */
package io.github.performer4j.data.structure;
