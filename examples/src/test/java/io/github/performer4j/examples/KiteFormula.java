package io.github.performer4j.examples;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The formula of {@link OwnArchitecture}'s family, number by number in float64: rotary positions turn the halves of each head. */
final class KiteFormula {
    private static final double EPSILON = 1e-6;

    private KiteFormula() {}

    /**
     * Computes the final hidden states.
     *
     * @param ids [T]
     * @param heads H
     * @param hidden F
     * @param base of the rotary angles
     * @return [T,E]
     */
    static double[][] of(Map<String, INDArray> tensors, int[] ids, int heads, int hidden, int layers, double base) {
        INDArray table = tensors.get("kite.token.weight");
        int width = (int) table.size(1);
        double[][] x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = table.getRow(ids[t]).toDoubleVector();
        }
        for (int i = 0; i < layers; i++) {
            String layer = "kite.layers." + i + ".";
            double[][] qkv = product(tensors.get(layer + "qkv.weight"), norm(x, tensors.get(layer + "norm1.weight")));
            add(x, product(tensors.get(layer + "out.weight"), attend(qkv, width, heads, base)));
            double[][] gateUp =
                    product(tensors.get(layer + "gate_up.weight"), norm(x, tensors.get(layer + "norm2.weight")));
            double[][] gated = new double[x.length][hidden];
            for (int t = 0; t < x.length; t++) {
                for (int f = 0; f < hidden; f++) {
                    double gate = gateUp[t][f];
                    gated[t][f] = gate / (1 + Math.exp(-gate)) * gateUp[t][hidden + f];
                }
            }
            add(x, product(tensors.get(layer + "down.weight"), gated));
        }
        return norm(x, tensors.get("kite.norm.weight"));
    }

    private static double[][] attend(double[][] qkv, int width, int heads, double base) {
        int size = width / heads;
        double[][] out = new double[qkv.length][width];
        for (int h = 0; h < heads; h++) {
            for (int t = 0; t < qkv.length; t++) {
                double[] q = rotated(qkv[t], h * size, size, t, base);
                double[] weights = new double[qkv.length];
                double sum = 0;
                for (int s = 0; s < qkv.length; s++) {
                    double[] k = rotated(qkv[s], width + h * size, size, s, base);
                    double score = 0;
                    for (int d = 0; d < size; d++) {
                        score += q[d] * k[d];
                    }
                    weights[s] = Math.exp(score / Math.sqrt(size));
                    sum += weights[s];
                }
                for (int s = 0; s < qkv.length; s++) {
                    for (int d = 0; d < size; d++) {
                        out[t][h * size + d] += weights[s] / sum * qkv[s][2 * width + h * size + d];
                    }
                }
            }
        }
        return out;
    }

    private static double[] rotated(double[] row, int from, int size, int position, double base) {
        double[] turned = new double[size];
        int half = size / 2;
        for (int d = 0; d < half; d++) {
            double angle = position * Math.pow(base, -2.0 * d / size);
            turned[d] = row[from + d] * Math.cos(angle) - row[from + half + d] * Math.sin(angle);
            turned[half + d] = row[from + half + d] * Math.cos(angle) + row[from + d] * Math.sin(angle);
        }
        return turned;
    }

    private static double[][] norm(double[][] x, INDArray gain) {
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            double squares = 0;
            for (double value : x[t]) {
                squares += value * value / x[t].length;
            }
            for (int e = 0; e < x[t].length; e++) {
                y[t][e] = x[t][e] / Math.sqrt(squares + EPSILON) * gain.getDouble(e);
            }
        }
        return y;
    }

    private static double[][] product(INDArray weight, double[]... x) {
        double[][] w = weight.toDoubleMatrix(); // [out,in]
        double[][] y = new double[x.length][w.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < w.length; o++) {
                for (int i = 0; i < w[o].length; i++) {
                    y[t][o] += w[o][i] * x[t][i];
                }
            }
        }
        return y;
    }

    private static void add(double[][] x, double[]... y) {
        for (int t = 0; t < x.length; t++) {
            for (int e = 0; e < x[t].length; e++) {
                x[t][e] += y[t][e];
            }
        }
    }
}
