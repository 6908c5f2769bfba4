package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/** What runs inside an engine's process, for the engines written in Java. */
public final class Engines {
    /** Name of the yardstick, {@link Sgemm}, which is no engine but is run like one. */
    public static final String YARDSTICK = "sgemm";

    private Engines() {}

    /**
     * Loads a case into an engine.
     *
     * @param name {@code fused}, {@code graph}, {@code djl} or {@value #YARDSTICK}
     * @param sizes the case; ignored by the yardstick
     * @param inputs folder of the case's inputs
     * @throws IllegalArgumentException if no engine of that name is written in Java
     */
    public static EngineWork load(String name, Case sizes, Path inputs) throws IOException {
        return switch (name) {
            case "fused" -> sizes.work() == Work.ATTENTION ? new FusedAttention(sizes, inputs) : net(sizes, inputs);
            case "graph" -> sizes.work() == Work.ATTENTION ? new GraphAttention(sizes, inputs) : net(sizes, inputs);
            case "djl" -> sizes.work() == Work.TRAIN ? new DjlTraining(sizes, inputs) : new DjlWork(sizes, inputs);
            case YARDSTICK -> new Sgemm();
            default -> throw new IllegalArgumentException("no engine of this name is written in Java; engine=" + name);
        };
    }

    private static EngineWork net(Case sizes, Path inputs) throws IOException {
        return sizes.work() == Work.BLOCK ? new BlockNet(sizes, inputs) : new TrainingNet(sizes, inputs);
    }
}
