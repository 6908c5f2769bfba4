package io.github.performer4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** The inputs and parameters of each work: names, shapes and distributions. */
final class Tensors {
    /** Name of the layer of {@link Work#BLOCK}. */
    static final String BLOCK = "block";

    /** Ending of the name of a layer's projection W. */
    static final String PROJECTION = "_projection";

    /** Deviation of biases and gains from 0 and 1: away from special values, so that no mistake hides behind them. */
    private static final double ROUGH = 0.1;

    /** Deviation of embeddings and of the head, as the layers draw them. */
    private static final double TABLE = 0.02;

    private Tensors() {}

    /** Returns everything that an engine loads. */
    static List<Tensor> inputs(Case c) {
        List<Tensor> all = new ArrayList<>(data(c));
        all.addAll(parameters(c));
        if (c.attention() == AttentionKind.FAVOR) {
            for (String layer : attending(c)) {
                all.add(new Tensor(
                        layer + PROJECTION, List.of(c.features(), c.headSize()), new Tensor.Projection(layer)));
            }
        }
        return all;
    }

    private static List<Tensor> data(Case c) {
        return switch (c.work()) {
            case ATTENTION -> {
                Integer[] shape = {c.batch(), c.heads(), c.tokens(), c.headSize()};
                yield List.of(
                        Tensor.normal("q", 1, shape),
                        Tensor.normal("k", 1, shape),
                        Tensor.normal("v", 1, shape),
                        Tensor.normal("error", 1, shape));
            }
            case BLOCK -> {
                Integer[] shape = {c.batch(), c.tokens(), c.width()};
                yield List.of(Tensor.normal("x", 1, shape), Tensor.normal("error", 1, shape));
            }
            case TRAIN -> {
                List<Integer> shape = List.of(c.batch(), c.tokens());
                Tensor.Ids ids = new Tensor.Ids(c.vocabulary());
                yield List.of(new Tensor("tokens", shape, ids), new Tensor("labels", shape, ids));
            }
        };
    }

    /** Returns the layers with attention. */
    static List<String> attending(Case c) {
        return switch (c.work()) {
            case ATTENTION -> List.of("attention");
            case BLOCK -> List.of(BLOCK);
            case TRAIN ->
                java.util.stream.IntStream.range(0, c.layers())
                        .mapToObj(i -> "block-" + i)
                        .toList();
        };
    }

    /** Returns the parameters that have gradients; none for attention alone. */
    static List<Tensor> parameters(Case c) {
        if (c.work() == Work.ATTENTION) {
            return List.of();
        }
        List<Tensor> all = new ArrayList<>();
        if (c.work() == Work.TRAIN) {
            all.add(Tensor.normal("embedding_W", TABLE, c.vocabulary(), c.width()));
            all.add(Tensor.normal("positions_P", TABLE, c.tokens(), c.width()));
        }
        attending(c).forEach(layer -> block(all, layer + "_", c));
        if (c.work() == Work.TRAIN) {
            norm(all, "final-norm_gain", "final-norm_bias", c.width());
            all.add(Tensor.normal("head_W", TABLE, c.width(), c.vocabulary()));
            all.add(Tensor.normal("head_b", ROUGH, c.vocabulary()));
        }
        return all;
    }

    private static void block(List<Tensor> all, String prefix, Case c) {
        int width = c.width();
        for (String role : List.of("q", "k", "v", "o")) {
            all.add(Tensor.normal(prefix + "W" + role, 1 / Math.sqrt(width), width, width));
            all.add(Tensor.normal(prefix + "b" + role, ROUGH, width));
        }
        all.add(Tensor.normal(prefix + "W1", 1 / Math.sqrt(width), width, c.hidden()));
        all.add(Tensor.normal(prefix + "b1", ROUGH, c.hidden()));
        all.add(Tensor.normal(prefix + "W2", 1 / Math.sqrt(c.hidden()), c.hidden(), width));
        all.add(Tensor.normal(prefix + "b2", ROUGH, width));
        norm(all, prefix + "gain1", prefix + "bias1", width);
        norm(all, prefix + "gain2", prefix + "bias2", width);
    }

    private static void norm(List<Tensor> all, String gain, String bias, int width) {
        all.add(new Tensor(gain, List.of(width), new Tensor.Normal(1, ROUGH)));
        all.add(Tensor.normal(bias, ROUGH, width));
    }
}
