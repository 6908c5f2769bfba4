package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What causal linear attention carries from one part of a sequence to the next: for each batch item and head {@code S = Σ_j φ_j v_jᵀ} [M,Dv] and {@code z = Σ_j φ_j} [M], both in
 * units of exp(R) and decayed where attention is, Σ of the visible values [Dv], R, and the count of visible tokens. Its size does not grow with the tokens.
 *
 * <p>float32. Not thread-safe.
 */
public final class AttentionState {
    private static final int VERSION = 1;

    private final FloatBlock block;
    private final int heads; // B·H
    private final int columns;
    private final int valueSize;

    private AttentionState(FloatBlock block, int heads, int columns, int valueSize) {
        this.block = block;
        this.heads = heads;
        this.columns = columns;
        this.valueSize = valueSize;
    }

    /** Returns how many values the state of one batch item and head has: M·Dv + M + Dv + 2. */
    public static long length(int columns, int valueSize) {
        return CausalState.length(columns, valueSize);
    }

    /**
     * Returns the state at a sequence's start.
     *
     * @param heads B·H
     * @param columns M
     * @param valueSize Dv
     */
    public static AttentionState empty(int heads, int columns, int valueSize) {
        AttentionState state = over(FloatBlock.allocate(heads * length(columns, valueSize)), heads, columns, valueSize);
        state.clear();
        return state;
    }

    /**
     * Sees memory as a state, [B·H, length].
     *
     * @throws IllegalArgumentException if it is too short, or a size is not positive
     */
    public static AttentionState over(FloatBlock block, int heads, int columns, int valueSize) {
        if (heads < 1 || columns < 1 || valueSize < 1) {
            throw new IllegalArgumentException("sizes of a state must be positive; heads=" + heads + ", columns="
                    + columns + ", valueSize=" + valueSize);
        }
        long needed = heads * length(columns, valueSize);
        if (block.length() < needed) {
            throw new IllegalArgumentException(
                    "a state must lie in its memory; needed=" + needed + ", block=" + block.length());
        }
        return new AttentionState(block, heads, columns, valueSize);
    }

    /** Forgets all tokens. */
    public void clear() {
        for (int i = 0; i < heads; i++) {
            of(i).clear();
        }
    }

    /** Returns a copy with memory of its own. */
    public AttentionState copy() {
        AttentionState copy = empty(heads, columns, valueSize);
        float[] row = new float[Math.toIntExact(length(columns, valueSize))];
        for (int i = 0; i < heads; i++) {
            block.read(i * (long) row.length, row, 0, row.length);
            copy.block.write(i * (long) row.length, row, 0, row.length);
        }
        return copy;
    }

    /** Returns how many visible tokens a batch item and head has seen. */
    public int count(int head) {
        return of(head).count();
    }

    /** Writes version, sizes and values. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(heads);
        out.writeInt(columns);
        out.writeInt(valueSize);
        for (long i = 0; i < heads * length(columns, valueSize); i++) {
            out.writeFloat(block.get(i));
        }
    }

    /**
     * Reads values into this state.
     *
     * @throws IOException if the input is of another version, or of other sizes, or ends early
     */
    public void read(DataInput in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("a state must be of a known version; version=" + version + ", known=" + VERSION);
        }
        int[] sizes = {in.readInt(), in.readInt(), in.readInt()};
        if (sizes[0] != heads || sizes[1] != columns || sizes[2] != valueSize) {
            throw new IOException("a state must have the sizes of its attention; heads=" + sizes[0] + ", columns="
                    + sizes[1] + ", valueSize=" + sizes[2] + ", own=" + heads + ", " + columns + ", " + valueSize);
        }
        for (long i = 0; i < heads * length(columns, valueSize); i++) {
            block.set(i, in.readFloat());
        }
    }

    /** Returns the state of one batch item and head. */
    CausalState of(int head) {
        return new CausalState(block, head * length(columns, valueSize), columns, valueSize);
    }

    /** Checks sizes. */
    void require(String name, int wantedHeads, int wantedColumns, int wantedSize) {
        if (heads != wantedHeads || columns != wantedColumns || valueSize != wantedSize) {
            throw new IllegalArgumentException("a state must have the sizes of its attention; " + name + "=[" + heads
                    + "," + columns + "," + valueSize + "], attention=[" + wantedHeads + "," + wantedColumns + ","
                    + wantedSize + "]");
        }
    }
}
