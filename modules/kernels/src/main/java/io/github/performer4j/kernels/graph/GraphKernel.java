package io.github.performer4j.kernels.graph;

import java.io.Serializable;

/** A kernel of the nodes of any graph, by its factors: what is drawn once for each graph and then stays. */
@FunctionalInterface
public interface GraphKernel extends Serializable {

    /**
     * Makes the factors of a graph.
     *
     * @param seed names the draws, with the graph's number and the node's
     * @param number of the graph among those that have the seed
     * @return the same for the same arguments, bit for bit
     */
    GraphFactor draw(Graph graph, long seed, long number);

    /** Returns the identity, which draws nothing: attention masked by it leaves each node to itself. */
    static GraphKernel self() {
        return (graph, seed, number) -> {
            SparseChannels self = SparseChannels.of(SparseMatrix.identity(graph.nodes()));
            return new GraphFactor(self, self);
        };
    }

    /** Returns the kernel A + I, which draws nothing: attention masked by it is plain graph attention. */
    static GraphKernel adjacency() {
        return (graph, seed, number) -> GraphFactor.adjacency(graph);
    }
}
