package io.github.performer4j.kernels;

/** Checks of shapes that the attention kernels share. */
final class Shapes {
    private Shapes() {}

    static void attention(Heads q, Heads k, Heads v, FloatBlock mask, boolean causal) {
        if (q == null || k == null || v == null) {
            throw new IllegalArgumentException("q, k and v must be given; q=" + q + ", k=" + k + ", v=" + v);
        }
        boolean fits = q.batch() == k.batch()
                && q.batch() == v.batch()
                && q.heads() == k.heads()
                && q.heads() == v.heads()
                && q.size() == k.size()
                && k.tokens() == v.tokens();
        if (!fits) {
            throw new IllegalArgumentException("q must be [B,H,Tq,D], k [B,H,Tk,D] and v [B,H,Tk,Dv]; q=" + shape(q)
                    + ", k=" + shape(k) + ", v=" + shape(v));
        }
        if (causal && q.tokens() != k.tokens()) {
            throw new IllegalArgumentException(
                    "causal attention needs as many queries as keys; Tq=" + q.tokens() + ", Tk=" + k.tokens());
        }
        if (mask != null && mask.length() < (long) k.batch() * k.tokens()) {
            throw new IllegalArgumentException(
                    "mask must be [B,Tk]; mask=" + mask.length() + ", B=" + k.batch() + ", Tk=" + k.tokens());
        }
    }

    /** Checks that an array has the shape of another. */
    static void like(String name, Heads x, Heads wanted, int size) {
        if (x == null
                || x.batch() != wanted.batch()
                || x.heads() != wanted.heads()
                || x.tokens() != wanted.tokens()
                || x.size() != size) {
            throw new IllegalArgumentException(name + " must be [" + wanted.batch() + "," + wanted.heads() + ","
                    + wanted.tokens() + "," + size + "]; " + name + "=" + (x == null ? "null" : shape(x)));
        }
    }

    /** Checks that a block is long enough. */
    static void saved(FloatBlock saved, long wanted) {
        if (saved == null || saved.length() < wanted) {
            throw new IllegalArgumentException("saved must have room for what backward needs; needed=" + wanted
                    + ", saved=" + (saved == null ? "null" : saved.length()));
        }
    }

    /** Checks what positive features take from their data. */
    static void frames(FeatureFrames frames, FeatureKernel features, Matrix w, Heads q) {
        if (!(features instanceof FeatureKernel.Positive positive) || !positive.projected() || w != null) {
            throw new IllegalArgumentException("frames go with positive features and hold their projections; features="
                    + features + ", w=" + (w == null ? "null" : "given"));
        }
        long wanted = FeatureFrames.length(frames.draws(), frames.size(), frames.coordinates()) * q.batch() * q.heads();
        if (frames.size() != q.size() || frames.block().length() < wanted) {
            throw new IllegalArgumentException("frames must be B·H sets of size D; size=" + frames.size() + ", D="
                    + q.size() + ", needed=" + wanted + ", block="
                    + frames.block().length());
        }
    }

    static String shape(Heads x) {
        return "[" + x.batch() + "," + x.heads() + "," + x.tokens() + "," + x.size() + "]";
    }
}
