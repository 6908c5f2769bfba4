package io.github.performer4j.core.workspace;

import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.program.Segments.Segment;
import java.util.List;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Takes packed rows apart, a sequence in each row, and puts them together again: for what knows no packed rows, graphs among them. Batches of many numbers of sequences come in few shapes: S is rounded up
 * to a multiple of {@value #ROUND}, and rows beyond the sequences are padding.
 */
public final class PackedRows {
    private static final int ROUND = 4;

    private PackedRows() {}

    /** Returns what a packed array holds as one row for each sequence, [B,T,E] to [S,L,E] or [B,T] to [S,L], L the longest; 0 behind shorter ones. Lasting. */
    public static INDArray unpack(INDArray x, Segments segments) {
        List<Segment> all = segments.all();
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            INDArray rows =
                    Nd4j.zeros(x.dataType(), shape(x, (all.size() + ROUND - 1) / ROUND * ROUND, segments.longest()));
            INDArray whole = x.dup(
                    'c'); // M2.1 finds no part of a view that begins within its own length of its buffer's beginning
            each(segments, x.rank(), (packed, own) -> rows.get(own).assign(whole.get(packed)));
            return rows;
        }
    }

    /** Returns rows [S,L,E] or [S,L] as they were packed, [B,T,E] or [B,T]; 0 in padding. Lasting. */
    public static INDArray pack(INDArray rows, Segments segments) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            INDArray x = Nd4j.zeros(rows.dataType(), shape(rows, segments.batch(), segments.tokens()));
            INDArray whole = rows.dup('c'); // as above
            each(segments, rows.rank(), (packed, own) -> x.get(packed).assign(whole.get(own)));
            return x;
        }
    }

    /** Returns the mask of rows taken apart, [S,L]: 1 for a token and 0 behind shorter sequences. Lasting. */
    public static INDArray mask(Segments segments, DataType type) {
        try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            INDArray real = Nd4j.ones(type, segments.batch(), segments.tokens());
            return unpack(real, segments);
        }
    }

    private static long[] shape(INDArray like, long rows, long tokens) {
        return like.rank() == 2 ? new long[] {rows, tokens} : new long[] {rows, tokens, like.size(2)};
    }

    private static void each(Segments segments, int rank, BiConsumer<INDArrayIndex[], INDArrayIndex[]> work) {
        List<Segment> all = segments.all();
        for (int s = 0; s < all.size(); s++) {
            Segment one = all.get(s);
            int from = one.from() % segments.tokens();
            work.accept(
                    index(rank, one.from() / segments.tokens(), from, from + one.length()),
                    index(rank, s, 0, one.length()));
        }
    }

    private static INDArrayIndex[] index(int rank, long row, long from, long to) {
        INDArrayIndex[] index = new INDArrayIndex[rank];
        index[0] = NDArrayIndex.point(row);
        index[1] = NDArrayIndex.interval(from, to);
        if (rank > 2) {
            index[2] = NDArrayIndex.all();
        }
        return index;
    }
}
