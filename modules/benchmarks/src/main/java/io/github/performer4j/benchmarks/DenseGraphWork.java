package io.github.performer4j.benchmarks;

import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.SparseMatrix;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The attention of {@link GraphNetWork} as it is usually written: scores as a matrix [N,N] for each head, times the mask; products by ND4J, gradients by hand, but for those of the mask, which stays as it is. */
final class DenseGraphWork implements GraphBench.GraphWork {
    private static final int MATRICES = 5; // of [N,N] at once: mask, scores, weights, two of derivatives

    private final Map<String, INDArray> p;
    private final INDArray x; // [N,E]
    private final INDArray error;
    private final INDArray mask; // [N,N]
    private final int heads;
    private final int size; // D
    private final double scale; // of queries and keys

    DenseGraphWork(GraphBench sizes, GraphFactor factor, GraphNetWork same) {
        p = same.parameters();
        x = same.input();
        error = same.error();
        heads = sizes.heads();
        size = sizes.width() / heads;
        scale = GraphNetWork.MAP.inputScale(size, GraphNetWork.MAP.columns(sizes.features(), size));
        mask = Nd4j.create(dense(factor), new long[] {factor.nodes(), factor.nodes()}, 'c');
    }

    /** Returns K = Φ Φ'ᵀ, [N,N], row-major. */
    private static float[] dense(GraphFactor factor) {
        double[] f = GraphMasks.weights(factor);
        int n = factor.nodes();
        float[] k = new float[Math.multiplyExact(n, n)];
        SparseMatrix right = factor.right().mix(f).transposed();
        factor.left().mix(f).forEach((i, u, a) -> {
            for (int e = right.begin(u); e < right.end(u); e++) {
                k[i * n + right.column(e)] += (float) (a * right.value(e));
            }
        });
        return k;
    }

    static long bytes(long nodes) {
        return MATRICES * Float.BYTES * nodes * nodes;
    }

    private INDArray product(INDArray rows, String name) {
        return rows.mmul(p.get("W" + name))
                .addiRowVector(p.get("b" + name).reshape(1, p.get("b" + name).length()));
    }

    private INDArray head(INDArray rows, int h) {
        return rows.get(NDArrayIndex.all(), NDArrayIndex.interval(h * size, (h + 1) * size));
    }

    @Override
    public INDArray forward() {
        return run(false);
    }

    @Override
    public void both() {
        run(true);
    }

    private INDArray run(boolean back) {
        INDArray w = p.get("projection"); // [M,D]
        INDArray q = product(x, "q");
        INDArray k = product(x, "k");
        INDArray v = product(x, "v");
        INDArray attended = Nd4j.createUninitialized(x.dataType(), x.shape());
        INDArray[] gradients = {q.like(), k.like(), v.like()};
        INDArray dAttended = back ? error.mmul(p.get("Wo").transpose()) : null;
        for (int h = 0; h < heads; h++) {
            INDArray pq = head(q, h).mmul(w.transpose()).muli(scale);
            INDArray pk = head(k, h).mmul(w.transpose()).muli(scale);
            INDArray phiQ = Transforms.relu(pq, true);
            INDArray phiK = Transforms.relu(pk, true);
            INDArray weights = phiQ.mmul(phiK.transpose()).muli(mask); // [N,N]
            INDArray sums = weights.sum(true, 1); // [N,1]
            weights.diviColumnVector(sums);
            INDArray out = weights.mmul(head(v, h));
            head(attended, h).assign(out);
            if (back) {
                INDArray e = head(dAttended, h).dup();
                head(gradients[2], h).assign(weights.transpose().mmul(e));
                INDArray own = e.mul(out).sum(true, 1);
                INDArray d = e.mmul(head(v, h).transpose())
                        .subiColumnVector(own)
                        .muli(mask)
                        .diviColumnVector(sums);
                INDArray dq = d.mmul(phiK).muli(pq.gt(0).castTo(pq.dataType()));
                INDArray dk = d.transpose().mmul(phiQ).muli(pk.gt(0).castTo(pk.dataType()));
                head(gradients[0], h).assign(dq.mmul(w).muli(scale));
                head(gradients[1], h).assign(dk.mmul(w).muli(scale));
                dq.transpose().mmul(head(q, h)).addi(dk.transpose().mmul(head(k, h)));
            }
        }
        if (back) {
            attended.transpose().mmul(error);
            INDArray dx = x.like();
            String[] names = {"q", "k", "v"};
            for (int i = 0; i < names.length; i++) {
                x.transpose().mmul(gradients[i]);
                gradients[i].sum(0);
                dx.addi(gradients[i].mmul(p.get("W" + names[i]).transpose()));
            }
        }
        return product(attended, "o");
    }
}
