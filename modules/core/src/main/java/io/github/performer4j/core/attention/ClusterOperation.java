package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.ClusterFrame;
import io.github.performer4j.core.feature.ClusteredFeatures;
import io.github.performer4j.core.feature.Features;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Chooses the {@link ClusterFrame} of each batch item and head from scaled queries and keys, in double arithmetic. */
final class ClusterOperation extends HostOperation {
    private final ClusteredFeatures map;

    /**
     * The frames of all batch items and heads.
     *
     * @param queries diagonals A, [BH,n²,D]
     * @param keys diagonals A⁻¹, [BH,n²,D]
     * @param queryBlocks 1 where a query has features in a block, else 0, [BH,Tq,n²]; padded rows count as of cluster 0
     * @param keyBlocks the same of keys, [BH,Tk,n²]
     */
    record Clusters(SDVariable queries, SDVariable keys, SDVariable queryBlocks, SDVariable keyBlocks) {}

    private ClusterOperation(AttentionInput in, ClusteredFeatures map, SDVariable[] inputs, long[][] shapes) {
        super(in, inputs, shapes);
        this.map = map;
    }

    /**
     * Adds the operation.
     *
     * @param q scaled queries, [BH,Tq,D]
     * @param k scaled keys, [BH,Tk,D]
     */
    static Clusters define(AttentionInput in, ClusteredFeatures map, SDVariable q, SDVariable k) {
        long n = in.batchHeads();
        long blocks = map.blocks();
        long[][] shapes = {
            {n, blocks, in.headSize()},
            {n, blocks, in.headSize()},
            {n, in.tokens(), blocks},
            {n, in.keyTokens(), blocks}
        };
        SDVariable[] out = new ClusterOperation(in, map, withMasks(in, q, k), shapes).outputVariables();
        return new Clusters(out[0], out[1], out[2], out[3]);
    }

    /**
     * Defines the features of scaled rows x, [BH,T,D].
     *
     * @param tokens T
     * @param diagonals of queries or of keys
     * @param member of queries or of keys
     * @param w projection, [M,D]
     */
    static Features features(
            AttentionInput in,
            ClusteredFeatures map,
            SDVariable x,
            long tokens,
            SDVariable diagonals,
            SDVariable member,
            SDVariable w,
            int columns) {
        SameDiff sd = in.sd();
        int blocks = map.blocks();
        int each = columns / blocks;
        int d = in.headSize();
        SDVariable[] logs = new SDVariable[blocks];
        for (int b = 0; b < blocks; b++) {
            SDVariable y = x.mul(Tensors.rows(sd, diagonals, new long[] {in.batchHeads(), blocks, d}, b, b + 1L));
            SDVariable rows =
                    sd.stridedSlice(w, new long[] {(long) b * each, 0}, new long[] {(b + 1L) * each, d}, 1, 1); // [m,D]
            SDVariable wy = sd.mmul(y.reshape(in.batchHeads() * tokens, d), rows, false, true, false)
                    .reshape(in.batchHeads(), tokens, each);
            SDVariable log = wy.sub(sd.sum(y.mul(y), true, 2).mul(0.5));
            SDVariable inside = Tensors.columns(sd, member, new long[] {in.batchHeads(), tokens, blocks}, b, b + 1L);
            logs[b] = log.mul(inside).add(Tensors.maskLog(inside));
        }
        return map.define(sd, x, sd.concat(2, logs));
    }

    @Override
    protected void compute(double[][] inputs, double[][] outputs) {
        int n = map.clusters();
        int blocks = map.blocks();
        HeadRows queries = queries(inputs, 0);
        HeadRows keys = keys(inputs, 1);
        for (int i = 0; i < batchHeads; i++) {
            ClusterFrame frame = map.frame(queries.visible(i), keys.visible(i), size);
            for (int b = 0; b < blocks; b++) {
                for (int l = 0; l < size; l++) {
                    double a = frame.diagonals()[b][l];
                    outputs[0][(i * blocks + b) * size + l] = a;
                    outputs[1][(i * blocks + b) * size + l] = 1 / a;
                }
            }
            for (int t = 0; t < queries.tokens(); t++) {
                int query = queries.real(i, t) ? frame.queryCluster(queries.row(i, t)) : 0;
                for (int other = 0; other < n; other++) {
                    outputs[2][(i * queries.tokens() + t) * blocks + query * n + other] = 1;
                }
            }
            for (int t = 0; t < keys.tokens(); t++) {
                int key = keys.real(i, t) ? frame.keyCluster(keys.row(i, t)) : 0;
                for (int other = 0; other < n; other++) {
                    outputs[3][(i * keys.tokens() + t) * blocks + other * n + key] = 1;
                }
            }
        }
    }
}
