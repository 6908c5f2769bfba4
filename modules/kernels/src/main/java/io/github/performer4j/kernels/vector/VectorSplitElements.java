package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.storeHalves;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.SplitElements;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@link SplitElements} on vectors. */
public final class VectorSplitElements implements SplitElements {
    /** Bits of bfloat16 values, as those of float32. */
    private static final int KEPT = -1 << DROPPED;

    private static final int MAGNITUDE = 0x7fffffff;
    private static final int INFINITE = 0x7f800000;

    @Override
    public void split(Matrix a, FloatBlock out, long high, long again, long low, long stride) {
        int full = SPECIES.loopBound(a.columns());
        for (int r = 0; r < a.rows(); r++) {
            long from = a.at(r);
            long row = r * stride;
            Object view = a.block().view(from);
            int at = a.block().byteIndex(from);
            Object first = out.view((high + row) / 2);
            int firstAt = SplitElements.byteIndex(out, high + row);
            Object second = out.view((again + row) / 2);
            int secondAt = SplitElements.byteIndex(out, again + row);
            Object third = out.view((low + row) / 2);
            int thirdAt = SplitElements.byteIndex(out, low + row);
            for (int k = 0; k < full; k += LANES) {
                FloatVector x = load(view, at + k * Float.BYTES);
                IntVector hi = rounded(x);
                storeHalves(hi, first, firstAt + k * Short.BYTES);
                storeHalves(hi, second, secondAt + k * Short.BYTES);
                FloatVector rest = x.sub(hi.and(KEPT).reinterpretAsFloats());
                storeHalves(rounded(rest), third, thirdAt + k * Short.BYTES);
            }
            for (int k = full; k < a.columns(); k++) {
                SplitElements.split(a.block().get(from + k), out, high + row + k, again + row + k, low + row + k);
            }
        }
    }

    /** Returns values rounded to bfloat16 in the upper half of each lane; what the lower half holds is worth nothing. */
    private static IntVector rounded(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector odd = bits.lanewise(VectorOperators.LSHR, DROPPED).and(1);
        IntVector up = bits.add(odd).add(BELOW_HALF);
        return up.blend(NAN << DROPPED, bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITE));
    }
}
