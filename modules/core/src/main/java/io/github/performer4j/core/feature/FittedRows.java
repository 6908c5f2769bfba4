package io.github.performer4j.core.feature;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Queries, or keys, in a graph, and the frames chosen for them.
 *
 * @param sd graph that is being built
 * @param x scaled rows, [BH,T,D]
 * @param w projection, [M,D]
 * @param parts of the frames: each of {@link FittedFeatures#parts} as [BH,rows,columns]; no gradient flows to them
 * @param marks the number of each row, [BH,T,1], 0 for padding; null for a map that gives none
 * @param queries whether the rows are queries; else keys
 * @param batchHeads B·H
 * @param tokens T
 * @param headSize D
 * @param columns M
 */
public record FittedRows(
        SameDiff sd,
        SDVariable x,
        SDVariable w,
        List<SDVariable> parts,
        SDVariable marks,
        boolean queries,
        long batchHeads,
        long tokens,
        int headSize,
        int columns) {

    /**
     * Returns keys of the same frames.
     *
     * @param rows scaled keys, [BH,Tk,D]
     * @param keyMarks theirs, [BH,Tk,1]; null for a map that gives none
     * @param keyTokens Tk
     */
    public FittedRows keys(SDVariable rows, SDVariable keyMarks, long keyTokens) {
        return new FittedRows(sd, rows, w, parts, keyMarks, false, batchHeads, keyTokens, headSize, columns);
    }
}
