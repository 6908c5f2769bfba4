package io.github.performer4j.checkpoint.onnx;

import io.github.performer4j.core.attention.Rotary;
import onnx.Onnx;

/**
 * Sines and cosines of places times frequencies. Angles are computed in float64 and taken modulo 2π, so that they are as exact at place 10⁶ as at place 1.
 *
 * @param cosines float32
 * @param sines float32
 */
record OnnxAngles(String cosines, String sines) {
    private static final double BASE = 10_000;

    private static OnnxAngles of(OnnxNodes g, String places, String name, double... frequencies) {
        String t = g.node("Unsqueeze", g.cast(places, Onnx.TensorProto.DataType.DOUBLE), g.ints(1)); // [T,1]
        String w = g.doubles(name, new long[] {frequencies.length}, frequencies);
        String turns = g.node("Mul", t, w); // [T,n], in turns
        String rest = g.node("Sub", turns, g.node("Floor", turns));
        String angle = g.asFloat(g.node("Mul", rest, g.doubles(new long[] {1}, 2 * Math.PI)));
        return new OnnxAngles(g.node("Cos", angle), g.node("Sin", angle));
    }

    /** {@code P[t,2i] = sin(t / 10000^{2i/E})}, {@code P[t,2i+1] = cos(t / 10000^{2i/E})}, [T,E]. */
    static String sinusoidal(OnnxNodes g, String places, int width) {
        double[] frequencies = new double[width];
        for (int i = 0; i < width; i++) {
            frequencies[i] = 1 / Math.pow(BASE, (i - i % 2) / (double) width) / (2 * Math.PI);
        }
        OnnxAngles angles = of(g, places, "turns of places, " + width, frequencies);
        double[] even = new double[width];
        double[] odd = new double[width];
        for (int i = 0; i < width; i++) {
            even[i] = 1 - i % 2;
            odd[i] = i % 2;
        }
        String first = g.node("Mul", angles.sines(), g.floats("even of " + width, new long[] {width}, even));
        String second = g.node("Mul", angles.cosines(), g.floats("odd of " + width, new long[] {width}, odd));
        return g.node("Add", first, second);
    }

    /** Each angle in both columns of its pair, [T,1,D]; columns that do not turn have cosine 1 and sine 0, as their angle is 0. */
    static OnnxAngles rotary(OnnxNodes g, String places, Rotary rotary, int size) {
        int columns = rotary.columns(size);
        double[] frequencies = new double[size];
        for (int i = 0; i < columns / 2; i++) {
            int a = rotary.first(i);
            frequencies[a] = rotary.angle(i, columns) / (2 * Math.PI);
            frequencies[a + rotary.distance(columns)] = frequencies[a];
        }
        OnnxAngles angles = of(g, places, "turns of " + rotary + ", " + size, frequencies);
        return new OnnxAngles(
                g.node("Unsqueeze", angles.cosines, g.ints(1)), g.node("Unsqueeze", angles.sines, g.ints(1)));
    }
}
