package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.layer.FourierPlaces;
import java.util.LinkedList;
import java.util.List;
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
     * @param parameters [H,(2+2d)G]
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
        int d = p.dimensions();
        double[][] nodes = p.nodes();
        List<SDVariable> coordinates = coordinates(p);
        SDVariable angle = null; // [H,T,G,R]
        for (int l = 0; l < d; l++) {
            SDVariable z = sd.constant(Nd4j.create(nodes[l]).castTo(type).reshape(1, 1, 1, r));
            SDVariable frequency =
                    part(sd, 1 + l).add(sd.math().exp(part(sd, 1 + d + l)).mul(z)); // [H,1,G,R]
            SDVariable turns = coordinates.get(l).mul(2 * Math.PI / p.range()).reshape(1, tokens, 1, 1);
            SDVariable each = frequency.mul(turns);
            angle = angle == null ? each : angle.add(each);
        }
        angle = query ? angle.sub(part(sd, 1 + 2 * d)) : angle;
        SDVariable size = part(sd, 0).mul(positions.columnFactor(headSize) / Math.sqrt(r)); // [H,1,G,1]
        SDVariable columns = sd.concat(
                2,
                sd.math().cos(angle).mul(size).reshape(heads, tokens, (long) g * r),
                sd.math().sin(angle).mul(size).reshape(heads, tokens, (long) g * r)); // [H,T,2GR]
        if (p.classToken()) { // place 0, which is nowhere
            columns = columns.mul(
                    sd.math().min(places, sd.constant(Nd4j.scalar(type, 1))).reshape(1, tokens, 1));
        }
        SDVariable all = columns.reshape(1, heads, tokens, p.columns())
                .mul(Tensors.full(sd, type, 1, batch, 1, 1, 1))
                .reshape(batch * heads, tokens, p.columns());
        return sd.concat(2, x.mul(positions.factor(headSize)), all);
    }

    /** Returns the coordinates of tokens, each [T,1]: the last dimension changes first. */
    private List<SDVariable> coordinates(FourierPlaces p) {
        SameDiff sd = places.getSameDiff();
        SDVariable rest = p.classToken() ? places.sub(1) : places;
        LinkedList<SDVariable> all = new LinkedList<>();
        for (int l = p.dimensions() - 1; l > 0; l--) {
            int size = p.sizes().get(l);
            SDVariable rows = sd.math().floor(rest.div(size));
            all.addFirst(rest.sub(rows.mul(size)));
            rest = rows;
        }
        all.addFirst(rest);
        return all;
    }

    /** Returns one of c, μ, λ, ψ, of μ and λ that of one dimension, [H,1,G,1]; sliced as rank 3, because the gradient of M2.1's slices of one row as a matrix fails. */
    private SDVariable part(SameDiff sd, int which) {
        int g = positions.components();
        long[] shape = {heads, 1, positions.places().parameters()};
        return Tensors.columns(sd, parameters.reshape(shape), shape, (long) which * g, (which + 1L) * g)
                .reshape(heads, 1, g, 1);
    }
}
