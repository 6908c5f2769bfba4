package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.export.NetPart;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.layer.FourierPlaces;
import onnx.Onnx;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Queries and keys of heads with the columns of {@link FourierPositions} behind their own: {@code c_g/√R [cos 2π(ξ_gm·c_i − ψ_g/2π), sin …]} of all components and draws, ψ for queries alone. Frequencies are
 * numbers of the file; turns are computed in float64 and taken modulo 1.
 */
final class OnnxFourier {
    private final OnnxNodes g;
    private final NetPart part;
    private final Op.Attend op;
    private final OnnxMask mask;
    private final FourierPositions positions;
    private final FourierPlaces places;
    private final double[][] spectrum; // [H,(2+2d)G]

    OnnxFourier(OnnxNodes g, NetPart part, Op.Attend op, OnnxMask mask) {
        this.g = g;
        this.part = part;
        this.op = op;
        this.mask = mask;
        positions = op.options().fourier();
        places = positions.places();
        spectrum = part.tensor(op.scope() + Op.Attend.FOURIER)
                .array()
                .castTo(DataType.DOUBLE)
                .toDoubleMatrix();
    }

    /** [B,H,T,D] → [B,H,T,D+2GR]. */
    String wide(String x, boolean query) {
        String turns = g.node("MatMul", coordinates(), frequencies()); // [T,d] · [H,d,GR] = [H,T,GR]
        if (query) {
            turns = g.node("Sub", turns, phases());
        }
        String rest = g.node("Sub", turns, g.node("Floor", turns));
        String angle = g.asFloat(g.node("Mul", rest, g.doubles(new long[] {1}, 2 * Math.PI)));
        String sizes = sizes();
        String columns = g.concat(
                2, g.node("Mul", g.node("Cos", angle), sizes), g.node("Mul", g.node("Sin", angle), sizes)); // [H,T,2GR]
        if (places.classToken()) { // place 0, which is nowhere
            String somewhere = g.asFloat(g.node("Greater", mask.places(g), g.ints(0)));
            columns = g.node("Mul", columns, g.node("Unsqueeze", somewhere, g.ints(1)));
        }
        String batch = g.concat(0, g.dimension(x, 0), g.ints(1, 1, 1));
        String own = g.times(x, positions.factor(op.headSize()));
        return g.concat(3, own, g.node("Expand", g.node("Unsqueeze", columns, g.ints(0)), batch));
    }

    /** Returns the coordinates over the range, float64 [T,d]. */
    private String coordinates() {
        String rest = mask.places(g);
        if (places.classToken()) {
            rest = g.node("Sub", rest, g.ints(1));
        }
        String all = null;
        for (int l = places.dimensions() - 1; l >= 0; l--) {
            String size = l == 0 ? null : g.ints(places.sizes().get(l));
            String each = g.node("Unsqueeze", l == 0 ? rest : g.node("Mod", rest, size), g.ints(1)); // [T,1]
            all = all == null ? each : g.concat(1, each, all);
            rest = l == 0 ? rest : g.node("Div", rest, size);
        }
        String numbers = g.cast(all, Onnx.TensorProto.DataType.DOUBLE);
        return g.node("Div", numbers, g.doubles(new long[] {1}, places.range()));
    }

    /** Returns ξ, float64 [H,d,GR]. */
    private String frequencies() {
        int n = places.components();
        int d = places.dimensions();
        double[][] z = places.nodes();
        int half = n * places.draws();
        double[] all = new double[spectrum.length * d * half];
        for (int i = 0; i < all.length; i++) {
            double[] own = spectrum[i / (d * half)];
            int l = i / half % d;
            int at = i % half / places.draws();
            all[i] = own[(1 + l) * n + at] + Math.exp(own[(1 + d + l) * n + at]) * z[l][i % places.draws()];
        }
        return g.doubles(name("frequencies"), new long[] {spectrum.length, d, half}, all);
    }

    /** Returns ψ/2π, float64 [H,1,GR]. */
    private String phases() {
        return g.doubles(name("phases"), shape(), each(1 + 2 * places.dimensions(), 1 / (2 * Math.PI)));
    }

    /** Returns c/√R by the factor of the columns, [H,1,GR]. */
    private String sizes() {
        double factor = positions.columnFactor(op.headSize()) / Math.sqrt(places.draws());
        return g.floats(name("sizes"), shape(), each(0, factor));
    }

    /** Returns one of the parameters of each component, once for each of its draws. */
    private double[] each(int which, double factor) {
        int half = places.components() * places.draws();
        double[] all = new double[spectrum.length * half];
        for (int i = 0; i < all.length; i++) {
            int component = i % half / places.draws();
            all[i] = factor * spectrum[i / half][which * places.components() + component];
        }
        return all;
    }

    private long[] shape() {
        return new long[] {spectrum.length, 1, (long) places.components() * places.draws()};
    }

    private String name(String what) {
        return part.name() + "." + op.scope() + "fourier " + what;
    }
}
