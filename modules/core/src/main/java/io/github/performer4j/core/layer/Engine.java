package io.github.performer4j.core.layer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What executes a layer: its graph, or kernels written by hand.
 *
 * <p>{@code -Dperformer4j.engine=graph|cpu}, read when a net is initialised; without it float32 nets on ND4J's CPU backend take the kernels. Nets
 * in float64 always take the graph, and so do layers with an option that the kernels do not cover.
 */
public enum Engine {
    /** SameDiff operations, on every ND4J backend: the reference. */
    GRAPH,
    /** Kernels on the processor, float32. */
    CPU;

    static final String PROPERTY = "performer4j.engine";

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    /**
     * Makes the runtime of a layer.
     *
     * @param conf the layer's configuration
     * @param type type of the net
     * @param layer the layer's maths on kernels
     */
    static GraphRuntime runtime(NeuralNetConfiguration conf, DataType type, FusedLayer layer) {
        return covers(conf, type, layer)
                ? SequenceParts.onKernels(conf, type, layer)
                : SequenceParts.onGraph(conf, type);
    }

    /** Makes the runtime of a layer with two inputs. */
    static GraphRuntime runtimeOfTwo(NeuralNetConfiguration conf, DataType type, CpuProgram program) {
        return covers(conf, type, program) ? new SidesOnKernels(conf, type, program) : new SidesOnGraph(conf, type);
    }

    /** Returns whether a layer runs on kernels; one that only an option keeps from it is told of once. */
    private static boolean covers(NeuralNetConfiguration conf, DataType type, FusedLayer layer) {
        if (!kernels(type)) {
            return false;
        }
        String option = layer.uncovered();
        if (option != null) {
            if (TOLD.add(option)) {
                LOG.warn(
                        "layer runs as a graph, several times slower, because the kernels do not cover an option; layer={}, option={}",
                        conf.getLayer().getLayerName(),
                        option);
            }
            return false;
        }
        return true;
    }

    /** Returns whether a net of this type runs on kernels. */
    public static boolean kernels(DataType type) {
        return type == DataType.FLOAT && wanted() == CPU;
    }

    /**
     * Returns the engine for float32 nets.
     *
     * @throws IllegalArgumentException if the property names none
     */
    static Engine wanted() {
        String name = System.getProperty(PROPERTY);
        if (name == null || name.isBlank()) {
            return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU ? CPU : GRAPH;
        }
        return named(name);
    }

    /**
     * Returns the engine of a name, in any case.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Engine named(String name) {
        for (Engine engine : values()) {
            if (engine.name().equalsIgnoreCase(name.strip())) {
                return engine;
            }
        }
        throw new IllegalArgumentException("unknown engine; " + PROPERTY + "=" + name + ", known=graph, cpu");
    }
}
