package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.mask.Offsets;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * b of {@link RelativePositions} as a matrix, {@code b[h, t, j] = b[h, j − t]}, O(T²) as all of exact attention in a graph: kernels have b by offset only.
 *
 * <p>A Toeplitz matrix by reshapes alone, since the gradient of SameDiff's gather takes minutes: w [n] holds b by offset, n = Tq + Tk − 1; Tq copies of [w, 0], read on in rows of n, begin one
 * place later in each, so element (t, Tq − 1 + j) is w at Tq − 1 + j − t.
 */
public final class RelativeBias {
    private RelativeBias() {}

    /**
     * Defines the matrix.
     *
     * @param table b, [H,P]
     * @param heads H
     * @param batch B
     * @param queries Tq, the last of the keys' places
     * @param keys Tk
     * @return [BH,Tq,Tk]
     */
    public static SDVariable define(
            SameDiff sd,
            SDVariable table,
            Offsets offsets,
            int heads,
            long batch,
            long queries,
            long keys,
            DataType type) {
        long n = queries + keys - 1;
        SDVariable w = sd.concat(
                1, byOffset(sd, table, offsets, heads, queries, keys, type), Tensors.zeros(sd, type, heads, 1));
        SDVariable copies = w.reshape(heads, 1, n + 1).mul(Tensors.full(sd, type, 1, 1, queries, 1)); // [H,Tq,n+1]
        SDVariable flat = copies.reshape(heads, 1, queries * (n + 1));
        SDVariable shifted = Tensors.columns(sd, flat, new long[] {heads, 1, queries * (n + 1)}, 0, queries * n)
                .reshape(heads, queries, n);
        SDVariable matrix = Tensors.columns(sd, shifted, new long[] {heads, queries, n}, queries - 1, n); // [H,Tq,Tk]
        return matrix.reshape(1, heads, queries, keys)
                .mul(Tensors.full(sd, type, 1, batch, 1, 1, 1))
                .reshape(batch * heads, queries, keys);
    }

    /** Returns b for each offset from 1 − Tk to Tq − 1, [H,n]. */
    private static SDVariable byOffset(
            SameDiff sd, SDVariable table, Offsets offsets, int heads, long queries, long keys, DataType type) {
        int[] parameters = offsets.table(Math.toIntExact(queries), Math.toIntExact(keys));
        int count = offsets.parameters();
        if (offsets.buckets() > 0) {
            INDArray chosen = Nd4j.zeros(type, count, parameters.length);
            for (int u = 0; u < parameters.length; u++) {
                chosen.putScalar(parameters[u], u, 1);
            }
            return sd.mmul(table, sd.constant(chosen));
        }
        int first = parameters[0]; // single offsets: a run of parameters, and the outermost again and again
        int last = parameters[parameters.length - 1];
        int before = 0;
        while (before + 1 < parameters.length && parameters[before + 1] == first) {
            before++;
        }
        int behind = parameters.length - before - (last - first + 1);
        SDVariable w = slice(sd, table, heads, count, first, last + 1);
        if (before > 0) {
            w = sd.concat(
                    1, slice(sd, table, heads, count, first, first + 1).mul(Tensors.full(sd, type, 1, 1, before)), w);
        }
        if (behind > 0) {
            w = sd.concat(
                    1, w, slice(sd, table, heads, count, last, last + 1).mul(Tensors.full(sd, type, 1, 1, behind)));
        }
        return w;
    }

    /** Returns some columns of [H,P]; as rank 3, because the gradient of M2.1's slices of one row as a matrix fails. */
    private static SDVariable slice(SameDiff sd, SDVariable table, int heads, int count, int from, int to) {
        long[] shape = {heads, 1, count};
        return Tensors.columns(sd, table.reshape(heads, 1, count), shape, from, to)
                .reshape(heads, (long) to - from);
    }
}
