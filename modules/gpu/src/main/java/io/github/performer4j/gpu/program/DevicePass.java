package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.memory.Matrix;

/** What a pass of a program reads beside its values: shapes, parameters, masks and draws, on the device; addresses of float32, 0 for none. */
public interface DevicePass {

    /** Returns B. */
    int batch();

    /** Returns T of a side. */
    int tokens(int side);

    /** Returns the number of the pass's first row in the whole array, for draws. */
    default long firstRow() {
        return 0;
    }

    /** Returns 1 for real tokens and 0 for padding of a side, [B,T]. */
    long mask(int side);

    /** Returns the token ids of a side, int32 [B·T]; a side of rows has none. */
    long ids(int side);

    /** Returns them in the order of ids. */
    IdOrder.There order(int side, int vocabulary);

    /** Returns the places of the tokens of packed rows in their sequences, int32 [B·T], see {@link PackedPlaces}; 0 where there is a sequence in each row. */
    long places(int side);

    /** Returns tokens of packed rows in the order of their places, a group for each of T places; addresses 0 where there is a sequence in each row. */
    IdOrder.There placeOrder(int side);

    /** Returns a number of tokens that decides as that of the longest sequence does whether attention is exact. */
    int longest(int side);

    /** Returns whether entries are dropped. */
    boolean training();

    /** Returns a parameter. */
    long parameter(String name);

    /** Returns a parameter on the host, [in,out], for what is made of it there. */
    Matrix host(String name);

    /** Returns where the gradient of a parameter is written. */
    long gradient(String name);

    /** Returns W of an attention, [draws,D], learned or drawn. */
    long projection(Op.Attend op);

    /** Returns W that was drawn for an attention, [draws][D], on the host. */
    double[][] drawn(Op.Attend op);

    /** Returns where the key of a dropout's draws lies, int64. */
    long dropoutKey(Op.Drop op);

    /** Returns how many tokens came before this part of a sequence. */
    long offset();

    /** Returns whether this is a part of a sequence. */
    boolean part();

    /** Returns what an operation left at the end of the part before; 0 at the sequence's start. */
    long before(String name, long... shape);

    /** Returns where an operation leaves its state for the next part. */
    long after(String name, long... shape);

    /** Returns whether rows of attention whose denominator underflowed are counted, for which the pass is waited for. */
    default boolean countsUnderflows() {
        return true;
    }

    /** Returns whether moments of queries and keys are to be handed out although it is not training. */
    default boolean collecting() {
        return false;
    }

    /** Hands out moments of queries and keys: see {@link io.github.performer4j.core.engine.ProgramPass#collect}. */
    void collect(String name, double[][] sums);

    /** Counts rows of attention whose denominator underflowed. */
    void addUnderflows(long count);
}
