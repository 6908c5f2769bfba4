package io.github.performer4j.core.engine;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What runs the programs of layers. Found by {@link java.util.ServiceLoader}: a jar with a public class, its public
 * constructor without parameters, and the class's name in
 * {@code META-INF/services/io.github.performer4j.core.engine.Engine} is enough; {@link Engines} chooses.
 *
 * <p>An engine computes what {@code graph} computes (SameDiff; it covers every program in float32 and float64 on
 * every ND4J backend), up to rounding: values, and all gradients. Draws are
 * functions of their keys, which the {@link ProgramPass} hands out, so that they are the same on every engine.
 */
public interface Engine {

    /**
     * Returns its name in {@code performer4j.engine}, in log and run records: lower-case letters, digits and hyphens.
     */
    String name();

    /**
     * Returns its place: of the engines that run a net's type the one of the highest rank is chosen, and where it
     * does not cover a program the next one that does. Those of negative rank run
     * only where they are asked for by name. Ours are graph, 0, and cpu, 100.
     */
    int rank();

    /**
     * Returns whether it can run nets of a type in this process, by the hardware and the ND4J backend that there are.
     *
     * @param type float32 or float64
     */
    boolean runs(DataType type);

    /**
     * Returns what of a program it does not cover, as {@code operation=…, option=…}; empty if it covers all.
     *
     * @param type one that it {@link #runs}
     */
    Optional<String> uncovered(LayerProgram program, DataType type);

    /**
     * Makes what runs a program in one layer of a net, which calls it from one thread at a time.
     *
     * @param program one that it covers
     * @param type one that it runs
     * @return empty if the layer is to run as the SameDiff graph that each layer defines
     */
    Optional<ProgramRunner> prepare(LayerProgram program, DataType type);

    /**
     * Returns what of an output layer it does not cover, as above; by default, all of it.
     *
     * @param type one that it {@link #runs}
     */
    default Optional<String> uncovered(LossProgram program, DataType type) {
        return Optional.of("losses of tokens");
    }

    /**
     * Makes what runs an output layer of a net, which calls it from one thread at a time.
     *
     * @param program one that it covers
     * @param type one that it runs
     * @return empty if the layer is to run as the SameDiff graph that each layer defines
     */
    default Optional<LossRunner> prepare(LossProgram program, DataType type) {
        return Optional.empty();
    }

    /** Returns whether it has memory of its own, in which {@link #stepper} may train a net. */
    default boolean ownMemory() {
        return false;
    }

    /**
     * Makes what trains a net in this engine's own memory.
     *
     * @param program what the net computes, of its layers
     * @param net whose parameters and updater's state it takes and brings back
     * @return empty for an engine that has no memory of its own, by default, or if it does not cover all of the program: layers are then run one by one
     */
    default Optional<Stepper> stepper(NetProgram program, ComputationGraph net) {
        return Optional.empty();
    }

    /**
     * Returns whether training a net in this engine's own memory takes {@linkplain Stepper.Rows packed rows}, as cannot be where the engine has a stepper for it that does not; by default not.
     *
     * @param program what the net computes
     */
    default boolean packs(NetProgram program) {
        return false;
    }

    /**
     * Returns whether what is no program (updaters, and walks from token to token) runs on the processor's kernels
     * beside it, else by ND4J's operations.
     *
     * @param type one that it runs
     */
    default boolean kernelsBeside(DataType type) {
        return type == DataType.FLOAT && Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
    }

    /**
     * Returns on what else the last bits of its results depend, as {@code device=…, precision=…}, beside the kernels'
     * products; empty for nothing.
     */
    default Optional<String> arithmetic() {
        return Optional.empty();
    }
}
