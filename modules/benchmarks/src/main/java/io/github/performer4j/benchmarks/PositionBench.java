package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * What positions cost: one block with each {@link PositionScheme}, forward and with all gradients, in this process; rounds are
 * interleaved, so that what disturbs one disturbs all.
 *
 * @param schemes what is compared with the first, which must be plain
 * @param tokens lengths T
 * @param batchTokens tokens of a batch; a row has T of them, and there is one row at least
 * @param causal directions
 * @param width E
 * @param heads H
 * @param map feature map of all but those that need positive features
 * @param features M
 * @param runs behind a median
 * @param seed of inputs and parameters
 */
public record PositionBench(
        List<PositionScheme> schemes,
        List<Integer> tokens,
        int batchTokens,
        List<Boolean> causal,
        int width,
        int heads,
        FeatureMap map,
        int features,
        int runs,
        long seed) {
    /** Longest T. */
    static final int MOST_TOKENS = 1 << 17;
    /** Tokens that exact attention looks back. */
    static final int WINDOW = 512;

    private static final double MS = 1e6;
    private static final int HIDDEN = 4; // times the width
    private static final String BLOCK = "block";

    /** Checks sizes. */
    public PositionBench {
        schemes = List.copyOf(schemes);
        tokens = List.copyOf(tokens);
        causal = List.copyOf(causal);
        Rule.that(
                !schemes.isEmpty()
                        && schemes.get(0) == PositionScheme.PLAIN
                        && schemes.stream().distinct().count() == schemes.size(),
                "schemes must begin with plain, each once; schemes=" + schemes);
        Rule.that(
                !tokens.isEmpty() && tokens.stream().allMatch(t -> t >= 1 && t <= MOST_TOKENS),
                "tokens must be from 1 to " + MOST_TOKENS + "; tokens=" + tokens);
        Rule.that(
                batchTokens >= 1 && batchTokens <= MOST_TOKENS,
                "batch tokens must be from 1 to " + MOST_TOKENS + "; batch tokens=" + batchTokens);
        Rule.that(
                heads >= 1 && width >= 1 && width <= 1 << 14 && width % heads == 0,
                "heads must divide width; width=" + width + ", heads=" + heads);
        Rule.that(
                (long) width * MOST_TOKENS <= Integer.MAX_VALUE,
                "width must be no more than " + Integer.MAX_VALUE / MOST_TOKENS + "; width=" + width);
        Rule.that(features >= 1 && features <= 1 << 14, "features must be from 1 to 16384; features=" + features);
        Rule.that(runs >= 1 && runs <= 1000, "runs must be from 1 to 1000; runs=" + runs);
    }

    /**
     * Measures.
     *
     * @param clock nanoseconds
     * @param progress hears of each line as it is known
     */
    public List<PositionRow> run(LongSupplier clock, Consumer<String> progress) {
        List<PositionRow> rows = new ArrayList<>();
        progress.accept(PositionRow.HEADER);
        for (int t : tokens) {
            for (boolean direction : causal) {
                for (PositionRow row : compare(t, direction, clock)) {
                    rows.add(row);
                    progress.accept(row.line());
                }
            }
        }
        return rows;
    }

    private List<PositionRow> compare(int t, boolean direction, LongSupplier clock) {
        int b = Math.max(1, batchTokens / t);
        Map<PositionScheme, ComputationGraph> nets = new EnumMap<>(PositionScheme.class);
        Map<PositionScheme, String> refused = new EnumMap<>(PositionScheme.class);
        for (PositionScheme scheme : schemes) {
            try {
                nets.put(scheme, net(scheme.on(attention(direction), t), t));
            } catch (IllegalArgumentException e) {
                refused.put(scheme, e.getMessage());
            }
        }
        INDArray x = gaussian(b, t, 0);
        INDArray error = gaussian(b, t, 1);
        Map<PositionScheme, List<Double>> forward = new EnumMap<>(PositionScheme.class);
        Map<PositionScheme, List<Double>> both = new EnumMap<>(PositionScheme.class);
        for (int run = -1; run < runs; run++) { // the first round warms up
            for (Map.Entry<PositionScheme, ComputationGraph> one : nets.entrySet()) {
                ComputationGraph net = one.getValue();
                long begin = clock.getAsLong();
                net.outputSingle(x);
                long middle = clock.getAsLong();
                net.feedForward(new INDArray[] {x}, true, false);
                net.backpropGradient(error);
                long end = clock.getAsLong();
                if (run >= 0) {
                    forward.computeIfAbsent(one.getKey(), key -> new ArrayList<>())
                            .add((middle - begin) / MS);
                    both.computeIfAbsent(one.getKey(), key -> new ArrayList<>()).add((end - middle) / MS);
                }
            }
        }
        double plain = Timing.median(both.get(schemes.get(0)));
        return schemes.stream()
                .map(scheme -> {
                    if (refused.containsKey(scheme)) {
                        return new PositionRow(scheme, direction, t, b, null, null, null, refused.get(scheme));
                    }
                    double all = Timing.median(both.get(scheme));
                    double ahead = Timing.median(forward.get(scheme));
                    return new PositionRow(scheme, direction, t, b, ahead, all, all / plain, null);
                })
                .toList();
    }

    private INDArray gaussian(int b, int t, int which) {
        CounterRandom random = CounterRandom.of(seed, which);
        float[] values = new float[b * t * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape(b, t, width);
    }

    private AttentionOptions attention(boolean direction) {
        return AttentionOptions.defaults()
                .withKind(AttentionOptions.Kind.LINEAR)
                .withCausal(direction)
                .withHeads(heads)
                .withFeatureMap(map)
                .withFeatures(features)
                .withRedrawInterval(0);
    }

    private ComputationGraph net(AttentionOptions attention, int t) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.FLOAT)
                .updater(new NoOp())
                .miniBatch(false)
                .graphBuilder()
                .addInputs("sequence")
                .setInputTypes(InputType.recurrent(width, t, RNNFormat.NWC))
                .addLayer(
                        BLOCK,
                        new PerformerBlockLayer.Builder()
                                .attention(attention)
                                .hidden(HIDDEN * width)
                                .build(),
                        "sequence")
                .setOutputs(BLOCK)
                .build());
        net.init();
        return net;
    }

    /** Returns rows as JSON for programs, with the machine that they were measured on. */
    public static ObjectNode json(List<PositionRow> rows) {
        return Machine.here().json(rows.stream().map(PositionRow::json).toList());
    }
}
