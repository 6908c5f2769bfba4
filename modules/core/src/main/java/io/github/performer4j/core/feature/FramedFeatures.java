package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.attention.FeatureFrames;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Positive features in a {@link Frame}: what they share.
 *
 * <p>Attention executes them as positive features with rows, constants and coordinates of their own for each head, on one fused kernel.
 */
public interface FramedFeatures extends FittedFeatures {

    /**
     * Chooses a frame.
     *
     * @param queries moments of the scaled queries, padding left out
     * @param keys moments of the scaled keys
     * @param w projection, [M][D]
     */
    Frame frame(Moments queries, Moments keys, double[][] w);

    /** Returns whether frames may have coordinates other than S = I. */
    boolean ownCoordinates();

    /** {@inheritDoc} Rows, constants, and coordinates of queries and of keys if there are own ones. */
    @Override
    default List<int[]> parts(int columns, int headSize) {
        List<int[]> parts = new ArrayList<>(List.of(new int[] {columns, headSize}, new int[] {1, columns}));
        if (ownCoordinates()) {
            parts.add(new int[] {headSize, headSize});
            parts.add(new int[] {headSize, headSize});
        }
        return parts;
    }

    @Override
    default Choice choose(Seen queries, Seen keys, double[][] w) {
        Frame frame = frame(queries.moments(), keys.moments(), w);
        double[] rows = Rows.flat(frame.w());
        return ownCoordinates()
                ? Choice.of(
                        rows,
                        frame.constants(),
                        frame.coordinates(frame.queryCoordinates()),
                        frame.coordinates(frame.keyCoordinates()))
                : Choice.of(rows, frame.constants());
    }

    /** {@inheritDoc} {@code Wy + c − |y|²/2} with y = xC and each head's own W and c. */
    @Override
    default Features define(FittedRows rows) {
        SDVariable y = ownCoordinates() ? rows.sd().mmul(rows.x(), rows.parts().get(rows.queries() ? 2 : 3)) : rows.x();
        SDVariable wy = rows.sd()
                .mmul(y, rows.parts().get(0), false, true, false)
                .add(rows.parts().get(1)); // [BH,T,M]
        return new Features(wy.sub(rows.sd().sum(y.mul(y), true, 2).mul(0.5)), null, null);
    }

    @Override
    default Frames frames(Memory memory, int columns, int headSize) {
        return new FeatureFrames(memory.frames(), columns, headSize, ownCoordinates(), memory.sets());
    }

    @Override
    default PlainFeatures plain(double[][] w, double[][] queries, double[][] keys) {
        Frame frame = frame(Moments.of(queries), Moments.of(keys), w);
        return new PlainFeatures(
                x -> Exponentials.of(frame.logs(x, frame.queryCoordinates()), epsilon()),
                y -> Exponentials.of(frame.logs(y, frame.keyCoordinates()), epsilon()));
    }

    @Override
    default Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.of(new FeatureKernel.Positive((float) inputScale(headSize, features), (float) epsilon()));
    }
}
