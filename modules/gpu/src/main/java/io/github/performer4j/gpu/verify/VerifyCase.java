package io.github.performer4j.gpu.verify;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program with numbers to run it on, all drawn from the case's name: the same wherever it runs.
 *
 * @param name of the case
 * @param program of rows, no ids
 * @param batch B
 * @param tokens T of each input
 * @param masked whether the last fifth of each sequence but the first is padding, in every input
 * @param packed whether each row holds three sequences
 * @param given inputs that are not drawn, by side: entries of graphs
 */
record VerifyCase(
        String name,
        LayerProgram program,
        int batch,
        List<Integer> tokens,
        boolean masked,
        boolean packed,
        Map<Integer, float[]> given) {
    private static final double SPREAD = 0.2; // of parameters

    private CounterRandom random(String what) {
        return CounterRandom.of(CounterRandom.mix(name.hashCode(), what.hashCode()));
    }

    private float[] draw(String what, int n, double spread, double mean) {
        CounterRandom random = random(what);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (mean + spread * random.nextGaussian());
        }
        return values;
    }

    /** Returns an input, [B·T,n]; 0 where padded. */
    float[] input(int side) {
        if (given.containsKey(side)) {
            return given.get(side).clone();
        }
        int columns = program.inputs().get(side).columns();
        return hidden(draw("input " + side, batch * tokens.get(side) * columns, 1, 0), side, columns);
    }

    /** Returns the derivative with respect to the output. */
    float[] error() {
        int columns = program.output().columns();
        int side = program.output().side();
        int rows = outputRows();
        float[] error = draw("error", rows * columns, 1, 0);
        return program.pools() ? error : hidden(error, side, columns);
    }

    /** Returns the rows of the output. */
    int outputRows() {
        return program.pools() ? batch : batch * tokens.get(program.output().side());
    }

    private float[] hidden(float[] values, int side, int columns) {
        for (int i = 0; i < values.length; i++) {
            values[i] = real(side, i / columns) ? values[i] : 0;
        }
        return values;
    }

    private boolean real(int side, int row) {
        int t = tokens.get(side);
        return !masked || row < t || row % t < t - t / 5;
    }

    /** Returns 1 for real tokens and 0 for padding, [B,T]; empty if all are real. */
    Optional<float[]> mask(int side) {
        if (!masked) {
            return Optional.empty();
        }
        float[] mask = new float[batch * tokens.get(side)];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = real(side, i) ? 1 : 0;
        }
        return Optional.of(mask);
    }

    /** Returns where the sequences of packed rows lie; empty if there is one in each row. */
    Optional<Segments> segments() {
        int t = tokens.get(0);
        double[] numbers = new double[batch * t];
        for (int i = 0; i < numbers.length; i++) {
            int sequence = i % t < t / 4 ? 1 : i % t < t - t / 6 ? 2 : 3;
            numbers[i] = real(0, i) ? sequence : 0;
        }
        return packed ? Optional.of(Segments.of(numbers, batch, t, name)) : Optional.empty();
    }

    /** Returns the number of values of a parameter. */
    static int length(Parameter parameter) {
        long n = parameter.shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
        return Math.toIntExact(n);
    }

    /** Returns a parameter: gains about 1, weights by the size of their input, the rest small. */
    float[] parameter(Parameter parameter) {
        boolean gain = parameter.kind() == Parameter.Kind.GAIN;
        boolean projection = parameter.kind() == Parameter.Kind.PROJECTION;
        return draw("parameter " + parameter.name(), length(parameter), projection ? 1 : SPREAD, gain ? 1 : 0);
    }

    /** Returns W that is drawn for an attention, [draws][D]; empty for a map without one. */
    Optional<double[][]> projection(AttentionOptions options, int headSize) {
        return options.featureMap().draws(options.features()) == 0
                ? Optional.empty()
                : Optional.of(
                        options.featureMap().draw(options.projection(), options.features(), headSize, name.hashCode()));
    }

    /** Returns the key of a dropout. */
    long dropoutKey(Op.Drop op) {
        return CounterRandom.mix(SEED, LAYER, 0, 0, op.site());
    }

    /** The seed of draws. */
    static final long SEED = 17;
    /** The layer of draws. */
    static final long LAYER = 5;

    @Override
    public String toString() {
        return name;
    }
}
