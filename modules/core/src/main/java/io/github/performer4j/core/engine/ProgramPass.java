package io.github.performer4j.core.engine;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One pass of a program, as a {@link ProgramRunner} sees it: shapes, parameters, draws, and what is carried from part
 * to part of a sequence. Layers make it; matrices are float32, row-major, in the
 * process's memory, and not to be kept beyond the pass.
 */
public interface ProgramPass {

    /** Returns B. */
    int batch();

    /** Returns T of a side, padding included. */
    int tokens(int side);

    /** Returns 1 for real tokens and 0 for padding of a side, [B,T]; null if all are real. */
    FloatBlock mask(int side);

    /** Returns where the sequences of packed rows lie; null if there is one in each row. Only runners that {@link ProgramRunner#packs pack} see such rows. */
    default Segments segments() {
        return null;
    }

    /** Returns the token ids of a side, [B·T], 0 where padded; null for a side of rows. */
    int[] ids(int side);

    /** Returns whether entries are dropped. */
    boolean training();

    /** Returns whether a backward pass may follow, or is this one. */
    boolean keeps();

    /** Returns a parameter of the program, [in,out] or [1,n]. */
    Matrix parameter(String name);

    /** Returns where the gradient of a parameter is written in a backward pass, of the parameter's shape. */
    Matrix gradient(String name);

    /** Returns W of an attention, [draws,D], learned or drawn; null if its feature map has none. */
    Matrix projection(Op.Attend op);

    /**
     * Returns the key of a dropout's draws: {@link io.github.performer4j.kernels.layer.LayerElements#dropout} says how
     * entries follow from it.
     */
    long dropoutKey(Op.Drop op);

    /** Returns how many tokens came before this part of a sequence: 0 for a whole one. */
    long offset();

    /** Returns whether this is a part of a sequence, so that operations go on with the state of the parts before. */
    boolean part();

    /**
     * Returns what an operation left at the end of the part before.
     *
     * @param name of the state; see {@link Op.Convolve#state} and {@link
     *     io.github.performer4j.core.attention.CarriedLinearAttention#name}
     * @param shape [B,…]
     * @return null at the sequence's start
     * @throws IllegalArgumentException if the state is of another batch or layer
     */
    INDArray before(String name, long... shape);

    /**
     * Returns where an operation leaves its state for the next part, [B,…] float32: lasting, to be written in this
     * forward pass.
     */
    INDArray after(String name, long... shape);

    /** Returns whether moments of queries and keys are to be handed out although it is not training. */
    boolean collecting();

    /**
     * Hands out moments of queries and keys.
     *
     * @param name of the parameter that keeps them, with its scope
     * @param sums over batch and real tokens, for each head: count, Σx, Σxxᵀ of queries, then of keys
     */
    void collect(String name, double[][] sums);

    /** Counts rows of attention whose denominator underflowed. */
    void addUnderflows(long count);
}
