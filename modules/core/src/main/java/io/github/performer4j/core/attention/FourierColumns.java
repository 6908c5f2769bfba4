package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.layer.FourierPlaces;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Queries or keys with the columns of {@link FourierPositions} behind their own, as a graph. */
public final class FourierColumns {
    private final FourierPositions positions;
    private final SDVariable parameters;
    private final SDVariable places;
    private final long batch;
    private final int heads;
    private final long tokens;
    private final DataType type;

    /**
     * Takes what both sides share.
     *
     * @param parameters [H,4G]
     * @param places of the tokens, [T,1]
     */
    public FourierColumns(
            FourierPositions positions,
            SDVariable parameters,
            SDVariable places,
            long batch,
            int heads,
            long tokens,
            DataType type) {
        this.positions = positions;
        this.parameters = parameters;
        this.places = places;
        this.batch = batch;
        this.heads = heads;
        this.tokens = tokens;
        this.type = type;
    }

    /**
     * Widens rows.
     *
     * @param x [BH,T,D]
     * @return [BH,T,D+2GR]
     */
    public SDVariable define(SDVariable x, boolean query, int headSize) {
        SameDiff sd = x.getSameDiff();
        FourierPlaces p = positions.places();
        int g = p.components();
        int r = p.draws();
        SDVariable z = sd.constant(Nd4j.create(p.nodes()).castTo(type).reshape(1, 1, 1, r));
        SDVariable frequency = part(sd, 1).add(sd.math().exp(part(sd, 2)).mul(z)); // [H,1,G,R]
        SDVariable turns = places.mul(2 * Math.PI / p.range()).reshape(1, tokens, 1, 1);
        SDVariable angle = frequency.mul(turns); // [H,T,G,R]
        angle = query ? angle.sub(part(sd, 3)) : angle;
        SDVariable size = part(sd, 0).mul(positions.columnFactor(headSize) / Math.sqrt(r)); // [H,1,G,1]
        SDVariable columns = sd.concat(
                2,
                sd.math().cos(angle).mul(size).reshape(heads, tokens, (long) g * r),
                sd.math().sin(angle).mul(size).reshape(heads, tokens, (long) g * r)); // [H,T,2GR]
        SDVariable all = columns.reshape(1, heads, tokens, p.columns())
                .mul(Tensors.full(sd, type, 1, batch, 1, 1, 1))
                .reshape(batch * heads, tokens, p.columns());
        return sd.concat(2, x.mul(positions.factor(headSize)), all);
    }

    /** Returns one of c, μ, λ, ψ, [H,1,G,1]; sliced as rank 3, because the gradient of M2.1's slices of one row as a matrix fails. */
    private SDVariable part(SameDiff sd, int which) {
        int g = positions.components();
        long[] shape = {heads, 1, 4L * g};
        return Tensors.columns(sd, parameters.reshape(shape), shape, (long) which * g, (which + 1L) * g)
                .reshape(heads, 1, g, 1);
    }
}
