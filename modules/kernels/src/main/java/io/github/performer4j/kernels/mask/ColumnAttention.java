package io.github.performer4j.kernels.mask;

/**
 * {@link MaskedAttention} under any mask, by its products with fields.
 *
 * <p>{@code S_i = φ(q_i)ᵀ [K (φ(k) ⊗ v)]_i}: for each feature m one product of K with [T,C]. Features go together in blocks, in O(T·(C + {@value #COLUMNS})) memory. Backward computes the
 * forward products again. Source: arXiv 2107.07999.
 */
final class ColumnAttention implements MaskedAttention {
    private static final int COLUMNS = 64; // of a block, about

    private final Mask mask;
    private final int places;
    private final int features;
    private final int columns;
    private final int block; // features that go together

    /**
     * Says sizes.
     *
     * @param features M
     * @param columns C of values
     */
    ColumnAttention(Mask mask, int features, int columns) {
        this.mask = mask;
        places = mask.size();
        this.features = features;
        this.columns = columns;
        block = Math.max(1, COLUMNS / columns);
    }

    @Override
    public void forward(int head, double[] q, double[] k, double[] v, double[] sums) {
        Block b = null;
        for (int from = 0; from < features; from += block) {
            b = block(b, from);
            b.load(head, k, v, from);
            mask.times(b.x, b.n, b.y);
            for (int i = 0; i < places; i++) {
                for (int m = 0; m < b.width; m++) {
                    add(q[phi(head, i, from + m)], b.y, i * b.n + m * columns, sums, value(head, i), columns);
                }
            }
        }
    }

    @Override
    public void backward(
            int head,
            double[] q,
            double[] k,
            double[] v,
            double[] error,
            double[] dq,
            double[] dk,
            double[] dv,
            double[] dParameters) {
        Block b = null;
        double[] u = null; // error ⊗ φ(q)
        double[] dx = null; // Kᵀ u
        for (int from = 0; from < features; from += block) {
            b = block(b, from);
            if (u == null || u.length != b.x.length) {
                u = new double[b.x.length];
                dx = new double[b.x.length];
            }
            b.load(head, k, v, from);
            for (int i = 0; i < places; i++) {
                for (int m = 0; m < b.width; m++) {
                    set(q[phi(head, i, from + m)], error, value(head, i), u, i * b.n + m * columns, columns);
                }
            }
            mask.backward(b.x, u, b.n, b.y, dx, dParameters);
            for (int i = 0; i < places; i++) {
                for (int m = 0; m < b.width; m++) {
                    int row = i * b.n + m * columns;
                    int place = phi(head, i, from + m);
                    dq[place] = dot(error, value(head, i), b.y, row, columns);
                    dk[place] = dot(dx, row, v, value(head, i), columns);
                    add(k[place], dx, row, dv, value(head, i), columns);
                }
            }
        }
    }

    private int phi(int head, int place, int feature) {
        return (head * places + place) * features + feature;
    }

    private int value(int head, int place) {
        return (head * places + place) * columns;
    }

    private Block block(Block before, int from) {
        int width = Math.min(block, features - from);
        return before != null && before.width == width ? before : new Block(width);
    }

    private static double dot(double[] a, int atA, double[] b, int atB, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += a[atA + i] * b[atB + i];
        }
        return sum;
    }

    private static void set(double factor, double[] from, int atFrom, double[] to, int atTo, int n) {
        for (int i = 0; i < n; i++) {
            to[atTo + i] = factor * from[atFrom + i];
        }
    }

    private static void add(double factor, double[] from, int atFrom, double[] to, int atTo, int n) {
        for (int i = 0; i < n; i++) {
            to[atTo + i] += factor * from[atFrom + i];
        }
    }

    /** Fields of a block of features, each [T,width·C]: x = φ(k) ⊗ v, y = K x. */
    private final class Block {
        private final int width;
        private final int n;
        private final double[] x;
        private final double[] y;

        Block(int width) {
            this.width = width;
            n = width * columns;
            int length = Math.multiplyExact(places, n);
            x = new double[length];
            y = new double[length];
        }

        void load(int head, double[] k, double[] v, int from) {
            for (int j = 0; j < places; j++) {
                for (int m = 0; m < width; m++) {
                    set(k[phi(head, j, from + m)], v, value(head, j), x, j * n + m * columns, columns);
                }
            }
        }
    }
}
