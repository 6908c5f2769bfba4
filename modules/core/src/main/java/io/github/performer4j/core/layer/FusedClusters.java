package io.github.performer4j.core.layer;

import io.github.performer4j.core.feature.ClusterFrame;
import io.github.performer4j.core.feature.ClusteredFeatures;
import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.ClusterFrames;
import io.github.performer4j.kernels.FloatBlock;
import io.github.performer4j.kernels.Heads;
import io.github.performer4j.kernels.Matrix;
import java.util.function.ToIntFunction;

/** The {@link ClusterFrame}s of a pass, one for each batch item and head, in double arithmetic, and the cluster of each row. */
final class FusedClusters implements FusedFitting {
    private final FusedPass pass;
    private final ClusteredFeatures map;
    private final int sets;
    private final int headSize;
    private final double scale;

    FusedClusters(FusedPass pass, ClusteredFeatures map, int heads, int headSize, double scale) {
        this.pass = pass;
        this.map = map;
        this.sets = pass.batch * heads;
        this.headSize = headSize;
        this.scale = scale;
    }

    @Override
    public ClusterFrames last(int features) {
        int n = map.clusters();
        return new ClusterFrames(
                pass.block(Part.FRAMES, ClusterFrames.length(headSize, n, n) * sets),
                clusters(pass.queries(), Part.QUERY_CLUSTERS),
                clusters(pass, Part.KEY_CLUSTERS),
                features,
                headSize,
                n,
                n);
    }

    private FloatBlock clusters(FusedPass side, Part part) {
        return side.block(part, (long) sets * side.tokens);
    }

    @Override
    public void choose(Heads q, Heads k, Matrix w) {
        ClusterFrames frames = last(w.rows());
        pass.kernels.tasks(sets, i -> {
            double[][] queries = DoubleRows.visible(q, pass.queries().mask, i, scale);
            double[][] keys = DoubleRows.visible(k, pass.mask, i, scale);
            ClusterFrame frame = map.frame(queries, keys, headSize);
            DoubleRows.write(frame.diagonals(), frames.diagonals(i));
            assign(pass.queries(), q, queries, frame::queryCluster, frames.queryClusters(), i);
            assign(pass, k, keys, frame::keyCluster, frames.keyClusters(), i);
        });
    }

    /** Writes the cluster of each token; 0 for padding. */
    private static void assign(
            FusedPass side, Heads x, double[][] rows, ToIntFunction<double[]> cluster, FloatBlock out, int index) {
        int next = 0;
        for (int t = 0; t < side.tokens; t++) {
            boolean real = DoubleRows.real(x, side.mask, index, t);
            out.set((long) index * side.tokens + t, real ? cluster.applyAsInt(rows[next++]) : 0);
        }
    }
}
