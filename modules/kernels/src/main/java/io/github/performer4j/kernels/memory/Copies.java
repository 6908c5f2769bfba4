package io.github.performer4j.kernels.memory;

import io.github.performer4j.kernels.attention.AttentionElements;
import java.nio.ByteBuffer;

/** Several copies of a matrix beside each other, each with a factor of its own per row, and their gradient; in plain Java. */
public final class Copies {
    private static final int STEP = Float.BYTES;

    private Copies() {}

    /** As {@link AttentionElements#copies}. */
    public static void copy(Matrix part, Matrix factors, Matrix phi) {
        int size = part.columns() * STEP;
        for (int r = 0; r < part.rows(); r++) {
            ByteBuffer from = part.block().bytes(part.at(r));
            int at = part.block().byteIndex(part.at(r));
            ByteBuffer to = phi.block().bytes(phi.at(r));
            int toAt = phi.block().byteIndex(phi.at(r));
            for (int i = 0; i < factors.columns(); i++) {
                float factor = factors.block().get(factors.at(r) + i);
                for (int l = 0; l < size; l += STEP) {
                    to.putFloat(toAt + l, factor * from.getFloat(at + l));
                }
                toAt += size;
            }
        }
    }

    /** As {@link AttentionElements#copiesGradient}. */
    public static void gradient(
            Matrix part, Matrix factors, Matrix d, float[] a, Matrix z, float[] b, Matrix dPart, Matrix dFactors) {
        int size = part.columns() * STEP;
        ByteBuffer zs = z.block().bytes(z.offset());
        for (int r = 0; r < part.rows(); r++) {
            ByteBuffer from = part.block().bytes(part.at(r));
            int at = part.block().byteIndex(part.at(r));
            ByteBuffer to = dPart.block().bytes(dPart.at(r));
            int toAt = dPart.block().byteIndex(dPart.at(r));
            ByteBuffer db = d.block().bytes(d.at(r));
            int dAt = d.block().byteIndex(d.at(r));
            int zAt = z.block().byteIndex(z.offset());
            float weight = a == null ? 1 : a[r];
            float constant = b == null ? 0 : b[r];
            for (int i = 0; i < factors.columns(); i++) {
                float factor = factors.block().get(factors.at(r) + i);
                float sum = 0;
                for (int l = 0; l < size; l += STEP) {
                    float g = db.getFloat(dAt + l) + weight * zs.getFloat(zAt + l) + constant;
                    to.putFloat(toAt + l, (i == 0 ? 0 : to.getFloat(toAt + l)) + factor * g);
                    sum += g * from.getFloat(at + l);
                }
                dFactors.block().set(dFactors.at(r) + i, sum);
                dAt += size;
                zAt += size;
            }
        }
    }
}
