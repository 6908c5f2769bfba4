package io.github.performer4j.benchmarks;

import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import io.github.performer4j.kernels.graph.Modulation;
import java.util.Locale;

/** Kernels of graphs that {@link GraphBench} masks attention by. */
public enum GraphMasks {
    /** A + I, which is fixed. */
    ADJACENCY {
        @Override
        GraphFactor draw(Graph graph, long seed) {
            return GraphFactor.adjacency(graph);
        }
    },
    /** Graph random features as they are by default, whose weights of lengths are learned. */
    GRF {
        @Override
        GraphFactor draw(Graph graph, long seed) {
            return GraphRandomFeatures.defaults().draw(graph, seed, 0);
        }
    };

    private static final double RATE = 2; // of the diffusion that weights of lengths begin as

    /** Returns the kernel's factors. */
    abstract GraphFactor draw(Graph graph, long seed);

    /** Returns f, [L]. */
    static double[] weights(GraphFactor factor) {
        return Modulation.diffusion(RATE, factor.lengths());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
