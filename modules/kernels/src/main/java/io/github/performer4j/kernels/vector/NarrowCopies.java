package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;

/** Copies of parts shorter than a vector, in arrays; vectors move rows of all copies, which fill a vector at least. */
final class NarrowCopies {
    private static final int STEP = Float.BYTES;

    private final int size; // of a part
    private final int count; // of copies
    private final float[] part;
    private final float[] factors;
    private final float[] all; // of a row

    NarrowCopies(int size, int count) {
        this.size = size;
        this.count = count;
        part = new float[size];
        factors = new float[count];
        all = new float[size * count];
    }

    private void read(Matrix ofPart, Matrix ofFactors, int r) {
        ofPart.block().read(ofPart.at(r), part, 0, size);
        ofFactors.block().read(ofFactors.at(r), factors, 0, count);
    }

    /** The last vector ends where the row does, and writes again what the one before it wrote. */
    private int column(int i) {
        return Math.min(i, all.length - LANES);
    }

    void copy(Matrix ofPart, Matrix ofFactors, Matrix phi) {
        for (int r = 0; r < ofPart.rows(); r++) {
            read(ofPart, ofFactors, r);
            int k = 0;
            for (int i = 0; i < count; i++) {
                for (int l = 0; l < size; l++) {
                    all[k++] = factors[i] * part[l];
                }
            }
            Object view = phi.block().view(phi.at(r));
            int at = phi.block().byteIndex(phi.at(r));
            for (int i = 0; i < all.length; i += LANES) {
                int c = column(i);
                store(FloatVector.fromArray(SPECIES, all, c), view, at + c * STEP);
            }
        }
    }

    void gradient(
            Matrix ofPart, Matrix ofFactors, Matrix d, float[] a, Matrix z, float[] b, Matrix dPart, Matrix dFactors) {
        float[] sums = new float[size];
        Object zView = z.block().view(z.offset());
        int zAt = z.block().byteIndex(z.offset());
        for (int r = 0; r < ofPart.rows(); r++) {
            read(ofPart, ofFactors, r);
            Object view = d.block().view(d.at(r));
            int at = d.block().byteIndex(d.at(r));
            FloatVector weight = FloatVector.broadcast(SPECIES, a == null ? 1 : a[r]);
            float constant = b == null ? 0 : b[r];
            for (int i = 0; i < all.length; i += LANES) {
                int c = column(i);
                load(zView, zAt + c * STEP)
                        .fma(weight, load(view, at + c * STEP).add(constant))
                        .intoArray(all, c);
            }
            java.util.Arrays.fill(sums, 0);
            int k = 0;
            for (int i = 0; i < count; i++) {
                float sum = 0;
                for (int l = 0; l < size; l++) {
                    float g = all[k++];
                    sum += g * part[l];
                    sums[l] += g * factors[i];
                }
                all[i] = sum; // below k
            }
            dFactors.block().write(dFactors.at(r), all, 0, count);
            dPart.block().write(dPart.at(r), sums, 0, size);
        }
    }
}
