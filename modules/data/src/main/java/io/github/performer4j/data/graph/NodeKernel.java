package io.github.performer4j.data.graph;

import io.github.performer4j.kernels.graph.Diffusion;
import io.github.performer4j.kernels.graph.GraphKernel;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import io.github.performer4j.kernels.graph.WalkCounts;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Kernels by their names in configurations: what attention over a graph is masked by. */
public enum NodeKernel {
    /** The data has no graphs. */
    NONE {
        @Override
        public GraphKernel of(GraphConfig config) {
            throw new IllegalArgumentException("graphs need a kernel; data.graph.kernel=none, known=" + graphs());
        }
    },
    /** The identity: each node sees itself, so that edges say nothing; pooling over nodes remains. */
    SELF {
        @Override
        public GraphKernel of(GraphConfig config) {
            return GraphKernel.self();
        }
    },
    /** A + I: plain graph attention. */
    ADJACENCY {
        @Override
        public GraphKernel of(GraphConfig config) {
            return GraphKernel.adjacency();
        }
    },
    /** {@link WalkCounts}. */
    WALKS {
        @Override
        public GraphKernel of(GraphConfig config) {
            return new WalkCounts(config.walks(), config.halting(), config.lengths());
        }
    },
    /** {@link GraphRandomFeatures}, whose weights of lengths are learned. */
    GRF {
        @Override
        public GraphKernel of(GraphConfig config) {
            return new GraphRandomFeatures(config.walks(), config.halting(), config.lengths());
        }

        @Override
        public int channels(GraphConfig config) {
            return config.lengths();
        }
    },
    /** {@link Diffusion}, exactly. */
    DIFFUSION {
        @Override
        public GraphKernel of(GraphConfig config) {
            return new Diffusion(config.time());
        }
    };

    /**
     * Makes the kernel.
     *
     * @throws IllegalArgumentException if a number of the configuration is out of its range
     */
    public abstract GraphKernel of(GraphConfig config);

    /** Returns L, the values of each factor in an entry. */
    public int channels(GraphConfig config) {
        return 1;
    }

    /** Returns the name in configurations. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the names of the kernels of graphs. */
    static List<String> graphs() {
        return Arrays.stream(values())
                .filter(kernel -> kernel != NONE)
                .map(NodeKernel::written)
                .toList();
    }

    /**
     * Returns the kernel of a name, in any case.
     *
     * @throws IllegalArgumentException if there is none, with those there are
     */
    public static NodeKernel named(String name) {
        return Arrays.stream(values())
                .filter(kernel -> kernel.written().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown kernel of graphs; kernel=" + name + ", known="
                        + Arrays.stream(values()).map(NodeKernel::written).toList()));
    }
}
