package io.github.performer4j.benchmarks;

import io.github.performer4j.kernels.CpuKernels;
import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What runs inside an engine's process, for the engines written in Java.
 *
 * @param name {@code fused}, {@code graph}, {@code djl}, {@code libtorch}, {@code libtorch-bf16}, {@value #REFERENCE} or {@value #YARDSTICK}
 * @param sizes the case; ignored by the yardstick
 * @param inputs folder of the case's inputs
 */
public record Engines(String name, Case sizes, Path inputs) implements EngineLoop.Loader {
    /** Name of the yardstick, {@link Sgemm}, which is no engine but is run like one. */
    public static final String YARDSTICK = "sgemm";

    /** Name of the graph in float64, by which engines are judged; it is not timed. */
    public static final String REFERENCE = "reference";

    @Override
    public void prepare() {
        if (name.equals("djl")) {
            ai.djl.engine.Engine.getInstance();
        } else if (libtorch()) {
            LibtorchTensors.prepare(Integer.parseInt(System.getenv("OMP_NUM_THREADS")), !name.equals("libtorch"));
        } else if (name.equals("graph")
                || name.equals(REFERENCE)
                || name.equals("fused") && sizes.work() != Work.ATTENTION) {
            Nd4j.create(1).close();
        } else if (name.equals("fused")) {
            CpuKernels.shared();
        }
    }

    private boolean libtorch() {
        return name.equals("libtorch") || name.equals(Engine.LIBTORCH_BF16.label());
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if no engine of the name is written in Java
     */
    @Override
    public EngineWork load() throws IOException {
        return switch (name) {
            case "fused" -> sizes.work() == Work.ATTENTION ? new FusedAttention(sizes, inputs) : net(DataType.FLOAT);
            case "graph" -> graph(DataType.FLOAT);
            case REFERENCE -> graph(DataType.DOUBLE);
            case "djl" -> sizes.work() == Work.TRAIN ? new DjlTraining(sizes, inputs) : new DjlWork(sizes, inputs);
            case "libtorch", "libtorch-bf16" ->
                sizes.work() == Work.TRAIN ? new LibtorchTraining(sizes, inputs) : new LibtorchWork(sizes, inputs);
            case YARDSTICK -> new Sgemm();
            default -> throw new IllegalArgumentException("no engine of this name is written in Java; engine=" + name);
        };
    }

    private EngineWork graph(DataType type) throws IOException {
        return sizes.work() == Work.ATTENTION ? new GraphAttention(sizes, inputs, type) : net(type);
    }

    private EngineWork net(DataType type) throws IOException {
        return sizes.work() == Work.BLOCK ? new BlockNet(sizes, inputs, type) : new TrainingNet(sizes, inputs, type);
    }
}
