package io.github.performer4j.core.program;

import io.github.performer4j.kernels.math.CounterRandom;
import java.io.Serializable;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adapters of random features in a block whose weights stay as they are (SNNK, arXiv 2310.13225, in place of the two layers of arXiv 1902.00751): behind each residual sum
 *
 * <pre>
 * out = y + Ψ(norm(y)) U,   Ψ(x) = relu(x G + c)
 * </pre>
 *
 * <p>G [E,M] and c [M] are drawn by the seed ({@link SnnkFeatures}) and never trained; U [M,E] begins at 0, so that the block begins as the one whose weights it has, bit for bit; the norm, by mean and
 * deviation, has a gain and a bias [E] of its own, since |x| is what features depend on most. The sums are numbered from 1; parameters are named {@code adapter1.G} and so on.
 *
 * @param features M
 * @param seed of G and c
 */
public record Snnk(int features, long seed) implements Serializable {
    private static final double EPSILON = 1e-5;
    private static final String G = ".G";
    private static final String C = ".c";

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the rule and the values
     */
    public Snnk {
        if (features < 1) {
            throw new IllegalArgumentException("features of an adapter must be positive; features=" + features);
        }
    }

    private static String name(int number) {
        return "adapter" + number;
    }

    /** Returns the adapters of a block of a net, with draws of their own. */
    public Snnk ofBlock(int block) {
        return new Snnk(features, CounterRandom.mix(seed, block));
    }

    /** Returns whether a layer's parameter of this name is drawn by an adapter's seed, and never changes. */
    public static boolean draws(String parameter) {
        return parameter.matches("adapter\\d+\\.[Gc]");
    }

    /**
     * Adds an adapter to a program.
     *
     * @param y the sum, rows [N,E]
     * @param number of the sum
     * @return rows [N,E]
     */
    public Value behind(LayerProgram.Builder program, Value y, int number) {
        String name = name(number);
        Value x = program.norm(y, name + ".gain", name + ".bias", EPSILON);
        Value psi = SnnkFeatures.add(program, x, name + G, name + C, features, null);
        return program.add(y, program.linear(psi, new Weight.Scaled(name + ".U", features, y.columns(), 1)));
    }

    /** Draws G and c of all adapters among a layer's parameters. */
    public void draw(Map<String, INDArray> parameters) {
        for (int number = 1; parameters.containsKey(name(number) + G); number++) {
            INDArray g = parameters.get(name(number) + G);
            SnnkFeatures.draw(g, parameters.get(name(number) + C), CounterRandom.mix(seed, number));
        }
    }
}
