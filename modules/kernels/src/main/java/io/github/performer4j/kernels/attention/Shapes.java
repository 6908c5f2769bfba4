package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;

/** Checks of shapes that the attention kernels share. */
public final class Shapes {
    private Shapes() {}

    public static void attention(Heads q, Heads k, Heads v, FloatBlock mask, boolean causal) {
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
    public static void like(String name, Heads x, Heads wanted, int size) {
        if (x == null
                || x.batch() != wanted.batch()
                || x.heads() != wanted.heads()
                || x.tokens() != wanted.tokens()
                || x.size() != size) {
            throw new IllegalArgumentException(name + " must be [" + wanted.batch() + "," + wanted.heads() + ","
                    + wanted.tokens() + "," + size + "]; " + name + "=" + (x == null ? "null" : shape(x)));
        }
    }

    /** Checks decay of some heads. */
    static void decay(Heads decay, Heads q, Heads k) {
        if (q.tokens() != k.tokens()) {
            throw new IllegalArgumentException(
                    "decay needs as many queries as keys; Tq=" + q.tokens() + ", Tk=" + k.tokens());
        }
        if (decay.batch() != k.batch()
                || decay.heads() > k.heads()
                || decay.tokens() != k.tokens()
                || decay.size() != 1) {
            throw new IllegalArgumentException("decay must be [" + k.batch() + ",1…" + k.heads() + "," + k.tokens()
                    + ",1]; decay=" + shape(decay));
        }
    }

    /** Checks that a block is long enough. */
    public static void saved(FloatBlock saved, long wanted) {
        if (saved == null || saved.length() < wanted) {
            throw new IllegalArgumentException("saved must have room for what backward needs; needed=" + wanted
                    + ", saved=" + (saved == null ? "null" : saved.length()));
        }
    }

    /** Checks what features take from their data. */
    static void frames(Frames frames, FeatureKernel features, Matrix w, Heads q, Heads k) {
        if (!frames.fits(features) || frames.projects() == (w != null)) {
            throw new IllegalArgumentException(
                    "frames go with features of their kind, and hold their projections or not; frames="
                            + frames.getClass().getSimpleName() + ", features=" + features + ", w="
                            + (w == null ? "null" : "given"));
        }
        int sets = frames.sets(q.batch(), q.heads());
        long wanted = frames.setLength() * sets;
        boolean shared = sets == 1 || sets == q.heads() || sets == q.batch() * q.heads();
        if (!shared || frames.size() != q.size() || frames.block().length() < wanted) {
            throw new IllegalArgumentException("frames must be B·H, H or 1 sets of size D; sets=" + sets + ", B="
                    + q.batch() + ", H=" + q.heads() + ", size=" + frames.size() + ", D=" + q.size() + ", needed="
                    + wanted + ", block=" + frames.block().length());
        }
        frames.check(w, q, k);
    }

    static String shape(Heads x) {
        return "[" + x.batch() + "," + x.heads() + "," + x.tokens() + "," + x.size() + "]";
    }
}
